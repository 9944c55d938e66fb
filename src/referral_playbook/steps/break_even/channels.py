"""What a new customer costs by referral, beside the other channels that the client can name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from referral_playbook.contract.evidence import Estimate
from referral_playbook.domain.assumptions import Default, stated
from referral_playbook.methods.economics import reward_cost
from referral_playbook.methods.propagation import combine
from referral_playbook.steps.break_even.futures import Programme

CHANNEL = Default(1.0, 0.75, 1.25)
PER = "customer who would not have come otherwise"


def marginal_cost(plan: Programme) -> Estimate:
    """Cost of one more new customer by referral: rewards and fulfilment per conversion, over the incremental share.

    The reward is paid for all who convert, also for those who would have come anyway.
    """

    def cost(c: float, s: float, fulfilment: float) -> float:
        if c <= 0 or s <= 0:
            raise ValueError("nobody new comes at a conversion or an incremental share of 0")
        paid = reward_cost(plan.offer.rewards, conversion=c, leads_per_qualified=plan.leads_per_qualified)
        return float((paid / c + fulfilment) / s)

    return combine(
        cost, unit=plan.known["customer_value"].unit, per=PER, source="(rewards + fulfilment) / incremental share",
        open_above=True, c=plan.known["conversion_rate"], s=plan.known["incremental_share"],
        fulfilment=plan.known["fulfilment"],
    )  # fmt: skip


def average_cost(plan: Programme, fixed: Estimate) -> Estimate:
    """The same with the fixed cost until the date shared among the customers that are reckoned with by then."""

    def cost(f: float, n: float, q: float, c: float, s: float, marginal: float) -> float:
        new = n * plan.months * q * c * s
        if new <= 0:
            raise ValueError("nobody new is reckoned with until the date")
        return f / new + marginal

    return combine(
        cost, unit=plan.known["customer_value"].unit, per=PER,
        source=f"fixed cost / new customers in {plan.months} months + marginal",
        open_above=True, f=fixed, n=plan.referrals, q=plan.qualified, c=plan.known["conversion_rate"],
        s=plan.known["incremental_share"], marginal=marginal_cost(plan),
    )  # fmt: skip


def compare_channels(plan: Programme, fixed: Estimate, others: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Referral and the other channels, as rows: channel, marginal, average, basis.

    Parameters
    ----------
    others : sequence of str
        ``"ads: 350"``: the channel and what a new customer costs there on average, in the client's currency.

    Raises
    ------
    ValueError
        An entry that is not "name: money".
    """
    rows = [_row("referral", marginal_cost(plan), average_cost(plan, fixed))]
    return rows + [_row(name, None, money) for name, money in (_other(entry, fixed.unit) for entry in others)]


def _row(channel: str, marginal: Estimate | None, average: Estimate) -> dict[str, Any]:
    return {"channel": channel, "marginal": marginal, "average": average, "basis": average.basis.value}


def _other(entry: str, currency: str) -> tuple[str, Estimate]:
    name, _, money = str(entry).rpartition(":")
    try:
        value = float(money)
    except ValueError:
        value = -1.0
    if not name.strip() or value < 0:
        raise ValueError(
            f'other_channels has {entry!r}: write the channel and its cost per new customer, like "ads: 350"'
        )
    cost = stated("other_channels", value, CHANNEL, unit=currency, per="new customer")
    return name.strip(), cost


def channel_words(rows: Sequence[dict[str, Any]]) -> str:
    """What the comparison says: what a further customer costs, and how many channels are dearer."""
    marginal, average = rows[0]["marginal"], rows[0]["average"]
    if not average.defined or not marginal.defined:
        return f"What a new customer costs by referral is not known: {average.reason or marginal.reason}."
    said = (
        f"One more new customer by referral costs about {marginal.value:,.0f} {marginal.unit}, "
        "on average, with the fixed cost, "
        f"{average.value:,.0f}."
    )
    if len(rows) == 1:
        return f"{said} No other channel was named to compare with (parameter other_channels)."
    dearer = [row["channel"] for row in rows[1:] if row["average"].value > average.value]
    return f"{said} Dearer on average: {', '.join(dearer) or 'none of the others'}."
