"""All reward options side by side: kind, side, trigger, tier, cap, what each brings, and what it may cost in a year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from referral_playbook.contract.evidence import Estimate
from referral_playbook.facts.engagement import Engagement
from referral_playbook.steps import offers
from referral_playbook.steps.offer_value import reward_ceiling, unit_value
from referral_playbook.steps.offers import NO_OFFER, Offer
from referral_playbook.steps.reward_liability import Referring, last_rewarded, liability, rewarded_share

COLUMNS = (
    "option", "kind", "side", "trigger", "tier", "cap", "rewarded", "cost", "value", "worth_per_cost",
    "unit_value", "makes_up_at",
    "within_ceiling", "expected", "p90", "p99",
)  # fmt: skip

SHOWN = tuple(name for name in COLUMNS if name not in ("kind", "tier", "cap"))  # what has room on a page


def options(
    engagement: Engagement, known: Mapping[str, Estimate], who: Referring, *, chosen: Offer, hold_survival: float = 1.0
) -> pd.DataFrame:
    """The options of the rewards table, the chosen one among them, and no reward at all.

    Returns
    -------
    DataFrame
        rewarded (which referrals of an advocate, in words), cost (to the firm, each side), value (to the one who gets
        it), worth_per_cost (value / cost), unit_value
        (Estimate, per qualified referral, under tier and cap), makes_up_at (more referrals than without a reward,
        relative, at which the firm earns the same; null where none would do), within_ceiling (None: cannot be told),
        expected, p90 and p99 of the rewards of a year.
    """
    listed = offers.listed(engagement, hold_survival=hold_survival)
    if chosen.rewards and chosen.name not in {o.name for o in listed}:
        listed = [chosen, *listed]
    rows = pd.DataFrame([_row(known, who, offer) for offer in (*listed, NO_OFFER)])
    free = unit_value(known, NO_OFFER)
    rows["makes_up_at"] = [makes_up_at(free, u) for u in rows["unit_value"]]
    return rows[list(COLUMNS)]


def makes_up_at(free: Estimate, rewarded: Estimate) -> float | None:
    """How many more referrals a reward must bring, relative, to earn what is earned without: ``u0 / u - 1``.

    None where a referral under the reward brings nothing: no number of them makes up for it.
    """
    if not (free.defined and rewarded.defined) or rewarded.value <= 0:  # type: ignore[operator]
        return None
    return float(free.value / rewarded.value - 1)  # type: ignore[operator]


def _row(known: Mapping[str, Estimate], who: Referring, offer: Offer) -> dict[str, Any]:
    cost = max(offer.cost("advocate"), offer.cost("friend"))
    run = liability(who, known, offer)
    paid = rewarded_share(who, known, offer)
    nothing = None if offer.rewards else 0.0
    return {
        "option": offer.name, "kind": offer.kind, "side": offer.side, "trigger": offer.trigger,
        "tier": offer.tier, "cap": offer.cap, "rewarded": rewarded(offer), "cost": cost, "value": offer.value,
        "worth_per_cost": offer.value / cost if offer.value is not None and cost else None,
        "unit_value": unit_value(known, offer, rewarded=paid),
        "within_ceiling": within(known, offer),
        "expected": run.mean if run else nothing,
        "p90": run.p90 if run else nothing,
        "p99": run.p99 if run else nothing,
    }  # fmt: skip


def within(known: Mapping[str, Estimate], offer: Offer) -> bool | None:
    """Whether both sides together stay under the ceiling of the trigger, over its whole range; None: across it."""
    ceiling = reward_ceiling(known, trigger=offer.trigger, hold_survival=offer.hold_survival)
    if not ceiling.defined:
        return None
    if offer.both_sides <= ceiling.low:  # type: ignore[operator]
        return True
    return False if offer.both_sides > ceiling.high else None  # type: ignore[operator]


def rewarded(offer: Offer) -> str:
    """Which referrals of an advocate are rewarded in a year, in words."""
    if not offer.rewards:
        return "none"
    first, last = offer.tier or 1, last_rewarded(offer)
    if last is None:
        return "every one" if first == 1 else f"number {first} and on"
    return f"number {first}" if first == last else f"number {first} to {last}"


def unit_values(rows: pd.DataFrame) -> dict[str, Estimate]:
    """Option to what a qualified referral brings under it, ready to draw."""
    return dict(zip(rows["option"], rows["unit_value"], strict=True))
