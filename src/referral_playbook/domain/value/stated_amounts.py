"""What customers are said to pay a month, beside what their payments make a month.

Where the two differ, regular payments count: they are money that came in. A monthly amount is what somebody typed, such
as a list price or the price of a year. Payments that are a little higher may include sales tax, and do not count.
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from referral_playbook.contract.writing.formatting import money, number, share
from referral_playbook.domain.value.payment_rhythm import MonthlyRevenue, monthly_revenue
from referral_playbook.facts.engagement import Engagement
from referral_playbook.facts.remembered import remembered

APART = 0.1
"""An amount and the payments differ from a tenth on; pro rata days and discounts on one invoice stay below."""
TAX_AT_MOST = 1.3
"""Payments higher than the amount by up to this factor may include sales tax, which is no revenue."""
FEW = 0.05
"""Share of customers up to which differences are single slips; the amounts then count as they are."""
RECENT = 3  # months paid for
YEAR = 12
SLIPS = {
    12.0: "as if the payments were of a year",
    1 / 12: "as if the amounts were of a year",
    100.0: "as if the payments were in cents",
    0.01: "as if the amounts were in cents",
}
SLIP_WITHIN = 0.03


@dataclass(frozen=True, kw_only=True)
class StatedAmounts:
    """Customers whose monthly amount and payments are both known.

    Parameters
    ----------
    rows : DataFrame
        customer_id, stated (the monthly amount), paid (what payments make a month).
    regular : bool
        Whether payments come at regular intervals, so that they can stand for the monthly amount.
    scale : float
        Customers for whom each row stands.
    """

    rows: pd.DataFrame = field(repr=False)
    currency: str
    regular: bool = True
    scale: float = 1.0

    @cached_property
    def apart(self) -> pd.DataFrame:
        """The rows that differ, the customer in their middle first."""
        ratio = self.rows["paid"] / self.rows["stated"]
        differs = (ratio - 1).abs() > APART
        far = self.rows[differs].assign(ratio=ratio[differs]).sort_values(["ratio", "customer_id"])
        middle = len(far) // 2
        return pd.concat([far.iloc[middle : middle + 1], far.iloc[:middle], far.iloc[middle + 1 :]])

    @property
    def agree(self) -> bool:
        """Whether at most a few customers pay something else."""
        return len(self.apart) <= FEW * len(self.rows)

    @cached_property
    def taken_from_payments(self) -> pd.Series:
        """What counts in place of the monthly amount: currency a month, by customer_id; empty where amounts agree."""
        far = self.apart
        far = far[(far["ratio"] < 1) | (far["ratio"] > TAX_AT_MOST)]
        counts = self.regular and not self.agree
        return far.set_index("customer_id")["paid"] if counts else pd.Series(dtype=float)

    def example(self) -> str:
        """One customer who pays something else, in amounts."""
        first = self.apart.iloc[0]
        stated, paid = (money(float(first[c]), self.currency) for c in ("stated", "paid"))
        return f"{stated} a month stated, {paid} a month paid"

    def slip(self) -> str:
        """The slip that most of the differences look like; empty where they look like none."""
        ratio = float(self.apart["ratio"].median())
        if 1 < ratio <= TAX_AT_MOST:
            return f"payments are {share(ratio - 1)} higher, as if they included sales tax"
        return next((text for factor, text in SLIPS.items() if abs(ratio / factor - 1) <= SLIP_WITHIN), "")

    def describe(self) -> str:
        """How many customers pay something else than their monthly amount says, and which of the two counts."""
        of = number(round(self.scale * len(self.rows)))
        if not len(self.apart):
            return f"All {of} customers who can be compared pay what their monthly amount says."
        looks = f" ({slip})" if (slip := self.slip()) else ""
        differ = number(round(self.scale * len(self.apart)))
        counts = f"all {of} customers" if differ == of else f"{differ} of {of} customers"
        head = f"The monthly amount of {counts} differs from what they pay, for example {self.example()}{looks}."
        return f"{head} {self.what_counts()}"

    def what_counts(self) -> str:
        """Which of the two counts, and what to do."""
        if self.agree:
            return "These are few, so the monthly amounts count as they are."
        if not self.regular:
            return (
                "Payments do not come at regular intervals, so the monthly amounts count. Correct them if payments are "
                "right, or leave the column out."
            )
        if self.taken_from_payments.empty:
            return "The monthly amounts count. Check that they, and not the payments, are without tax."
        return "For these customers the payments count. Correct the monthly amounts, or the payments."


@remembered
def stated_amounts(engagement: Engagement) -> StatedAmounts | None:
    """Compare monthly amounts with payments; None where the client does not have both."""
    profile = engagement.fact("customer_profile")
    if profile is None or engagement.fact("customer_months") is None:
        return None
    usable = profile["amount_usable"].astype("boolean").fillna(False).astype(bool) & profile["monthly_amount"].gt(0)
    revenue = monthly_revenue(engagement) if usable.any() else None
    if revenue is None:
        return None
    regular = revenue.rhythm.recurring
    rows = profile.loc[usable, ["customer_id"]].assign(stated=profile["monthly_amount"].astype(float))
    today = profile[~profile["left"].astype(bool)]
    rows["paid"] = _a_month(revenue, rows) if regular else _a_month_of_a_year(today, revenue, rows)
    rows = rows[rows["paid"] > 0].reset_index(drop=True)
    if rows.empty:
        return None
    return StatedAmounts(rows=rows, currency=engagement.currency, regular=regular, scale=engagement.scale)


def _a_month(revenue: MonthlyRevenue, rows: pd.DataFrame) -> pd.Series:
    """The last month paid for or, where it is nearer to the stated amount, the median of the last three.

    A price may have changed this month, and one invoice may have a discount: neither contradicts the amount.
    """
    months = revenue.spread[revenue.spread["month"] <= revenue.last]
    months = months.groupby(["customer_id", "month"], as_index=False)["amount"].sum()
    recent = months[months["amount"] > 0].groupby("customer_id").tail(RECENT).groupby("customer_id")["amount"]
    last, usual = (rows["customer_id"].map(amount).astype(float) for amount in (recent.last(), recent.median()))
    nearer = (last - rows["stated"]).abs() <= (usual - rows["stated"]).abs()
    return last.where(nearer, usual)


def _a_month_of_a_year(today: pd.DataFrame, revenue: MonthlyRevenue, rows: pd.DataFrame) -> pd.Series:
    """A twelfth of the last twelve months, of customers who were there all that time."""
    if revenue.last - revenue.spread["month"].min() < YEAR:
        return pd.Series(np.nan, index=rows.index)
    there = today[today["tenure_months"] >= YEAR].set_index("customer_id")["amount_last_12m"]
    return rows["customer_id"].map(there).astype(float) / YEAR


def priced_profile(engagement: Engagement) -> pd.DataFrame | None:
    """`customer_profile`, with what payments make a month where they contradict the monthly amounts."""
    profile, compared = engagement.fact("customer_profile"), stated_amounts(engagement)
    paid = pd.Series(dtype=float) if compared is None else compared.taken_from_payments
    if profile is None or paid.empty:
        return profile
    instead = profile["customer_id"].map(paid).astype(float)
    return profile.assign(monthly_amount=instead.fillna(profile["monthly_amount"]))


def priced_multiples(engagement: Engagement) -> pd.DataFrame | None:
    """`value_multiples`, over what customers pay where payments contradict the monthly amounts."""
    multiples, compared = engagement.fact("value_multiples"), stated_amounts(engagement)
    paid = pd.Series(dtype=float) if compared is None else compared.taken_from_payments
    if multiples is None or paid.empty:
        return multiples
    price = multiples["respondent_id"].map(paid).astype(float).fillna(multiples["price"])
    return multiples.assign(price=price, multiple=multiples["worth"] / price.where(price > 0, np.nan))
