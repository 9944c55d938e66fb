"""What research says of rewards, and where this offer stands: rules with their source, not verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from referral_playbook.benchmarks import registry
from referral_playbook.contract.evidence import Estimate
from referral_playbook.facts.engagement import Engagement
from referral_playbook.steps.offer_value import reward_ceiling
from referral_playbook.steps.offers import Offer


def rules(engagement: Engagement, known: Mapping[str, Estimate], offer: Offer) -> list[dict[str, Any]]:
    """Rows: finding, here (this offer), firmness, source."""
    here = {
        "reward_the_advocate_where_ties_or_brand_are_weak": _side(offer),
        "split_the_reward": _split(offer),
        "larger_rewards_bring_less_profitable_friends": _size(known, offer),
        "reward_in_between": _delight(engagement),
        "friends_stay_with_their_advocate": "Ask customers who are likely to stay; step 03 says which.",
    }
    return [
        {"finding": (b := registry()[name]).note, "here": said, "firmness": b.firmness, "source": b.reference}
        for name, said in here.items()
    ]


def _side(offer: Offer) -> str:
    fits = {
        "advocate": "Rewards the advocate: fits where friends hardly know each other, or hardly know the brand.",
        "friend": "Rewards the friend: fits close friends and a known brand.",
        "both": "Rewards both: the friend's part fits close friends and a known brand.",
        "nobody": "Rewards nobody.",
    }
    return fits[offer.side]


def _split(offer: Offer) -> str:
    advocate, friend = offer.cost("advocate"), offer.cost("friend")
    if offer.side == "nobody":
        return "No reward to split."
    if advocate == friend:
        return "An equal split."
    return "Generous: the friend gets more." if friend > advocate else "Selfish: test it against an equal split."


def _size(known: Mapping[str, Estimate], offer: Offer) -> str:
    if not offer.rewards:
        return "No reward: no pull on who comes."
    ceiling = reward_ceiling(known, trigger=offer.trigger, hold_survival=offer.hold_survival)
    if not ceiling.defined or ceiling.value <= 0:  # type: ignore[operator]
        return "How large it is for this client cannot be told."
    part = offer.both_sides / ceiling.value  # type: ignore[operator]
    return f"Both sides get {part:.0%} of the ceiling: watch the margin of the friends it brings."


def _delight(engagement: Engagement) -> str:
    fit = engagement.upstream("pmf_check")
    ellis = fit.estimates.get("very_disappointed_share") if fit else None
    if ellis is None or not ellis.defined:
        return "How easily customers are delighted is not known: see step 01."
    return f"{ellis.value:.0%} of users would be very disappointed without it ({ellis.low:.0%} to {ellis.high:.0%})."
