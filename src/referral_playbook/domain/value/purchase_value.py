"""The value of a buyer without a contract: discounted purchases (BG/NBD) times margin per purchase (Gamma-Gamma).

Where a model does not fit, the simpler form takes its place and says so.
"""

from typing import Any

import pandas as pd

from referral_playbook.contract.evidence import Estimate, undefined
from referral_playbook.domain.value.value_terms import Horizon, mean_amount, times_margin
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.customer_value.bgnbd import compress
from referral_playbook.methods.customer_value.gamma_gamma import spend_of_new_customer
from referral_playbook.methods.customer_value.purchases import purchases_of_new_customer
from referral_playbook.methods.uncertainty.propagation import propagate

REPEATERS_AT_LEAST = 30
"""Customers who bought again; with fewer, the four parameters of the BG/NBD cannot be estimated."""


def purchase_value(engagement: Engagement, horizon: Horizon, margin_share: Estimate, confidence: float) -> Estimate:
    """Value of a new buyer; where it cannot be forecast, what customers paid so far."""
    bought, currency = buyers(engagement), engagement.currency
    if bought.empty:
        reason = "no purchases to value: nobody has bought before the as-of date"
        return undefined(reason, unit=currency, per="new customer")
    repeaters = int((bought["x"] > 0).sum())
    if repeaters < REPEATERS_AT_LEAST:
        why = f"only {repeaters} bought again, too few for a forecast of repeat purchases"
        return _so_far(bought, why, margin_share, currency, confidence)
    spend = spend_per_purchase(bought, currency, confidence)
    history = compress(bought["x"], bought["t_x"], bought["T"])
    purchases = purchases_of_new_customer(
        history, horizon=horizon.months, discount_rate=horizon.monthly, confidence=confidence
    )
    margin = times_margin(spend, margin_share, unit=currency, per="purchase")
    labels: dict[str, Any] = {
        "unit": currency,
        "per": "new customer",
        "source": f"discounted purchases of a new customer by BG/NBD x margin per purchase; {spend.source}",
    }
    value = propagate(lambda bought, margin: bought * margin, **labels, bought=purchases, margin=margin)
    if value.defined:
        return value
    why = "the usual forecast of repeat purchases does not fit these customers"
    return _so_far(bought, why, margin_share, currency, confidence)


def buyers(engagement: Engagement) -> pd.DataFrame:
    """Customers who bought before the as-of date (rows of `purchase_summary`)."""
    rows = engagement.fact("purchase_summary")
    return pd.DataFrame() if rows is None else rows[rows["T"].notna() & (rows["T"] > 0) & (rows["days"] > 0)]


def spend_per_purchase(bought: pd.DataFrame, currency: str, confidence: float) -> Estimate:
    """Amount per purchase day of a new customer: by the Gamma-Gamma, else the mean over customers."""
    again = bought[(bought["x"] > 0) & (bought["mean_amount"] > 0)]
    spend = spend_of_new_customer(again["x"], again["mean_amount"], unit=currency, confidence=confidence)
    if spend.defined:
        return spend
    per_day = (bought["amount"] / bought["days"]).to_numpy(float)
    source = "payments: mean amount per purchase day, because the Gamma-Gamma does not fit"
    return mean_amount(per_day, unit=currency, per="purchase", source=source, confidence=confidence)


def _so_far(bought: pd.DataFrame, why: str, margin_share: Estimate, currency: str, confidence: float) -> Estimate:
    source = f"payments: what customers paid so far, without a forecast, because {why}"
    paid = mean_amount(
        bought["amount"].to_numpy(float), unit=currency, per="new customer", source=source, confidence=confidence
    )
    return times_margin(paid, margin_share, unit=currency, per="new customer")
