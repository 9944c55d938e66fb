"""The verdict of step 02: does a referral pay under the offer, is the offer under its ceiling, what follows."""

from __future__ import annotations

from collections.abc import Mapping

from referral_playbook.contract.evidence import Action, Check, Estimate, Status, Verdict
from referral_playbook.domain.offers import Offer, reward_ceiling


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
    text = text if offer.rewards else "no reward is paid"
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
