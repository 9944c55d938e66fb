"""What an extra customer costs by referral, beside the other channels that the client can name."""

from collections.abc import Sequence
from typing import Any

from referral_playbook.contract.evidence import Estimate
from referral_playbook.domain.assumptions import Default, assumed_value
from referral_playbook.methods.uncertainty.propagation import propagate
from referral_playbook.steps.break_even.inputs import ProgrammeInputs

CHANNEL = Default(1.0, 0.75, 1.25)
PER = "extra customer who would not have come otherwise"


def marginal_cost(inputs: ProgrammeInputs) -> Estimate:
    """Cost of one more extra customer: rewards and fulfilment per conversion, over the incremental share."""

    def cost(r: float, s: float) -> float:
        if s <= 0:
            raise ValueError("at an incremental share of 0 nobody comes who would not have come otherwise")
        return r / s

    return propagate(
        cost,
        unit=inputs.currency,
        per=PER,
        source="rewards and fulfilment / incremental share",
        open_above=True,
        r=inputs.reward_per_conversion(),
        s=inputs.known["incremental_share"],
    )


def average_cost(inputs: ProgrammeInputs, fixed: Estimate, *, months: float) -> Estimate:
    """All cost to the date, with the rewards on the baseline, per extra customer who would not have come otherwise.

    `months` are those whose referrals are customers by the date.
    """
    known = inputs.known

    def cost(F: float, R: float, b: float, q: float, c: float, u: float, n: float, s: float) -> float:
        extra = months * q * c * (b * (u - 1) + n)
        if extra * s <= 0:
            raise ValueError("the programme brings no extra customers by the date")
        return (F + (extra + months * b * q * c) * R) / (extra * s)

    uplift = known["uplift"].as_(confidence=None)
    return propagate(
        cost,
        unit=inputs.currency,
        per=PER,
        source="(fixed cost + all rewards) / (extra conversions x share)",
        open_above=True,
        F=fixed,
        R=inputs.reward_per_conversion(),
        b=known["baseline_referrals"],
        q=known["qualified_share"],
        c=known["conversion_rate"],
        u=uplift,
        n=known["new_referrals"].as_(confidence=None),
        s=known["incremental_share"],
    )


def compare_channels(
    inputs: ProgrammeInputs, fixed: Estimate, *, months: float, others: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """Referral and the other channels, as rows: channel, marginal, average, basis.

    Other channels are written ``"ads: 350"``: the name, and what a new customer costs there on average in the client's
    currency; an entry of another form raises a ValueError.
    """
    rows = [_row("referral", marginal_cost(inputs), average_cost(inputs, fixed, months=months))]
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
    cost = assumed_value("other_channels", value, CHANNEL, unit=currency, per="new customer")
    return name.strip(), cost
