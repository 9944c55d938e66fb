"""Step 02: what do we give, what do we get, and how far can we go?

A referral is an exchange. What one new customer is worth in margin, what share of friends would not have come otherwise and
how many qualified referrals convert say what the ask is worth; the whole offer must not be worth more than that.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from referral_playbook.contract.evidence import Action, Check, Estimate, Status, StepResult, Verdict, undefined
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods import economics
from referral_playbook.methods.combine import combine
from referral_playbook.steps import customer_worth, funnel, offers
from referral_playbook.steps.customer_worth import Horizon
from referral_playbook.steps.given import Default, decided, stated
from referral_playbook.steps.offers import Offer

STEP = "value_exchange"
INCREMENTAL = Default(0.50, 0.25, 0.75)
FRIENDS = Default(2.0, 1.0, 3.0)
ACCEPTANCE = Default(0.30, 0.15, 0.45)


def incremental_share(given: float | None = None) -> Estimate:
    """Share of converted friends who would not have come otherwise (type-one): always stated or assumed."""
    return stated("incremental_share", given, INCREMENTAL, unit="share", per="conversion")


def exchanges(engagement: Engagement) -> pd.DataFrame:
    """The three exchanges as the client wrote them down: stage, giver, receiver, what, cost, value."""
    table = engagement.fact("exchanges")
    return pd.DataFrame(columns=["stage", "giver", "receiver", "what", "cost", "value"]) if table is None else table


def inputs(
    engagement: Engagement,
    *,
    horizon: Horizon = Horizon(),
    gross_margin: float | None = None,
    share: float | None = None,
    conversion_rate: float | None = None,
    fulfilment: float = 0.0,
    confidence: float = 0.95,
) -> dict[str, Estimate]:
    """What the economics stand on: gross_margin, customer_value, incremental_share, conversion_rate, fulfilment."""
    margin = customer_worth.gross_margin(engagement, given=gross_margin, confidence=confidence)
    return {
        "gross_margin": margin,
        "customer_value": customer_worth.customer_value(
            engagement, horizon=horizon, margin_share=margin, confidence=confidence
        ),
        "incremental_share": incremental_share(share),
        "conversion_rate": funnel.conversion_rate(engagement, given=conversion_rate, confidence=confidence),
        "fulfilment": decided("fulfilment", fulfilment, unit=engagement.currency, per="conversion"),
    }


def value_of_the_ask(
    engagement: Engagement, known: Mapping[str, Estimate], *, friends: float | None = None, acceptance: float | None = None
) -> Estimate:
    """Worth of asking one customer: friends x acceptance x qualified x conversion x incremental share x value."""
    return combine(
        economics.value_of_ask,
        unit=engagement.currency,
        per="customer asked",
        source="friends x acceptance x qualified x conversion x incremental share x customer value",
        friends=stated("friends_asked", friends, FRIENDS, unit="friends", per="customer asked"),
        acceptance=stated("acceptance", acceptance, ACCEPTANCE, unit="share", per="friend asked"),
        qualified=funnel.qualified_share(engagement),
        conversion=known["conversion_rate"],
        incremental_share=known["incremental_share"],
        margin_value=known["customer_value"],
    )


def reward_ceiling(known: Mapping[str, Estimate]) -> Estimate:
    """Most that both sides together may get per conversion: incremental share x customer value - fulfilment."""
    return combine(
        economics.reward_ceiling,
        unit=known["customer_value"].unit,
        per="conversion, both sides together",
        source="incremental share x customer value - fulfilment",
        margin_value=known["customer_value"],
        incremental_share=known["incremental_share"],
        fulfilment=known["fulfilment"],
    )


def unit_value(known: Mapping[str, Estimate], offer: Offer, *, leads_per_qualified: float = 2.0) -> Estimate:
    """What one qualified referral brings after rewards: each reward is charged when it is paid, and once."""

    def worth(conversion: float, margin_value: float, share: float, fulfilment: float) -> float:
        return float(
            economics.unit_value(
                conversion=conversion, margin_value=margin_value, incremental_share=share, rewards=offer.rewards,
                fulfilment=fulfilment, leads_per_qualified=leads_per_qualified,
            )
        )  # fmt: skip

    return combine(
        worth,
        unit=known["customer_value"].unit,
        per="qualified referral",
        source=f"c (s V - fulfilment) - rewards when paid; offer: {offer.name}",
        conversion=known["conversion_rate"],
        margin_value=known["customer_value"],
        share=known["incremental_share"],
        fulfilment=known["fulfilment"],
    )


def options(engagement: Engagement, known: Mapping[str, Estimate], *, hold_survival: float = 1.0) -> pd.DataFrame:
    """All reward options side by side: kind, side, trigger, cost and value, unit value per qualified referral, within the ceiling."""
    ceiling = reward_ceiling(known)
    rows = [_option(known, offer, ceiling) for offer in offers.listed(engagement, hold_survival=hold_survival)]
    columns = ["option", "kind", "side", "trigger", "cost", "value", "unit_value", "within_ceiling"]
    return pd.DataFrame(rows, columns=columns)


def _option(known: Mapping[str, Estimate], offer: Offer, ceiling: Estimate) -> dict[str, Any]:
    reward = offer.rewards[0]
    within = bool(offer.cost("advocate") + offer.cost("friend") <= ceiling.value) if ceiling.defined else None  # type: ignore[operator]
    return {
        "option": offer.name, "kind": offer.kind, "side": reward.side, "trigger": offer.trigger,
        "cost": reward.cost, "value": offer.value, "unit_value": unit_value(known, offer), "within_ceiling": within,
    }  # fmt: skip


def verdict(known: Mapping[str, Estimate], unit: Estimate, offer: Offer) -> Verdict:
    """Go when a qualified referral is worth something over its whole range, stop when it costs over its whole range."""
    if not unit.defined:
        return Verdict(status=Status.NOT_ENOUGH_DATA, reason=f"What a qualified referral is worth is not known: {unit.reason}.")
    said = f"With {offer.name}, a qualified referral brings {unit.value:,.0f} {unit.unit} ({unit.low:,.0f} to {unit.high:,.0f})"
    stands_on = known["customer_value"], known["conversion_rate"]
    if unit.low > 0:  # type: ignore[operator]
        return Verdict(status=Status.GO, reason=f"{said}: it pays over the whole range.").capped(*stands_on)
    if unit.high <= 0:  # type: ignore[operator]
        return Verdict(status=Status.STOP, reason=f"{said}: the offer costs more than it brings. Give less, or ask for more.")
    return Verdict(status=Status.TEST_SMALL, reason=f"{said}: the range holds zero, so test it small.")


def conclude(
    engagement: Engagement,
    *,
    known: Mapping[str, Estimate],
    offer: Offer,
    ask: Estimate,
) -> StepResult:
    """Everything step 02 hands over, from `inputs`, the chosen offer and the value of the ask."""
    unit, ceiling = unit_value(known, offer), reward_ceiling(known)
    found = verdict(known, unit, offer)
    return StepResult(
        step=STEP,
        client=engagement.client,
        as_of=engagement.as_of,
        verdict=found,
        headline=_headline(unit, ceiling),
        estimates={
            **known,
            **offers.as_estimates(offer, engagement.currency),
            "value_of_the_ask": ask,
            "reward_ceiling": ceiling,
            "unit_value_per_qualified_referral": unit,
        },
        checks=_checks(engagement, offer, ceiling),
        actions=_actions(found, offer),
        tables={"reward_options": options(engagement, known), "exchanges": exchanges(engagement)},
    )


def _headline(unit: Estimate, ceiling: Estimate) -> str:
    if not unit.defined or not ceiling.defined:
        return "What a referral is worth is not known yet."
    return (
        f"A qualified referral brings {unit.value:,.0f} {unit.unit} after rewards; "
        f"both sides together may get up to {ceiling.value:,.0f} {unit.unit} per conversion."
    )


def _checks(engagement: Engagement, offer: Offer, ceiling: Estimate) -> tuple[Check, ...]:
    paid = offer.cost("advocate") + offer.cost("friend")
    within = None if not ceiling.defined else bool(paid <= ceiling.value)  # type: ignore[operator]
    text = f"{offer.name} pays {paid:,.2f} {engagement.currency} to both sides together"
    chosen = Check(
        name="reward_chosen",
        passed=bool(offer.rewards),
        text="a reward was chosen" if offer.rewards else "no reward was chosen: it is counted as nothing, and every unit paid per conversion lowers the value by one",
    )
    return (Check(name="within_ceiling", passed=within, text=text), chosen)


def _actions(found: Verdict, offer: Offer) -> tuple[Action, ...]:
    if found.status is Status.NOT_ENOUGH_DATA:
        why = "without what a customer pays nobody knows what a referral may cost"
        return (Action(what="Bring a customer list with monthly amounts, payments, or deals with their value", why=why, due=30),)
    if found.status is Status.STOP:
        return (Action(what="Lower the reward under the ceiling, or pay it on conversion only", why=found.reason, due=30),)
    return (Action(what=f"Write down the terms of {offer.name} and a second offer to test against it", why="one offer alone teaches nothing", due=30),)
