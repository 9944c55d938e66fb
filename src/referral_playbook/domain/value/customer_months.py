"""Customers there and referrals made, month by month and group by group: what rates over time are made of."""

from __future__ import annotations

import pandas as pd

from referral_playbook.facts.engagement import Engagement


def observed(engagement: Engagement, *, by: str | None = None) -> pd.DataFrame | None:
    """Rows month (Period), group, customers (there on some day of the month), referrals (they made).

    Parameters
    ----------
    by : str or None
        ``region`` or ``segment``; None puts all into one group.

    Returns
    -------
    DataFrame or None
        None where dates or referrals are not known. Only customers' own referrals count.
    """
    profile, rows = engagement.fact("customer_profile"), engagement.fact("referrals")
    if profile is None or rows is None or not engagement.real_dates or rows.empty:
        return None
    group = pd.Series("all", index=profile.index) if by is None else profile[by].fillna("(none)")
    months = pd.period_range(profile["joined_on"].min(), pd.Timestamp(engagement.as_of), freq="M")
    there = _there(profile, group, months)
    made = rows.assign(group=rows["referrer_id"].map(dict(zip(profile["customer_id"], group, strict=True))))
    made = made[made["group"].notna()]
    counted = made.groupby([made["referred_on"].dt.to_period("M"), "group"]).size()
    counted.index.names = ["month", "group"]
    return there.join(counted.rename("referrals"), on=["month", "group"]).fillna({"referrals": 0})


def _there(profile: pd.DataFrame, group: pd.Series, months: pd.PeriodIndex) -> pd.DataFrame:
    """Customers there by month and group, from cumulative counts of who came and who had gone before."""
    came = pd.crosstab(profile["joined_on"].dt.to_period("M"), group).reindex(months, fill_value=0).cumsum()
    gone = pd.DataFrame(0, index=months, columns=came.columns)  # nobody left is a fact, not an error
    left = profile["left_on"].notna()
    if left.any():
        counted = pd.crosstab(profile.loc[left, "left_on"].dt.to_period("M"), group[left])
        gone = counted.reindex(index=months, columns=came.columns, fill_value=0).cumsum().shift(fill_value=0)
    there = (came - gone).stack().rename("customers").reset_index()
    return there.set_axis(["month", "group", "customers"], axis=1)


def all_referrals(engagement: Engagement) -> pd.DataFrame | None:
    """Rows month (Period), customers, referrals and conversions, whoever made the referral; None where not dated.

    Months before the first recorded referral are left out, because none could be counted then.
    """
    there, rows = observed(engagement), engagement.fact("referrals")
    if there is None or rows is None:
        return None
    made, won = (rows[c].dropna().dt.to_period("M").value_counts() for c in ("referred_on", "converted_on"))
    counted = there.assign(
        referrals=there["month"].map(made).fillna(0), conversions=there["month"].map(won).fillna(0)
    ).drop(columns="group")
    return counted[counted["month"] >= made.index.min()]
