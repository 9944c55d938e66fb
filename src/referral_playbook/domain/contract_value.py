"""A subscriber's worth: margin a month times the discounted lifetime, segment by segment where they are large enough.

Those who pay more often stay longer too, so that mean price times mean lifetime would be too low.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from referral_playbook.contract.evidence import Basis, Estimate, undefined
from referral_playbook.domain.value_terms import USUAL, Horizon, margin_of, mean_amount, times_margin
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.customer_value.renewals import Renewals, renewals_from_lives
from referral_playbook.methods.customer_value.simple import sbg_customer_value, simple_customer_value
from referral_playbook.methods.propagation import combine
from referral_playbook.methods.proportions import proportion

SEGMENT_AT_LEAST = 100  # customers, or a segment is valued with the others
LOSSES_AT_LEAST = 20  # customers lost, or the two parameters of the sBG are not worth their name
BOUNDARY = 0.1  # months: leaving within three days of a renewal counts as leaving at it
SMALL = "(small ones)"
NONE = "(none)"


def usable(profile: pd.DataFrame) -> pd.Series:
    """Customers whose monthly amount is an amount (bool, by row)."""
    return profile["amount_usable"].fillna(False).astype(bool) & profile["monthly_amount"].notna()


def renewals_of(customers: pd.DataFrame) -> Renewals:
    """Monthly renewals and losses.

    Who leaves at a renewal (within three days) did not renew; who stays is seen through the last one.
    """
    return renewals_of_lives(customers["tenure_months"].to_numpy(float), customers["left"].to_numpy(bool))


def renewals_of_lives(months: np.ndarray, left: np.ndarray) -> Renewals:
    """The same from two arrays: months (tenure) and left."""
    ended = np.maximum(np.ceil(months - BOUNDARY), 1) - 1
    return renewals_from_lives(np.where(left, ended, np.floor(months)).astype(int), left)


def contract_value(engagement: Engagement, horizon: Horizon, margin_share: Estimate, confidence: float) -> Estimate:
    """Value of a new subscriber, mixed over the segments as customers joined."""
    profile = _profile(engagement)
    values = segment_values(engagement, horizon=horizon, margin_share=margin_share, confidence=confidence)
    if len(values) < 2 or not all(v.defined for v in values.values()):
        return _value(profile, horizon, margin_share, engagement.currency, confidence)
    sizes = _named(profile).value_counts()
    inputs: dict[str, Any] = {f"v{i}": v for i, v in enumerate(values.values())}
    weights = {f"v{i}": sizes[name] / len(profile) for i, name in enumerate(values)}

    def mixed(**worths: float) -> float:
        return float(sum(weights[name] * worth for name, worth in worths.items()))

    source = f"{next(iter(values.values())).source}; {len(values)} groups of segments, mixed as customers joined"
    told: dict[str, Any] = {"unit": engagement.currency, "per": "new customer", "source": source}
    return combine(mixed, **told, **inputs).as_(n=len(profile))


def segment_values(
    engagement: Engagement, *, horizon: Horizon = USUAL, margin_share: Estimate, confidence: float = 0.95
) -> dict[str, Estimate]:
    """Customer value by segment (those under 100 customers stand together); empty where the segments are too small."""
    profile = _profile(engagement)
    if profile.empty:
        return {}
    groups = dict(list(profile.groupby(_named(profile), sort=True)))
    if len(groups) < 2 or min(map(len, groups.values())) < SEGMENT_AT_LEAST:
        return {}
    return {
        str(name): _value(g, horizon, margin_share, engagement.currency, confidence).as_(
            per=f"new customer, {horizon.words}"
        )
        for name, g in groups.items()
    }


def _profile(engagement: Engagement) -> pd.DataFrame:
    profile = engagement.fact("customer_profile")
    return pd.DataFrame() if profile is None else profile


def _named(profile: pd.DataFrame) -> pd.Series:
    """The segment of each customer; those that are too small to value alone have one name."""
    segment = profile["segment"].fillna(NONE)
    sizes = segment.value_counts()
    return segment.where(segment.map(sizes) >= SEGMENT_AT_LEAST, SMALL)


def _value(
    customers: pd.DataFrame, horizon: Horizon, margin_share: Estimate, currency: str, confidence: float
) -> Estimate:
    told = {"unit": currency, "per": "customer and month"}
    amounts = customers.loc[usable(customers), "monthly_amount"].to_numpy(float)
    amount = mean_amount(amounts, source="customers: monthly_amount", confidence=confidence, **told)
    if not amount.defined:
        return undefined(f"no monthly amount: {amount.reason}", unit=currency, per="new customer")
    own = margin_of(customers, confidence=confidence) if margin_share.basis is Basis.MEASURED else None
    margin = times_margin(amount, own or margin_share, **told)
    return _lifetime(customers, margin, horizon, currency, confidence)


def _lifetime(
    customers: pd.DataFrame, margin: Estimate, horizon: Horizon, currency: str, confidence: float
) -> Estimate:
    try:
        renewals = renewals_of(customers)
    except ValueError as error:
        return undefined(f"no lifetime: {error}", unit=currency, per="new customer", n=len(customers))
    if renewals.lost.sum() < LOSSES_AT_LEAST:
        return _simple(renewals, margin, horizon, currency, confidence)
    worth = sbg_customer_value(
        renewals,
        margin=margin,
        discount_rate=horizon.monthly,
        unit=currency,
        horizon=horizon.months,
        confidence=confidence,
    )
    return worth.as_(source="monthly amount x margin x discounted lifetime by sBG, first payment at the start")


def _simple(renewals: Renewals, margin: Estimate, horizon: Horizon, currency: str, confidence: float) -> Estimate:
    lost, at_risk = int(renewals.lost.sum()), int(renewals.at_risk.sum())
    kept = proportion(at_risk - lost, at_risk, confidence=confidence, per="customer and month", source="customers")
    worth = simple_customer_value(
        margin=margin,
        retention=kept,
        discount_rate=horizon.monthly,
        unit=currency,
        timing="start",
        periods=horizon.months,
    )
    few = f"only {lost} customers were lost, too few for the sBG"
    return worth.as_(source=f"monthly amount x margin x simple multiple at one retention rate: {few}")
