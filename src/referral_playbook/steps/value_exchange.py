"""Step 02: what do we give, what do we get, and how far can we go?

A referral is an exchange. What one new customer is worth in margin, what share of friends would not have come
otherwise and how many qualified referrals convert say what the ask is worth; the offer must not be worth more.

`customer_worth` values a customer, `offers` are the rewards, `offer_value` what a referral brings under one of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from referral_playbook.contract.evidence import Action, Check, Estimate, Status, StepResult, Verdict
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods import economics
from referral_playbook.methods.combine import combine
from referral_playbook.steps import customer_worth, funnel, offers
from referral_playbook.steps.customer_worth import USUAL, Horizon
from referral_playbook.steps.exchanges import exchanges
from referral_playbook.steps.given import Default, decided, stated
from referral_playbook.steps.offer_value import leads_per_qualified, reward_ceiling, unit_value
from referral_playbook.steps.offers import Offer

STEP = "value_exchange"
INCREMENTAL = Default(0.50, 0.25, 0.75)
FRIENDS = Default(2.0, 1.0, 3.0)
ACCEPTANCE = Default(0.30, 0.15, 0.45)


def incremental_share(given: float | None = None) -> Estimate:
    """Share of converted friends who would not have come otherwise (type-one): always stated or assumed."""
    return stated("incremental_share", given, INCREMENTAL, unit="share", per="conversion")


def inputs(
    engagement: Engagement,
    *,
    horizon: Horizon = USUAL,
    gross_margin: float | None = None,
    customer_value: float | None = None,
    share: float | None = None,
    conversion_rate: float | None = None,
    fulfilment: float = 0.0,
    confidence: float = 0.95,
) -> dict[str, Estimate]:
    """What the economics stand on, each with its range and basis.

    Parameters
    ----------
    horizon : Horizon
    gross_margin, customer_value, share, conversion_rate : float or None
        Stated by the client; None measures, or says what is assumed. The share may also stand in client.toml.
    fulfilment : float
        Cost of handling, per conversion.

    Returns
    -------
    dict
        gross_margin, customer_value, incremental_share, conversion_rate, qualified_share, fulfilment.
    """
    margin = customer_worth.gross_margin(engagement, given=gross_margin, confidence=confidence)
    share = engagement.step_parameters.get(STEP, {}).get("incremental_share") if share is None else share
    if customer_value is None:
        worth = customer_worth.customer_value(engagement, horizon=horizon, margin_share=margin, confidence=confidence)
    else:
        worth = customer_worth.stated_value(customer_value, engagement.currency)
    return {
        "gross_margin": margin,
        "customer_value": worth,
        "incremental_share": incremental_share(share),
        "conversion_rate": funnel.conversion_rate(engagement, given=conversion_rate, confidence=confidence),
        "qualified_share": funnel.qualified_share(engagement, confidence=confidence),
        "fulfilment": decided("fulfilment", fulfilment, unit=engagement.currency, per="conversion"),
    }


def value_of_the_ask(
    engagement: Engagement,
    known: Mapping[str, Estimate],
    *,
    friends: float | None = None,
    acceptance: float | None = None,
) -> Estimate:
    """Worth of asking one customer: friends x acceptance x qualified x conversion x incremental share x value."""
    return combine(
        economics.value_of_ask,
        unit=engagement.currency,
        per="customer asked",
        source="friends x acceptance x qualified x conversion x incremental share x customer value, before any reward",
        friends=stated("friends_asked", friends, FRIENDS, unit="friends", per="customer asked"),
        acceptance=stated("acceptance", acceptance, ACCEPTANCE, unit="share", per="friend asked"),
        qualified=known["qualified_share"],
        conversion=known["conversion_rate"],
        incremental_share=known["incremental_share"],
        margin_value=known["customer_value"],
    )


def verdict(known: Mapping[str, Estimate], unit: Estimate, offer: Offer) -> Verdict:
    """Go when a qualified referral is worth something over its whole range, stop when it costs over its whole range."""
    if not unit.defined:
        reason = f"What a qualified referral is worth is not known: {unit.reason}."
        return Verdict(status=Status.NOT_ENOUGH_DATA, reason=reason)
    brings = f"{unit.value:,.0f} {unit.unit} ({unit.low:,.0f} to {unit.high:,.0f})"
    said = f"With {offer.name}, a qualified referral brings {brings}"
    stands_on = known["customer_value"], known["conversion_rate"]
    if unit.low > 0:  # type: ignore[operator]
        return Verdict(status=Status.GO, reason=f"{said}: it pays over the whole range.").capped(*stands_on)
    if unit.high <= 0:  # type: ignore[operator]
        return Verdict(status=Status.STOP, reason=f"{said}: the offer costs more than it brings. Give less.")
    return Verdict(status=Status.TEST_SMALL, reason=f"{said}: the range holds zero, so test it small.")


def offer_row(offer: Offer, known: Mapping[str, Estimate]) -> dict[str, Any]:
    """The offer reckoned with, as later steps read it."""
    qualified = known["qualified_share"].value
    return {
        "name": offer.name,
        "trigger": offer.trigger,
        "advocate": offer.cost("advocate"),
        "friend": offer.cost("friend"),
        "hold_survival": offer.hold_survival,
        "leads_per_qualified": leads_per_qualified(qualified) if qualified else None,
    }


def conclude(engagement: Engagement, *, known: Mapping[str, Estimate], offer: Offer, ask: Estimate) -> StepResult:
    """Everything step 02 hands over, from `inputs`, the chosen offer and the value of the ask."""
    unit = unit_value(known, offer)
    found = verdict(known, unit, offer)
    ceiling = reward_ceiling(known)
    return StepResult(
        step=STEP,
        client=engagement.client,
        as_of=engagement.as_of,
        verdict=found,
        headline=headline(unit, ceiling),
        estimates={
            **known,
            **offers.as_estimates(offer, engagement.currency),
            "value_of_the_ask": ask,
            "reward_ceiling": ceiling,
            "unit_value_per_qualified_referral": unit,
        },
        checks=(within_ceiling(known, offer), reward_chosen(offer)),
        actions=actions(found, offer),
        tables={"offer": [offer_row(offer, known)], "exchanges": exchanges(engagement, known, offer, ask)},
    )


def headline(unit: Estimate, ceiling: Estimate) -> str:
    """The step in one sentence."""
    if not unit.defined or not ceiling.defined:
        return "What a referral is worth is not known yet."
    brings = f"brings {unit.value:,.0f} {unit.unit}" if unit.value >= 0 else f"costs {-unit.value:,.0f} {unit.unit}"  # type: ignore[operator]
    return (
        f"A qualified referral {brings} after rewards; "
        f"both sides together may get up to {max(ceiling.value, 0):,.0f} {unit.unit} per conversion."  # type: ignore[type-var]
    )


def within_ceiling(known: Mapping[str, Estimate], offer: Offer) -> Check:
    """Whether the offer stays under the ceiling of its own trigger, over the ceiling's whole range."""
    ceiling = reward_ceiling(known, trigger=offer.trigger, hold_survival=offer.hold_survival)
    currency, paid = known["customer_value"].unit, offer.both_sides
    text = f"{offer.name} pays {paid:,.2f} {currency} to both sides together, on {offer.trigger}"
    if not ceiling.defined:
        return Check(name="within_ceiling", passed=None, text=f"{text}; the ceiling is not known: {ceiling.reason}")
    span = f"{ceiling.value:,.2f} ({ceiling.low:,.2f} to {ceiling.high:,.2f}) {currency} per {ceiling.per}"
    sure = paid <= ceiling.low or paid > ceiling.high  # type: ignore[operator]
    under = bool(paid <= ceiling.low) if sure else None  # type: ignore[operator]
    return Check(name="within_ceiling", passed=under, text=f"{text}; the ceiling is {span}")


def reward_chosen(offer: Offer) -> Check:
    """Whether there is an offer at all."""
    none = f"{offer.note or 'no reward was chosen'}: it is counted as nothing, and each unit paid is one less earned"
    text = f"reckoned with: {offer.name}" if offer.rewards else none
    return Check(name="reward_chosen", passed=bool(offer.rewards), text=text)


def actions(found: Verdict, offer: Offer) -> tuple[Action, ...]:
    """What follows for the client."""
    if found.status is Status.NOT_ENOUGH_DATA:
        why = "without what a customer pays nobody knows what a referral may cost"
        what = "Bring a customer list with monthly amounts, payments, or deals with their value"
        return (Action(what=what, why=why, due=30),)
    if found.status is Status.STOP:
        what = "Lower the reward under the ceiling, or pay it on conversion only"
        return (Action(what=what, why=found.reason, due=30),)
    what = f"Write down the terms of {offer.name} and a second offer to test against it"
    return (Action(what=what, why="one offer alone teaches nothing", due=30),)
