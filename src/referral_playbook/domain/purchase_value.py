"""A buyer's worth where there is no contract: discounted purchases by the BG/NBD times margin per purchase."""

from __future__ import annotations

import pandas as pd

from referral_playbook.contract.evidence import Estimate, undefined
from referral_playbook.domain.value_terms import Horizon, mean_amount, times_margin
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.customer_value.bgnbd import compress
from referral_playbook.methods.customer_value.purchases import new_customer_value

REPEATERS_AT_LEAST = 30  # customers who bought again, or the four parameters of the BG/NBD cannot be told


def purchase_value(engagement: Engagement, horizon: Horizon, margin_share: Estimate, confidence: float) -> Estimate:
    """Value of a new buyer; with few who bought again, what customers paid so far, without a forecast."""
    rows = engagement.fact("purchase_summary")
    bought = pd.DataFrame() if rows is None else rows[rows["T"].notna() & (rows["T"] > 0) & (rows["days"] > 0)]
    currency = engagement.currency
    if bought.empty:
        reason = "no purchases to value: nobody has bought before the as-of date"
        return undefined(reason, unit=currency, per="new customer")
    repeaters = int((bought["x"] > 0).sum())
    if repeaters < REPEATERS_AT_LEAST:
        return _so_far(bought, repeaters, margin_share, currency, confidence)
    per_day = (bought["amount"] / bought["days"]).to_numpy(float)
    spend = mean_amount(
        per_day, unit=currency, per="purchase", source="payments: amount per purchase day", confidence=confidence
    )
    worth = new_customer_value(
        compress(bought["x"], bought["t_x"], bought["T"]),
        margin_per_purchase=times_margin(spend, margin_share, unit=currency, per="purchase"),
        horizon=horizon.months, discount_rate=horizon.monthly, unit=currency, confidence=confidence,
    )  # fmt: skip
    return worth.as_(source="discounted purchases of a new customer by BG/NBD x margin per purchase")


def _so_far(bought: pd.DataFrame, repeaters: int, margin_share: Estimate, currency: str, confidence: float) -> Estimate:
    source = f"payments: paid so far per customer, no forecast: only {repeaters} bought again, too few for the BG/NBD"
    paid = mean_amount(
        bought["amount"].to_numpy(float), unit=currency, per="new customer", source=source, confidence=confidence
    )
    return times_margin(paid, margin_share, unit=currency, per="new customer")
