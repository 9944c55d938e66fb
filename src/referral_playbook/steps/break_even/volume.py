"""How many conversions and qualified referrals cover the fixed cost, and what that means for those who are there."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from referral_playbook.contract.evidence import Estimate, undefined
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.economics import break_even
from referral_playbook.methods.propagation import combine
from referral_playbook.steps.break_even.futures import Programme

ANY_VOLUME = "cannot break even at any volume"


def volumes(fixed: Estimate, contribution: Estimate, conversion: Estimate) -> dict[str, Estimate]:
    """break_even_conversions and break_even_referrals (qualified), whole numbers, to cover the fixed cost.

    The range runs from low cost, high contribution and high conversion to the opposite, square-and-add; where the
    contribution reaches zero within its range there is no upper limit, and that is said.
    """
    conversions = _volume("conversions", fixed, contribution, None)
    return {
        "break_even_conversions": conversions,
        "break_even_referrals": _volume("qualified referrals", fixed, contribution, conversion),
    }


def _volume(unit: str, fixed: Estimate, contribution: Estimate, conversion: Estimate | None) -> Estimate:
    said: dict[str, Any] = {"unit": unit, "per": fixed.per, "source": "ceil(fixed cost / contribution)"}
    if conversion is not None:
        said["source"] = "ceil(break-even conversions / conversion rate)"
    for e in (fixed, contribution, *([conversion] if conversion else [])):
        if not e.defined:
            return undefined(e.reason, basis=e.basis, **said)
    if contribution.value <= 0:  # type: ignore[operator]
        reason = f"{ANY_VOLUME}: a conversion contributes {contribution.value:,.2f} {contribution.unit}"
        return undefined(reason, basis=contribution.basis, **said)

    def whole(f: float, u: float, c: float = 1.0) -> float:
        found = break_even(fixed_cost=f, contribution=u, conversion=None if conversion is None else c)
        needed = found.conversions if conversion is None else found.referrals
        if needed is None:
            raise ValueError(found.reason)
        return float(needed)

    inputs = {"f": fixed, "u": contribution} | ({"c": conversion} if conversion else {})
    return _whole_range(combine(whole, open_above=True, **said, **inputs))  # type: ignore[arg-type]


def _whole_range(volume: Estimate) -> Estimate:
    """Volumes are whole: the range is rounded outwards."""
    if not volume.defined:
        return volume
    high = None if volume.high is None else float(math.ceil(volume.high))
    return volume.as_(low=float(max(0, math.floor(volume.low))), high=high)  # type: ignore[arg-type]


def per_head(referrals: Estimate, heads: int, *, per: str) -> Estimate:
    """Referrals needed from each of `heads` advocates or customers."""
    said: dict[str, Any] = {"unit": "qualified referrals", "per": per}
    if not referrals.defined or heads == 0:
        reason = referrals.reason if not referrals.defined else f"there is no {per} to count on"
        return undefined(reason, basis=referrals.basis, **said)
    high = None if referrals.high is None else referrals.high / heads
    return referrals.as_(value=referrals.value / heads, low=referrals.low / heads, high=high, n=heads, **said)  # type: ignore[operator]


def advocates_and_customers(engagement: Engagement) -> tuple[int, int]:
    """Customers who ever referred and are still there, and all customers who are still there."""
    profile = engagement.fact("customer_profile")
    if profile is None:
        return 0, 0
    here = profile[~profile["left"].astype(bool)]
    return int((here["referrals_made"].fillna(0) > 0).sum()), len(here)


def times_todays_rate(referrals: Estimate, baseline: Estimate, qualified: Estimate, *, months: int) -> Estimate:
    """Qualified referrals needed a month, as a multiple of the qualified referrals of today."""
    return combine(
        lambda needed, now, q: needed / months / (now * q),
        unit="times", per="today's qualified referrals a month",
        source="needed a month / (referrals per month x qualified share)",
        open_above=True, needed=referrals, now=baseline, q=qualified,
    )  # fmt: skip


def shares(engagement: Engagement, needed: Mapping[str, Estimate], programme: Programme) -> dict[str, Estimate]:
    """The qualified referrals needed, per advocate, per customer, and as a multiple of today's rate."""
    advocates, customers = advocates_and_customers(engagement)
    referrals, months = needed["break_even_referrals"], programme.months
    return {
        "referrals_per_advocate": per_head(referrals, advocates, per="active advocate"),
        "referrals_per_customer": per_head(referrals, customers, per="active customer"),
        "times_todays_rate": times_todays_rate(referrals, programme.baseline, programme.qualified, months=months),
    }


def shared_out(
    engagement: Engagement, needed: Mapping[str, Estimate], programme: Programme
) -> tuple[str | Estimate, ...]:
    """The same ready to read; nothing where the volume is not known."""
    if not needed["break_even_referrals"].defined:
        return ("",)
    each = shares(engagement, needed, programme)
    return (
        "Shared out, that is ", each["referrals_per_advocate"], " from each customer who has ever referred, or ",
        each["referrals_per_customer"], " from each customer: ", each["times_todays_rate"], " what comes today.",
    )  # fmt: skip
