"""What a new customer is worth in margin, by the model that fits the client's data.

Subscription (a monthly amount): margin per month times the discounted lifetime by the shifted beta-geometric, segment by
segment where they are large enough, for those who pay more often stay longer too. Repeat purchase (payments, no contract):
BG/NBD with Gamma-Gamma. Projects (won deals): mean deal. Margin, not revenue; horizon and discount rate always stated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from referral_playbook.contract.evidence import Basis, Estimate, undefined
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.combine import combine
from referral_playbook.methods.bootstrap import bootstrap
from referral_playbook.methods.lifetime_value import sbg_customer_value
from referral_playbook.methods.ratios import ratio_of_sums
from referral_playbook.methods.renewals import Renewals, renewals_from_lives
from referral_playbook.methods.repeat_purchase import compress
from referral_playbook.methods.repeat_value import new_customer_value
from referral_playbook.steps.given import Default, stated

Model = Literal["subscription", "repeat purchase", "project", "none"]
GROSS_MARGIN = Default(0.50, 0.30, 0.70)
SEGMENT_AT_LEAST = 100  # customers, or a segment is valued with the others
BOUNDARY = 0.1  # months: leaving within three days of a renewal counts as leaving at it


@dataclass(frozen=True, kw_only=True)
class Horizon:
    """How far ahead value is counted, and at what price of waiting."""

    months: int = 36
    discount_rate: float = 0.10

    @property
    def monthly(self) -> float:
        """Discount rate per month: ``(1 + d)^(1/12) - 1``."""
        return float((1 + self.discount_rate) ** (1 / 12) - 1)

    @property
    def words(self) -> str:
        return f"over {self.months} months at {self.discount_rate:.0%} a year"


def fitting_model(engagement: Engagement) -> Model:
    """The model that the client's tables allow: a monthly amount, else payments, else won deals."""
    profile = engagement.fact("customer_profile")
    if profile is not None and profile.loc[_usable(profile), "monthly_amount"].gt(0).any():
        return "subscription"
    if engagement.fact("purchase_summary") is not None:
        return "repeat purchase"
    leads = engagement.fact("lead_sources")
    return "project" if leads is not None and leads["value"].gt(0).any() else "none"


def gross_margin(engagement: Engagement, *, given: float | None = None, confidence: float = 0.95) -> Estimate:
    """Margin as a share of revenue: stated, else measured from payments, else assumed 50% (30% to 70%)."""
    profile = engagement.fact("customer_profile")
    if given is None and profile is not None and profile["margin_paid"].notna().any():
        paid = profile[profile["amount_paid"] > 0]
        return ratio_of_sums(
            paid["margin_paid"].to_numpy(float), paid["amount_paid"].to_numpy(float),
            confidence=confidence, per="unit of revenue", source="payments: margin / amount, over customers",
        )  # fmt: skip
    return stated("gross_margin", given, GROSS_MARGIN, unit="share", per="unit of revenue")


def renewals_of(profile: pd.DataFrame) -> Renewals:
    """Monthly renewals and losses. Who leaves at a renewal (within three days) did not renew; who stays is seen through the last."""
    months, left = profile["tenure_months"].to_numpy(float), profile["left"].to_numpy(bool)
    ended = np.maximum(np.ceil(months - BOUNDARY), 1) - 1
    return renewals_from_lives(np.where(left, ended, np.floor(months)).astype(int), left)


def customer_value(
    engagement: Engagement,
    *,
    horizon: Horizon = Horizon(),
    margin_share: Estimate,
    model: Model | None = None,
    confidence: float = 0.95,
) -> Estimate:
    """Margin that one new customer brings over the horizon, discounted; the first payment falls at the start.

    Parameters
    ----------
    horizon : Horizon
    margin_share : Estimate
        From `gross_margin`.
    model : str or None
        None takes `fitting_model`.

    Returns
    -------
    Estimate
        unit: the client's currency, per new customer. Undefined, with the reason, where no table tells it.
    """
    chosen = model or fitting_model(engagement)
    valued = {"subscription": _subscription, "project": _project, "repeat purchase": _repeat_purchase, "none": _unknown}[chosen]
    worth = valued(engagement, horizon, margin_share, confidence)
    return worth.as_(per=f"new customer, {horizon.words}")


def _usable(profile: pd.DataFrame) -> pd.Series:
    return profile["amount_usable"].fillna(False).astype(bool) & profile["monthly_amount"].notna()


