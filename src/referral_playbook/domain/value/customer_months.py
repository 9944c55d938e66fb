"""Customers there and referrals made, month by month and group by group: what rates over time are made of."""

import pandas as pd

from referral_playbook.facts.engagement import Engagement


def observed(engagement: Engagement, *, by: str = "all") -> pd.DataFrame | None:
    """Rows month (Period), group, customers (there on some day of the month), referrals (they made).

    Groups are by region, by segment, or ``all`` in one. None where dates or referrals are not known.
    """
    flow, made = engagement.fact("customer_flow"), engagement.fact("referral_groups")
    months = engagement.fact("referral_months")
    if flow is None or made is None or months is None or months.empty:
        return None
    flow, made = flow[flow["by"] == by], made[made["by"] == by]
    there = _there(flow.assign(month=_periods(flow["month"])), pd.Timestamp(engagement.as_of))
    counted = made.assign(month=_periods(made["month"])).set_index(["month", "group"])["referrals"]
    return there.join(counted, on=["month", "group"]).fillna({"referrals": 0})


def _periods(months: pd.Series) -> pd.Series:
    return pd.Series(pd.PeriodIndex(months, freq="M"), index=months.index)


def _there(flow: pd.DataFrame, end: pd.Timestamp) -> pd.DataFrame:
    """Customers there by month and group, from cumulative counts of who came and who had gone before."""
    months = pd.period_range(flow.loc[flow["joined"] > 0, "month"].min(), end, freq="M")
    came, gone = (
        flow.pivot_table(index="month", columns="group", values=column, aggfunc="sum", fill_value=0)
        .reindex(months, fill_value=0)
        .cumsum()
        for column in ("joined", "left")
    )
    there = (came - gone.shift(fill_value=0)).stack().rename("customers").reset_index()
    return there.set_axis(["month", "group", "customers"], axis=1)


def all_referrals(engagement: Engagement) -> pd.DataFrame | None:
    """Rows month (Period), customers, referrals and conversions, whoever made the referral; None where not dated.

    Months before the first recorded referral are left out, because none could be counted then.
    """
    there, rows = observed(engagement), engagement.fact("referral_months")
    if there is None or rows is None:
        return None
    by_month = rows.set_index(pd.PeriodIndex(rows["month"], freq="M"))
    made, won = by_month["referred_on"], by_month["converted_on"]
    counted = there.assign(
        referrals=there["month"].map(made).fillna(0), conversions=there["month"].map(won).fillna(0)
    ).drop(columns="group")
    return counted[counted["month"] >= made.index[made > 0].min()]
