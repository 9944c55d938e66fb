"""The verdict of step 02: does a referral pay under the offer, is the offer under its ceiling, what follows."""

from collections.abc import Mapping

from referral_playbook.contract.evidence import Action, Check, Estimate, Status, Verdict
from referral_playbook.contract.writing.formatting import at_most, interval, money
from referral_playbook.domain.programme.offers import Offer
from referral_playbook.steps.value_exchange.ceilings import Ceilings, ceiling_for
from referral_playbook.steps.value_exchange.rewards import within


def verdict(known: Mapping[str, Estimate], unit: Estimate, offer: Offer) -> Verdict:
    """Go when a qualified referral is worth something over its whole range, stop when it costs over its whole range."""
    margin = known["gross_margin"] if "gross_margin" in known else known["customer_value"]
    if margin.high is not None and margin.high <= 0:
        reason = f"The gross margin is below zero ({interval(margin)}): a new customer costs more than they pay."
        if margin.value == 0:
            reason = f"The gross margin is zero ({interval(margin)}): a new customer leaves nothing."
        return Verdict(status=Status.STOP, reason=f"{reason} No reward pays.")
    if not unit.defined:
        reason = f"What a qualified referral is worth is not known: {unit.reason}."
        return Verdict(status=Status.NOT_ENOUGH_DATA, reason=reason)
    sentence = f"With {offer.name}, a qualified referral is worth {interval(unit)} after rewards"
    stands_on = known["customer_value"], known["conversion_rate"]
    if unit.lower > 0:
        return _below_ceiling(known, offer, sentence).capped(*stands_on)
    if unit.upper <= 0:
        advice = "Give less." if offer.rewards else "A new customer costs more than they bring, so no reward pays."
        return Verdict(
            status=Status.STOP, reason=f"{sentence}: the offer costs more than a referral is worth. {advice}"
        )
    return Verdict(status=Status.TEST_SMALL, reason=f"{sentence}: the range includes zero, so test it small.")


def _below_ceiling(known: Mapping[str, Estimate], offer: Offer, said: str) -> Verdict:
    """Go where the reward stays under the ceiling, which counts the referrals that are rewarded and come anyway."""
    ceiling, paid = ceiling_for(known, offer), offer.both_sides
    if ceiling.value is None or ceiling.high is None or not offer.rewards or paid <= ceiling.value:
        return Verdict(status=Status.GO, reason=f"{said}: it pays over the whole range.")
    reason = (
        f"{said}. But referrals come without a programme, and the reward is paid on those too: both sides together get "
        f"{money(paid, ceiling.unit)}, above the ceiling of {interval(ceiling)}. Give less, or test it small."
    )
    return Verdict(status=Status.STOP if paid > ceiling.high else Status.TEST_SMALL, reason=reason)


PAID_ON = {"lead": "for each lead", "conversion": "for each conversion", "hold": "after the hold"}


def headline(unit: Estimate, ceiling: Estimate) -> str:
    """The step in one sentence."""
    if unit.value is None or ceiling.value is None:
        return "What a referral is worth is not known yet."
    text = f"A qualified referral is worth {interval(unit)} after rewards"
    if unit.value < 0:
        cost = unit.as_(value=-unit.value, low=-unit.upper, high=-unit.lower)
        text = f"A qualified referral costs {interval(cost)} after rewards"
    if ceiling.value <= 0:
        return f"{text}. No reward pays."
    return f"{text}; both sides together may get up to {at_most(ceiling)} per conversion."


def under_ceiling_with_baseline(found: Ceilings, offer: Offer) -> Check:
    """Whether the offer stays under the ceiling once the reward is also paid on referrals that come anyway."""
    name, ceiling, paid = "under_ceiling_with_baseline", found.that_counts, offer.both_sides
    if not offer.rewards or offer.trigger == "lead":
        return Check(name=name, passed=None, text="No reward per conversion is paid, so there is nothing to compare.")
    if ceiling.low is None or ceiling.high is None:
        return Check(name=name, passed=None, text=f"The ceiling is not known: {ceiling.reason}.")
    text = f"{offer.name} pays {money(paid, ceiling.unit)} to both sides together. {found.words}"
    sure = paid <= ceiling.low or paid > ceiling.high
    return Check(name=name, passed=paid <= ceiling.low if sure else None, text=text)


def within_ceiling(known: Mapping[str, Estimate], offer: Offer) -> Check:
    """Whether the offer stays under the ceiling of its own trigger, over the ceiling's whole range."""
    ceiling, paid = ceiling_for(known, offer), offer.both_sides
    text = f"{offer.name} pays {money(paid, ceiling.unit)} to both sides together ({PAID_ON[offer.trigger]})"
    text = text if offer.rewards else "No reward is paid"
    if not ceiling.defined:
        return Check(name="within_ceiling", passed=None, text=f"{text}; the ceiling is not known: {ceiling.reason}.")
    under = within(known, offer)
    return Check(name="within_ceiling", passed=under, text=f"{text}; the ceiling is {interval(ceiling)}.")


def reward_chosen(offer: Offer) -> Check:
    """Whether there is an offer at all."""
    none = (
        f"{offer.note or 'No reward was chosen'}, so the plan pays none. Any reward would lower what a referral leaves."
    )
    text = f"The plan pays this reward: {offer.name}." if offer.rewards else none
    return Check(name="reward_chosen", passed=bool(offer.rewards), text=text)


def actions(found: Verdict, offer: Offer) -> tuple[Action, ...]:
    """What follows for the client."""
    if found.status is Status.NOT_ENOUGH_DATA:
        why = "Without what a customer pays, we do not know what a referral may cost."
        what = "Bring a customer list with monthly amounts, payments, or deals with their value"
        return (Action(what=what, why=why, owner="managing director", due=30),)
    if found.status is Status.STOP:
        what = "Lower the reward under the ceiling, or pay it on conversion only"
        if not offer.rewards:
            what = "Raise the margin per customer, or keep customers longer, before you pay for referrals"
        return (Action(what=what, why=found.reason, owner="programme manager", due=30),)
    what = f"Write down the terms of your offer ({offer.name}), and a second offer to test against it"
    if not offer.rewards:
        what = "Write down one reward to test against no reward, with its terms"
    why = "One offer alone cannot be compared with anything."
    return (Action(what=what, why=why, owner="programme manager", due=21),)