def _subscription(engagement: Engagement, horizon: Horizon, margin_share: Estimate, confidence: float) -> Estimate:
    profile = engagement.fact("customer_profile")
    assert profile is not None
    groups = _groups(profile)
    values = {f"v{i}": _contract(g, horizon, margin_share, engagement.currency, confidence) for i, g in enumerate(groups)}
    unknown = [v for v in values.values() if not v.defined]
    if unknown or len(groups) == 1:
        return _contract(profile, horizon, margin_share, engagement.currency, confidence)
    weights = {f"v{i}": len(g) / len(profile) for i, g in enumerate(groups)}

    def mixed(**worths: float) -> float:
        return sum(weights[name] * worth for name, worth in worths.items())

    source = f"{next(iter(values.values())).source}; {len(groups)} groups of segments, mixed as customers joined"
    whole = combine(mixed, unit=engagement.currency, per="new customer", source=source, **values)
    return whole.as_(n=len(profile))


def _groups(profile: pd.DataFrame) -> list[pd.DataFrame]:
    """Customers by segment; segments that are too small to value alone stand together."""
    segment = profile["segment"].fillna("(none)")
    sizes = segment.value_counts()
    named = segment.where(segment.map(sizes) >= SEGMENT_AT_LEAST, "(small ones)")
    groups = [g for _, g in profile.groupby(named, sort=True)]
    return groups if min(map(len, groups)) >= SEGMENT_AT_LEAST else [profile]


def _contract(
    customers: pd.DataFrame, horizon: Horizon, margin_share: Estimate, currency: str, confidence: float
) -> Estimate:
    amounts = customers.loc[_usable(customers), "monthly_amount"].to_numpy(float)
    amount = mean_amount(amounts, unit=currency, per="customer and month", source="customers: monthly_amount", confidence=confidence)
    told = {"unit": currency, "per": "new customer"}
    if not amount.defined:
        return undefined(f"no monthly amount: {amount.reason}", **told)
    margin = combine(lambda a, m: a * m, unit=currency, per="customer and month", source="amount x margin", a=amount, m=margin_share)
    worth = sbg_customer_value(
        renewals_of(customers), margin=margin, discount_rate=horizon.monthly, unit=currency,
        horizon=horizon.months, confidence=confidence,
    )  # fmt: skip
    return worth.as_(source="monthly amount x margin x discounted lifetime by sBG, first payment at the start")


def mean_amount(amounts: NDArray[np.float64], *, unit: str, per: str, source: str, confidence: float = 0.95) -> Estimate:
    """Mean with its bootstrap interval; where all pay the same price, that price."""
    if amounts.size and np.all(amounts == amounts[0]):
        price = float(amounts[0])
        return Estimate(
            value=price, low=price, high=price, confidence=confidence, n=amounts.size, unit=unit, per=per,
            basis=Basis.MEASURED, source=f"{source}; one price for all",
        )  # fmt: skip
    return bootstrap(amounts, unit=unit, per=per, source=source, confidence=confidence)


def _repeat_purchase(engagement: Engagement, horizon: Horizon, margin_share: Estimate, confidence: float) -> Estimate:
    rows = engagement.fact("purchase_summary")
    assert rows is not None
    bought = rows[rows["T"].notna() & (rows["T"] > 0)]
    per_day = (bought["amount"] / bought["days"]).to_numpy(float)
    currency = engagement.currency
    spend = mean_amount(per_day, unit=currency, per="purchase", source="payments: amount per purchase day", confidence=confidence)
    told = {"unit": currency, "per": "new customer"}
    if not spend.defined:
        return undefined(f"no purchases to value: {spend.reason}", **told)
    margin = combine(lambda a, m: a * m, unit=currency, per="purchase", source="spend x margin", a=spend, m=margin_share)
    worth = new_customer_value(
        compress(bought["x"], bought["t_x"], bought["T"]), margin_per_purchase=margin, horizon=horizon.months,
        discount_rate=horizon.monthly, unit=currency, confidence=confidence,
    )  # fmt: skip
    return worth.as_(source="discounted purchases of a new customer by BG/NBD x margin per purchase")


def stated_value(value: float, currency: str) -> Estimate:
    """A customer value that the client stated, held possible from half to one and a half times it."""
    return stated("customer_value", value, Default(1.0, 0.5, 1.5), unit=currency, per="new customer")


def _project(engagement: Engagement, horizon: Horizon, margin_share: Estimate, confidence: float) -> Estimate:
    deals = engagement.fact("won_deals")
    assert deals is not None
    valued = deals[deals["value"].gt(0)]
    amounts = np.repeat(valued["value"].to_numpy(float), valued["deals"])
    source = "leads: mean value of won deals whose value is known, first deal only"
    deal = mean_amount(amounts, unit=engagement.currency, per="new customer", source=source, confidence=confidence)
    return combine(lambda d, m: d * m, unit=engagement.currency, per="new customer", source=f"{source} x margin", d=deal, m=margin_share)


def _unknown(engagement: Engagement, horizon: Horizon, margin_share: Estimate, confidence: float) -> Estimate:
    reason = "no table tells what a customer pays: there is no monthly amount, no payment and no won deal with a value"
    return undefined(reason, unit=engagement.currency, per="new customer")
