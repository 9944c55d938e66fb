"""The value of a customer on a contract: margin a month times the discounted lifetime.

By segment where segments are large enough: customers who pay more often stay longer too, so that mean price times mean
lifetime would be too low. Where customers have no monthly amount, regular payments stand for it.
"""

from typing import Any

import numpy as np
import pandas as pd

from referral_playbook.contract.evidence import Basis, Estimate, undefined
from referral_playbook.domain.value.payers import payers
from referral_playbook.domain.value.payment_rhythm import MonthlyRevenue, monthly_revenue
from referral_playbook.domain.value.stated_amounts import priced_profile
from referral_playbook.domain.value.value_terms import USUAL, Horizon, margin_of, mean_amount, times_margin
from referral_playbook.facts.engagement import Engagement
from referral_playbook.facts.remembered import remembered
from referral_playbook.methods.customer_value.renewals import Renewals, renewals_from_lives
from referral_playbook.methods.customer_value.sbg_range import expected_lifetime
from referral_playbook.methods.customer_value.simple import simple_customer_value
from referral_playbook.methods.proportions import proportion
from referral_playbook.methods.uncertainty.propagation import propagate

SEGMENT_AT_LEAST = 100  # customers, or a segment is valued with the others
LOSSES_AT_LEAST = 20  # customers lost, or the two parameters of the sBG are not worth their name
BOUNDARY = 0.1  # months: leaving within three days of a renewal counts as leaving at it
SMALL = "(small ones)"
NONE = "(none)"
DAYS_AT_MOST = 1.5
"""Payment days per paid month up to which regular payments are those of a contract; a shop has more."""


def has_monthly_amounts(profile: pd.DataFrame) -> bool:
    """Whether the customers table says what anybody pays a month."""
    return bool(profile.loc[usable(profile), "monthly_amount"].gt(0).any())


@remembered
def contract_profile(engagement: Engagement) -> pd.DataFrame | None:
    """Customers on a contract, rows of `customer_profile`; None where there are none.

    Where the customers table has no monthly amount but payments come monthly, quarterly or yearly, `monthly_amount` is
    what the last payment makes a month, and customers without a payment are left out, as users of a free plan always
    are. Where nobody is recorded as
    having left, whoever no longer pays has left with the last month paid for.
    """
    profile = priced_profile(engagement)
    profile = None if profile is None else payers(engagement).of(profile)
    if profile is None or has_monthly_amounts(profile):
        return profile
    if engagement.fact("customer_months") is None:
        return None
    revenue = monthly_revenue(engagement)
    if revenue is None or not revenue.rhythm.recurring or not _pays_once_a_month(engagement, revenue.short):
        return None
    return _with_payments(profile, revenue)


def leaving_is_known(engagement: Engagement, customers: pd.DataFrame) -> bool:
    """Whether the tables can say who left: somebody did, there is a column for it, or regular payments show it."""
    if customers.empty or customers["left"].astype(bool).any() or not engagement.real_dates:
        return True
    return engagement.gives("customers", "left_on") or not _own_amounts(engagement)


def _own_amounts(engagement: Engagement) -> bool:
    profile = engagement.fact("customer_profile")
    return profile is not None and has_monthly_amounts(profile)


def _pays_once_a_month(engagement: Engagement, short: pd.Index) -> bool:
    """Whether payments are those of a contract; customers who pay every week at even intervals have one too."""
    bought, months = engagement.fact("purchase_summary"), engagement.fact("customer_months")
    if bought is None or months is None or months.empty:
        return False
    bought, months = (rows[~rows["customer_id"].isin(short)] for rows in (bought, months))
    return float(bought["days"].sum()) <= DAYS_AT_MOST * len(months)


def _with_payments(profile: pd.DataFrame, revenue: MonthlyRevenue) -> pd.DataFrame:
    latest = revenue.latest()
    paying = profile[profile["customer_id"].isin(latest.index)].copy()
    of = latest.reindex(paying["customer_id"])
    paying["monthly_amount"] = of["amount"].to_numpy(float)
    paying["amount_usable"] = True
    if paying["left"].astype(bool).any():
        return paying
    stopped = (of["until"] < revenue.last).to_numpy(bool)
    paid_for = (of["until"] - of["first"] + 1).to_numpy(float)
    tenure = paying["tenure_months"].to_numpy(float)
    return paying.assign(left=stopped, tenure_months=np.where(stopped, paid_for, tenure))


