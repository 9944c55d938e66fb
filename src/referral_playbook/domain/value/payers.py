"""Who is a customer in the sense of the method: one who pays. Users of a free plan are not.

In a product with a free plan most rows of the customers table may be users who never paid. Counted as customers they
would lower the value of a new customer and the share who stay, and nobody could win them by a conversion, which is a
friend who pays. They may refer all the same, so lists and counts of advocates keep them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from referral_playbook.contract.writing.formatting import number
from referral_playbook.facts.engagement import Engagement
from referral_playbook.facts.remembered import remembered

FEW = 0.05
"""Share of the customers up to which those without a payment are late payers and slips, no free plan."""
SEEN_FOR = pd.Timedelta(days=62)
"""A customer who was there for so long while payments were recorded, and never paid, uses something free."""
STRANGERS = 0.05
"""Share of the months paid for by nobody in the customers table from which a missing payment says nothing."""

COLUMNS = ("customer_id", "joined_on", "left_on", "left", "monthly_amount", "total_amount")


@dataclass(frozen=True, kw_only=True)
class Payers:
    """Customers who use a free plan, and how they are known."""

    free: pd.Index = field(default_factory=lambda: pd.Index([]), repr=False)  # their customer_id
    customers: int = 0  # rows of the customers table (of the panel)
    by: str = ""  # what shows it
    scale: float = 1.0

    def of(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Rows of those who are customers, without users of a free plan."""
        return rows[~rows["customer_id"].isin(self.free)] if len(self.free) else rows

    def describe(self) -> str:
        """How many users are no customers, and what counts without them; empty where there are none."""
        if not len(self.free):
            return ""
        free, all_, rest = (
            number(round(self.scale * n)) for n in (len(self.free), self.customers, self.customers - len(self.free))
        )
        return (
            f"{free} of {all_} customers {self.by}: they use something free. Customer value, retention, churn and the "
            f"share who came by referral count the other {rest}. Lists, advocates and the map of cohorts "
            "count all."
        )


@remembered
def payers(engagement: Engagement) -> Payers:
    """Find the users of a free plan; none where hardly anybody, or everybody, is without a payment."""
    profile = engagement.fact("customer_profile")
    if profile is None or profile.empty:
        return Payers()
    known = profile.reindex(columns=[*COLUMNS])
    months = engagement.fact("customer_months")
    free = _amount_of_nothing(known) if months is None else _never_paid(engagement, known, months)
    if not FEW * len(profile) < free.sum() < len(profile):
        return Payers()
    by = "have a monthly amount of 0" if months is None else "never paid while payments were recorded"
    ids = pd.Index(known.loc[free, "customer_id"])
    return Payers(free=ids, customers=len(profile), by=by, scale=engagement.scale)


def _never_paid(engagement: Engagement, profile: pd.DataFrame, months: pd.DataFrame) -> pd.Series:
    """Who was there for a while as payments were recorded, and has none; nobody where payments are of other people.

    Where there are many of them, nobody without a payment is a customer, but for those who left before the record.
    """
    strange = ~months["customer_id"].isin(profile["customer_id"])
    if months.empty or not engagement.real_dates or strange.mean() > STRANGERS:
        return pd.Series(False, index=profile.index)
    joined, left = (pd.to_datetime(profile[column]) for column in ("joined_on", "left_on"))
    first = pd.Timestamp(months["month"].min())
    there = left.fillna(pd.Timestamp(engagement.as_of)) - joined.clip(lower=first)
    paid = months.loc[months["amount"] > 0, "customer_id"]  # an invoice over nothing is no payment
    nothing = ~profile["customer_id"].isin(paid) & ~_pays(profile)
    free = nothing & (there >= SEEN_FOR)
    return nothing & ~(left < first) if free.sum() > FEW * len(profile) else free


def _amount_of_nothing(profile: pd.DataFrame) -> pd.Series:
    """A monthly amount of 0, where that is no trace of having left: customers who are there have it too."""
    nothing = (profile["monthly_amount"].astype(float) == 0) & ~_pays(profile)
    here = ~profile["left"].astype(bool)
    return nothing & bool(nothing[here].mean() > FEW if here.any() else False)


def _pays(profile: pd.DataFrame) -> pd.Series:
    return profile["monthly_amount"].astype(float).gt(0) | profile["total_amount"].astype(float).gt(0)
