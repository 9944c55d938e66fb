"""Payments that are for longer than the customer's usual plan, and payments of longer plans that were given back."""

import numpy as np
import pandas as pd

from referral_playbook.facts.engagement import Engagement

LONGER = (3, 6, 12, 24)
"""Months that one payment of a customer with a monthly plan may be for."""
DISCOUNT = (0.6, 1.25)
"""What a month of the longer plan may cost, as a multiple of the monthly price: nearly always less."""
FEWEST_MONTHLY = 3
GIVEN_BACK = 0.95
"""Share of a payment that a refund must reach to undo it."""


def switched(paid: pd.DataFrame, plans: pd.Series) -> pd.Series:
    """Months that each payment is for, where a customer on a monthly plan paid for longer; by row of `paid`, else NaN.

    Such a payment is a multiple of the monthly price, and the next one comes when its months are over, or not yet.
    `paid` has customer_id, month (number) and amount, sorted by customer and month; `plans` the usual months by
    customer.
    """
    own = paid[(paid["customer_id"].map(plans) == 1) & (paid["amount"] > 0)]
    of = own.groupby("customer_id")
    usual = of["amount"].transform("median")
    rows = own[(own["amount"] >= LONGER[0] * DISCOUNT[0] * usual) & (of["amount"].transform("size") > FEWEST_MONTHLY)]
    found = pd.Series(np.nan, index=paid.index)
    if rows.empty:
        return found
    gap = (of["month"].shift(-1) - own["month"])[rows.index].to_numpy(float)
    price = (rows["amount"] / usual[rows.index]).to_numpy(float)
    for months in LONGER:
        fits = (price / months >= DISCOUNT[0]) & (price / months <= DISCOUNT[1])
        waits = np.isnan(gap) | ((gap >= max(2, months - 1)) & (gap <= months + 1))
        found[rows.index[fits & waits]] = months
    return found


def given_back(engagement: Engagement) -> pd.DataFrame:
    """Refunds by customer and month: customer_id, month (number), amount; no rows where there are none."""
    rows = engagement.fact("refunds")
    if rows is None or rows.empty:
        return pd.DataFrame({"customer_id": [], "month": pd.Series(dtype="int64"), "amount": pd.Series(dtype=float)})
    rows = rows.sort_values(["customer_id", "refunded_on"])
    amount = rows["refunded"] - rows.groupby("customer_id")["refunded"].shift().fillna(0.0)
    day = pd.to_datetime(rows["refunded_on"])
    months = pd.DataFrame({"customer_id": rows["customer_id"], "month": day.dt.year * 12 + day.dt.month - 1})
    return months.assign(amount=amount).groupby(["customer_id", "month"], as_index=False)["amount"].sum()


def until_given_back(terms: pd.DataFrame, lasting: pd.Series, refunds: pd.DataFrame) -> pd.Series:
    """The months that each payment of a longer plan pays for, ended by a refund of it; 0 where nothing is left.

    `lasting` has the months before refunds, by the rows of `terms` (customer_id, month, amount).
    """
    if refunds.empty or terms.empty:
        return lasting
    both = terms.assign(row=terms.index, lasting=lasting).merge(refunds, on="customer_id", suffixes=("", "_back"))
    after = both["month_back"] - both["month"]
    undone = (after >= 0) & (after < both["lasting"]) & (both["amount_back"] >= GIVEN_BACK * both["amount"])
    ended = after[undone].groupby(both.loc[undone, "row"]).min()
    return ended.reindex(lasting.index).fillna(lasting).astype("int64")
