"""Customers who pay more often than once a month, such as every week or every 28 days, at what they pay a month.

A month has four or five Wednesdays, and now and then two payments of a plan of 28 days. Counted as they fall, such
customers would seem to pay more in one month and less in the next, although nothing has changed.
"""

import numpy as np
import pandas as pd

from referral_playbook.facts.engagement import Engagement

FEWEST = 4
"""Repeat payments from which an interval can be seen."""
SHORTER_BY_DAYS = 4.0
"""Months differ in length by three days, so the days from the first payment to the last must show more than that."""
DAYS_PER_MONTH = 30.4375
CENTS = 0.01
ADDED_TO = 0.2
"""Share of a customer's months that may have something else in them, for plans shorter than `NEARLY_A_MONTH`."""
NEARLY_A_MONTH = 0.75
"""Months; a plan of 28 days looks like a monthly one with a purchase now and then, which has another price."""
A_LITTLE_LATE = 1.5
"""Intervals since the last payment within which the next one may still be on its way."""


def in_months(engagement: Engagement, paid: pd.DataFrame, last: int) -> tuple[pd.DataFrame, pd.Index]:
    """Replace the payments of short plans by what they make a month.

    Parameters
    ----------
    paid : DataFrame
        customer_id, month (number), amount, payments and other columns, sorted by customer and month.
    last : int
        The last whole month of the record.

    Returns
    -------
    DataFrame
        The same columns; customers on short plans have a row for every month from their first to their last.
    Index
        The customers on short plans.
    """
    bought = engagement.fact("purchase_summary")
    if bought is None or "payments" not in paid:
        return paid, pd.Index([])
    gap = _short_gaps(bought.set_index("customer_id"), paid.groupby("customer_id")["payments"].sum())
    own = paid[paid["customer_id"].isin(gap.index)]
    if own.empty:
        return paid, pd.Index([])
    own = own.assign(gap=own["customer_id"].map(gap), each=own["amount"] / own["payments"].where(own["payments"] > 0))
    regular = _regular(own)
    if not len(regular):
        return paid, regular
    rates = _every_month(own[own["customer_id"].isin(regular)], bought.set_index("customer_id"), last)
    both = pd.concat([paid[~paid["customer_id"].isin(regular)], rates.reindex(columns=paid.columns)])
    return both.sort_values(["customer_id", "month"], ignore_index=True), regular


def _short_gaps(bought: pd.DataFrame, payments: pd.Series) -> pd.Series:
    """Months between two payments, of customers in whom they are surely less than one; by customer.

    Customers with several payments on a day, or with one that was corrected, are left as they are.
    """
    once = (bought["payments"] == bought["days"]) & (payments.reindex(bought.index) == bought["days"])
    often = bought[(bought["x"] >= FEWEST) & once]
    gap = often["t_x"] / often["x"]
    return gap[gap < 1 - SHORTER_BY_DAYS / DAYS_PER_MONTH / often["t_x"]]


def _regular(own: pd.DataFrame) -> pd.Index:
    """Customers whose payments come at even intervals, within one payment; a month with another price is an add-on."""
    of = own.groupby("customer_id")
    so_far = of["payments"].cumsum()
    expected = (own["month"] - of["month"].transform("min") + 1) / own["gap"]
    began = (so_far - expected).groupby(own["customer_id"]).transform("max")
    even = ((so_far - expected - began).abs() <= 1 + 1 / own["gap"]) | (own["month"] == of["month"].transform("max"))
    before, after = of["each"].shift(), of["each"].shift(-1)
    added = ((own["each"] / before - 1).abs() > CENTS) & ((after / before - 1).abs() <= CENTS)
    most = ADDED_TO * (of["gap"].first() < NEARLY_A_MONTH)
    whole = even.groupby(own["customer_id"]).all() & (added.groupby(own["customer_id"]).mean() <= most)
    return pd.Index(whole.index[whole])


def _every_month(own: pd.DataFrame, bought: pd.DataFrame, last: int) -> pd.DataFrame:
    """A row for each month from the first payment to the last, at the price of the time."""
    of = own.groupby("customer_id")
    ends = of["month"].agg(["min", "max"])
    times = bought.loc[ends.index]
    on_time = times["T"] - times["t_x"] <= A_LITTLE_LATE * of["gap"].first()
    ends["max"] = ends["max"].where(~on_time, np.maximum(ends["max"], last))
    months = (ends["max"] - ends["min"] + 1).to_numpy("int64")
    offset = np.arange(months.sum()) - np.repeat(months.cumsum() - months, months)
    rows = pd.DataFrame({"customer_id": np.repeat(ends.index.to_numpy(), months)})
    rows["month"] = np.repeat(ends["min"].to_numpy(), months) + offset
    rows = rows.merge(own, on=["customer_id", "month"], how="left")
    rows[["each", "gap"]] = rows.groupby("customer_id")[["each", "gap"]].ffill()
    share = rows["margin"] / rows["amount"] if "margin" in rows else None
    rows["amount"] = (rows["each"] / rows["gap"]).round(6)
    return rows if share is None else rows.assign(margin=rows["amount"] * share)
