"""The margin that a new customer brings, by the model that fits the client's data.

Contract (a monthly amount, or regular payments): `contract_value`. Purchases without a rhythm: `purchase_value`.
Projects (won deals): the mean deal. Only totals to date: their mean. Always margin, never revenue; horizon and discount
rate are always stated.
"""

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
import pandas as pd

from referral_playbook.contract.evidence import Estimate, undefined
from referral_playbook.domain.assumptions import Default, assumed_value
from referral_playbook.domain.value.contract_value import contract_profile, contract_value, segment_values
from referral_playbook.domain.value.payment_rhythm import monthly_revenue
from referral_playbook.domain.value.purchase_value import purchase_value
from referral_playbook.domain.value.value_terms import USUAL, Horizon, gross_margin, mean_amount, times_margin
from referral_playbook.facts.engagement import Engagement

__all__ = [
    "USUAL",
    "Horizon",
    "Model",
    "customer_value",
    "describe_model",
    "fitting_model",
    "gross_margin",
    "segment_values",
    "stated_value",
]

Model = Literal["subscription", "repeat purchase", "project", "total so far", "none"]
IN_WORDS: dict[Model, str] = {
    "subscription": "Customers pay at regular intervals, so we value them by how long they stay (sBG).",
    "repeat purchase": "Customers buy without a contract, so we value them by how often they buy again (BG/NBD).",
    "project": "Customers come for a project, so we value them by the mean deal and count no repeat business.",
    "total so far": (
        "The tables show only what each customer has paid so far, so we value a new customer by that, without a "
        "forecast."
    ),
    "none": "No table says what a customer pays.",
}


def describe_model(engagement: Engagement) -> str:
    """How customers are valued and why, in words; for payments by term also when they fall due."""
    model = fitting_model(engagement)
    revenue = monthly_revenue(engagement) if model == "subscription" else None
    when = f" {revenue.calendar.describe()}" if revenue is not None and revenue.calendar else ""
    return IN_WORDS[model] + when


def fitting_model(engagement: Engagement) -> Model:
    """The model that the client's tables allow: a contract, else purchases, else won deals, else totals to date.

    A contract is a monthly amount, or payments that come monthly, quarterly, yearly or by term.
    """
    if contract_profile(engagement) is not None:
        return "subscription"
    if engagement.fact("purchase_summary") is not None:
        return "repeat purchase"
    leads = engagement.fact("lead_sources")
    if leads is not None and leads["value"].gt(0).any():
        return "project"
    return "total so far" if _totals(engagement).gt(0).any() else "none"


def customer_value(
    engagement: Engagement,
    *,
    horizon: Horizon = USUAL,
    margin_share: Estimate,
    model: Model | None = None,
    confidence: float = 0.95,
) -> Estimate:
    """Margin that one new customer brings over the horizon, discounted; the first payment falls at the start.

    By `fitting_model` where no model is named. Undefined, with the reason, where no table tells it.
    """
    chosen = model or fitting_model(engagement)
    value = MODELS[chosen](engagement, horizon, margin_share, confidence)
    return value.as_(per=f"new customer, {horizon.words}")


def stated_value(value: float, currency: str) -> Estimate:
    """A customer value that the client stated, assumed to lie from half to one and a half times it."""
    return assumed_value("customer_value", value, Default(1.0, 0.5, 1.5), unit=currency, per="new customer")


def _deal_value(engagement: Engagement, horizon: Horizon, margin_share: Estimate, confidence: float) -> Estimate:
    deals, currency = engagement.fact("won_deals"), engagement.currency
    if deals is None:
        return undefined("there is no table of leads with won deals", unit=currency, per="new customer")
    valued = deals[deals["value"].gt(0) & (deals["given_or_received"].fillna("") != "given")]
    amounts = np.repeat(valued["value"].to_numpy(float), valued["deals"])
    source = "leads: mean value of won deals whose value is known, first deal only"
    deal = mean_amount(amounts, unit=currency, per="new customer", source=source, confidence=confidence)
    return times_margin(deal, margin_share, unit=currency, per="new customer")


def _totals(engagement: Engagement) -> pd.Series:
    """What each customer has paid so far, of those of whom it is known."""
    profile = engagement.fact("customer_profile")
    return pd.Series(dtype=float) if profile is None else profile["total_amount"].dropna().astype(float)


def _total_so_far(engagement: Engagement, horizon: Horizon, margin_share: Estimate, confidence: float) -> Estimate:
    source = "customers: total_amount, what customers paid so far, without a forecast"
    labels: dict[str, Any] = {"unit": engagement.currency, "per": "new customer"}
    totals = _totals(engagement).to_numpy(float)
    return times_margin(mean_amount(totals, source=source, confidence=confidence, **labels), margin_share, **labels)


def _unknown(engagement: Engagement, horizon: Horizon, margin_share: Estimate, confidence: float) -> Estimate:
    reason = "no table tells what a customer pays: no monthly amount, no total, no payment and no won deal with a value"
    return undefined(reason, unit=engagement.currency, per="new customer")


MODELS: dict[Model, Callable[[Engagement, Horizon, Estimate, float], Estimate]] = {
    "subscription": contract_value,
    "repeat purchase": purchase_value,
    "project": _deal_value,
    "total so far": _total_so_far,
    "none": _unknown,
}