def usable(profile: pd.DataFrame) -> pd.Series:
    """Customers whose monthly amount is an amount (bool, by row)."""
    return profile["amount_usable"].astype("boolean").fillna(False).astype(bool) & profile["monthly_amount"].notna()


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
        return _value(engagement, profile, horizon, margin_share, confidence)
    sizes = _named(profile).value_counts()
    inputs: dict[str, Any] = {f"v{i}": v for i, v in enumerate(values.values())}
    weights = {f"v{i}": sizes[name] / len(profile) for i, name in enumerate(values)}

    def mixed(**worths: float) -> float:
        return float(sum(weights[name] * worth for name, worth in worths.items()))

    source = f"{next(iter(values.values())).source}; {len(values)} groups of segments, mixed as customers joined"
    labels: dict[str, Any] = {"unit": engagement.currency, "per": "new customer", "source": source}
    return propagate(mixed, **labels, **inputs).as_(n=len(profile))


@remembered
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
        str(name): _value(engagement, g, horizon, margin_share, confidence).as_(per=f"new customer, {horizon.words}")
        for name, g in groups.items()
    }


def _profile(engagement: Engagement) -> pd.DataFrame:
    profile = contract_profile(engagement)
    return pd.DataFrame() if profile is None else profile


def _named(profile: pd.DataFrame) -> pd.Series:
    """The segment of each customer; those that are too small to value alone have one name."""
    segment = profile["segment"].fillna(NONE)
    sizes = segment.value_counts()
    return segment.where(segment.map(sizes) >= SEGMENT_AT_LEAST, SMALL)


def _value(
    engagement: Engagement, customers: pd.DataFrame, horizon: Horizon, margin_share: Estimate, confidence: float
) -> Estimate:
    currency = engagement.currency
    labels = {"unit": currency, "per": "customer and month"}
    amounts = customers.loc[usable(customers), "monthly_amount"].to_numpy(float)
    amount = mean_amount(amounts, source="customers: monthly_amount", confidence=confidence, **labels)
    if not amount.defined:
        return undefined(f"no monthly amount: {amount.reason}", unit=currency, per="new customer")
    own = margin_of(customers, confidence=confidence) if margin_share.basis is Basis.MEASURED else None
    margin = times_margin(amount, own or margin_share, **labels)
    value = _lifetime(customers, margin, horizon, currency, confidence)
    if leaving_is_known(engagement, customers):
        return value
    source = f"{value.source}; nobody writes down who leaves, so we assume that nobody has"
    return value.as_(basis=Basis.ASSUMED, source=source)


def _lifetime(
    customers: pd.DataFrame, margin: Estimate, horizon: Horizon, currency: str, confidence: float
) -> Estimate:
    try:
        renewals = renewals_of(customers)
    except ValueError as error:
        return undefined(f"no lifetime: {error}", unit=currency, per="new customer", n=len(customers))
    if renewals.lost.sum() < LOSSES_AT_LEAST:
        lost = int(renewals.lost.sum())
        few = f"only {lost} customers were lost, too few for the sBG" if lost else "nobody has been lost yet"
        return _simple(renewals, margin, horizon, currency, confidence, few)
    lifetime = expected_lifetime(renewals, discount_rate=horizon.monthly, horizon=horizon.months, confidence=confidence)
    source = "monthly amount x margin x discounted lifetime by sBG, first payment at the start"
    labels: dict[str, Any] = {"unit": currency, "per": "new customer", "source": source}
    value = propagate(lambda margin, lifetime: margin * lifetime, **labels, margin=margin, lifetime=lifetime)
    if value.defined:
        return value
    return _simple(renewals, margin, horizon, currency, confidence, "the sBG does not fit these customers")


def _simple(
    renewals: Renewals, margin: Estimate, horizon: Horizon, currency: str, confidence: float, why: str
) -> Estimate:
    lost, at_risk = int(renewals.lost.sum()), int(renewals.at_risk.sum())
    retention = proportion(at_risk - lost, at_risk, confidence=confidence, per="customer and month", source="customers")
    value = simple_customer_value(
        margin=margin,
        retention=retention,
        discount_rate=horizon.monthly,
        unit=currency,
        periods=horizon.months,
    )
    return value.as_(source=f"monthly amount x margin x simple multiple at one retention rate, because {why}")
