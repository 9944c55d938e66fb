"""What each of today's customers pays in a year, and the margin on it."""

from typing import Any

import pandas as pd

from referral_playbook.contract.evidence import Estimate, undefined
from referral_playbook.domain.value.contract_value import contract_profile, usable
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.uncertainty.propagation import propagate

YEAR = 12
COLUMNS = [
    "customer_id",
    "segment",
    "region",
    "tenure_months",
    "joined_on",
    "nps",
    "open_complaint",
    "referrals_made",
    "payments",
    "last_paid_on",
    "last_touch_on",
    "last_ask_on",
    "last_kind_act_on",
]


def with_money(engagement: Engagement, *, margin_share: Estimate) -> pd.DataFrame:
    """Today's customers with the amount and the margin of a year.

    Returns
    -------
    DataFrame
        COLUMNS of `customer_profile`, and yearly_amount, yearly_margin (currency): the monthly amount times 12 (of a
        yearly or quarterly plan, what it makes a month), else what was paid in the last 12 months; missing where
        neither is known. The margin is yearly_amount times `margin_share`.
    """
    profile = engagement.fact("customer_profile")
    if profile is None:
        return pd.DataFrame(columns=[*COLUMNS, "yearly_amount", "yearly_margin"]).astype({"nps": float})
    today = profile[~profile["left"].astype(bool)]
    contract = contract_profile(engagement)
    monthly = pd.Series(dtype=float)
    if contract is not None:
        monthly = contract.loc[usable(contract)].set_index("customer_id")["monthly_amount"]
    amount = (today["customer_id"].map(monthly).astype(float) * YEAR).fillna(today["amount_last_12m"]).astype(float)
    share = margin_share.value if margin_share.defined else float("nan")
    return today[COLUMNS].assign(yearly_amount=amount, yearly_margin=amount * share).reset_index(drop=True)


def margin_of(people: pd.DataFrame, *, margin_share: Estimate, currency: str, per: str) -> Estimate:
    """Margin a year of these customers together (rows of `with_money`); its range is that of the margin share."""
    labels: dict[str, Any] = {"unit": currency, "per": per, "source": "what they pay in a year x margin"}
    amount = people["yearly_amount"]
    if len(people) and amount.isna().all():
        return undefined("no table shows what these customers pay in a year", **labels)
    total = float(amount.sum())
    return propagate(lambda g: g * total, g=margin_share, **labels).as_(n=len(people))
