"""Recurring revenue over the last months: what was there, what came back, what was sold, what shrank and what left.

Each customer's revenue of one month is compared with that of the same month a year before, so that the movements add up
and agree with NRR and GRR. Yearly and quarterly plans count over the months that they pay for.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from referral_playbook.contract.evidence import Check, Estimate, undefined
from referral_playbook.contract.writing.dates import day, month
from referral_playbook.contract.writing.formatting import interval, share
from referral_playbook.domain.value.payment_rhythm import MonthlyRevenue, month_text, monthly_revenue
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.labels import ranged
from referral_playbook.methods.proportions import binomial_limits
from referral_playbook.methods.referrals.clusters import ratio_of_sums
from referral_playbook.methods.survival.retention import at_most_one

PER_START = "unit of revenue at the start"
RISES = ("upsell", "cross_sell", "other_rise")
COLUMNS = ("start", "end", *RISES)
LABELS = {"cross_sell": "cross-sell", "other_rise": "other rise"}
TODAY_ONLY = (
    "there are no payments, only what each customer pays today: that shows who stayed, "
    "but not what was sold on top and what shrank"
)


@dataclass(frozen=True, kw_only=True)
class Recurring:
    """Recurring revenue per customer at the start and the end of a period."""

    # customer_id, start, end (currency a month), lapsed (bool: paid nothing at the start, but had paid before), and how
    # the rise of customers who paid at both ends was sold: upsell, cross_sell, other_rise (currency a month, the three
    # sum to the rise)
    customers: pd.DataFrame = field(repr=False)
    currency: str
    window: tuple[str, str] = ("", "")  # the two months compared, or the two days where only today's amounts are known
    reason: str = ""  # why there is no recurring revenue to compare; empty where there is
    todays_amounts: bool = False  # both ends at today's amounts, because nothing else is known
    negative: int = 0  # customer-months in the window below 0, counted as 0
    confidence: float = 0.95
    scale: float = 1.0  # customers for whom each row stands

    @property
    def source(self) -> str:
        first, last = self.window
        return f"{'customers' if self.todays_amounts else 'payments'}: {first} against {last}"

    @cached_property
    def estimates(self) -> dict[str, Estimate]:
        """`nrr`, `grr`, `quick_ratio` and `revenue_stayed` (share of it whose customers still pay)."""
        there = self.customers[self.customers["start"] > 0]
        start, end = (there[c].to_numpy(float) for c in ("start", "end"))
        why = self.reason or (TODAY_ONLY if self.todays_amounts else "")
        if why:
            estimates = {name: undefined(why, **_labels(name, self.source)) for name in ("nrr", "grr", "quick_ratio")}
        else:
            estimates = {
                "nrr": self._ratio("net revenue retention", end, start),
                "grr": at_most_one(self._ratio("gross revenue retention", np.minimum(end, start), start)),
                "quick_ratio": self._quick_ratio(),
            }
        source = f"{self.source}; amounts of today" if self.todays_amounts else self.source
        if self.reason:
            stayed = undefined(self.reason, unit="share", per=PER_START, source=source)
        else:
            stayed_amount = np.where(end > 0, start, 0.0)
            stayed = at_most_one(
                kept_ratio(stayed_amount, start, confidence=self.confidence, per=PER_START, source=source)
            )
        return estimates | {"revenue_stayed": stayed}

    def _ratio(self, name: str, top: NDArray[np.float64], bottom: NDArray[np.float64]) -> Estimate:
        source = f"{name}; {self.source}"
        return kept_ratio(top, bottom, confidence=self.confidence, per=PER_START, source=source)

    def _quick_ratio(self) -> Estimate:
        change = (self.customers["end"] - self.customers["start"]).to_numpy(float)
        source = f"(new + reactivated + expansion) / (churn + contraction); {self.source}"
        gained, lost = np.maximum(change, 0), np.maximum(-change, 0)
        labels = _labels("quick_ratio", source)
        if not lost.any():
            return undefined("no revenue was lost in this time, so there is nothing to divide by", **labels)
        estimates = ratio_of_sums(gained, lost, confidence=self.confidence, per=labels["per"], source=source)
        return estimates.as_(**labels)

    def movements(self) -> list[dict[str, Any]]:
        """Rows of the waterfall: movement, amount (currency a month, signed), customers."""
        if self.reason:
            return []
        c = self.customers
        there, change = c["start"] > 0, c["end"] - c["start"]
        began = ~there & (c["end"] > 0)
        back = began & c["lapsed"].astype(bool)
        rows = [("start", c["start"], there), ("new", c["end"], began & ~back), ("reactivated", c["end"], back)]
        if not self.todays_amounts:
            rows += [(name, c[name], c[name] > 0) for name in RISES]
            rows += [("contraction", change, there & (change < 0) & (c["end"] > 0))]
        rows += [("churn", change, there & (c["end"] == 0)), ("end", c["end"], c["end"] > 0)]
        made = [
            {
                "movement": LABELS.get(name, name),
                "amount": self.scale * float(amount[who].sum()),
                "customers": round(self.scale * int(who.sum())),
            }
            for name, amount, who in rows
        ]
        optional = ("other rise", "reactivated") if self.todays_amounts else ("other rise",)
        return [row for row in made if row["customers"] or row["movement"] not in optional]

    def naive(self) -> str:
        """What a reader of the two totals alone would say; shown in order to be broken."""
        start, end = self.customers["start"].sum(), self.customers["end"].sum()
        if self.reason or not start:
            return f"there is none: {self.reason or 'there was no recurring revenue at the start'}."
        way, well = ("rose", "well") if end >= start else ("fell", "badly")
        if round(abs(end / start - 1), 3) == 0:
            return "monthly revenue stayed the same, so all is as it was."
        return f"monthly revenue {way} by {share(abs(end / start - 1))}, so things are going {well}."

    def waterfall(self) -> dict[str, float]:
        """The movements without the end, ready to draw; empty where there is no recurring revenue."""
        return {row["movement"]: row["amount"] for row in self.movements() if row["movement"] != "end"}

    def negative_churn(self) -> Check:
        """Whether the customers of a year ago pay more together today: NRR strictly above 100%."""
        nrr, name = self.estimates["nrr"], "negative_churn"
        if nrr.value is None or nrr.low is None or nrr.high is None:
            return Check(name=name, passed=None, text=f"We cannot tell: {nrr.reason}.")
        sentence = f"NRR is {interval(nrr)}"
        if nrr.low > 1:
            return Check(
                name=name, passed=True, text=f"{sentence}. The whole range is above {share(1)}, so churn is negative."
            )
        if nrr.high <= 1:
            return Check(
                name=name, passed=False, text=f"{sentence}. It is not above {share(1)}, so churn is not negative."
            )
        return Check(name=name, passed=None, text=f"{sentence}. The range includes {share(1)}, so we cannot tell.")


def kept_ratio(
    top: NDArray[np.float64], bottom: NDArray[np.float64], *, confidence: float, per: str, source: str
) -> Estimate:
    """``sum(top) / sum(bottom)`` over customers; where all of them moved alike, a range all the same.

    Where no customer differs from the others, none of them shows a spread. The range is then what Wilson's interval
    leaves possible for n customers of n (who all behaved as expected), or for none of n.
    """
    estimates = ratio_of_sums(top, bottom, confidence=confidence, per=per, source=source)
    n, total = int(bottom.size), float(bottom.sum())
    if estimates.defined or not n or total == 0:
        return estimates
    ratio = float(top.sum() / total)
    at_least = binomial_limits(n, n, confidence=confidence)[0]
    low, high = (ratio * at_least, ratio / at_least) if ratio else (0.0, 1 - at_least)
    return ranged(ratio, low, high, n=n, confidence=confidence, unit="share", per=per, source=source)


def _labels(name: str, source: str) -> dict[str, Any]:
    if name == "quick_ratio":
        return {"unit": "ratio", "per": "unit of revenue lost", "source": source}
    return {"unit": "share", "per": PER_START, "source": source}


def recurring(engagement: Engagement, *, months: int = 12, confidence: float = 0.95) -> Recurring:
    """Recurring revenue now and `months` ago, from payments, else from what customers pay today and when they left."""
    labels: dict[str, Any] = {
        "currency": engagement.currency, "confidence": confidence, "scale": engagement.scale
    }  # fmt: skip
    revenue = monthly_revenue(engagement)
    if revenue is None:
        if engagement.fact("customer_months") is None:
            return _from_customers(engagement, months, labels)
        return Recurring(customers=_nobody(), reason="the payments table is empty", **labels)
    first, last = revenue.last - months, revenue.last
    labels["window"] = (month(month_text(first)), month(month_text(last)))
    reason = _not_recurring(revenue, first)
    if reason:
        return Recurring(customers=_nobody(), reason=reason, **labels)
    wide = revenue.between(first, last)
    return Recurring(
        customers=_customers(engagement, revenue, wide),
        negative=int((wide < 0).to_numpy().sum()),
        **labels,
    )


def _customers(engagement: Engagement, revenue: MonthlyRevenue, wide: pd.DataFrame) -> pd.DataFrame:
    # what an invoice line takes back beyond what was invoiced that month is no recurring revenue
    amounts = wide.clip(lower=0.0)
    customers = pd.DataFrame({"start": amounts.iloc[:, 0], "end": amounts.iloc[:, -1]})
    # twelfths of a yearly price carry rounding: a millionth of the price is no movement
    still = (customers["end"] - customers["start"]).abs() <= 1e-9 * customers["start"].abs()
    customers["end"] = customers["end"].where(~still, customers["start"])
    before = revenue.paid_before(int(wide.columns[0]))
    lapsed = (customers["start"] == 0) & customers.index.isin(before)
    sold = _sold(amounts.rename(columns=month_text), engagement.fact("kind_months"))
    rise = (customers["end"] - customers["start"]).clip(lower=0).where(customers["start"] > 0, 0.0)
    return pd.concat([customers.assign(lapsed=lapsed), sold.mul(rise, axis=0)], axis=1).reset_index()


def _not_recurring(revenue: MonthlyRevenue, first: int) -> str:
    """Why these payments cannot be compared as recurring revenue; empty where they can."""
    months = revenue.spread.loc[revenue.spread["amount"] != 0, "month"]
    began, ended = (int(months.min()), int(months.max())) if len(months) else (0, 0)
    if began > first or not len(months):
        record = f"payments begin in {month(month_text(began))}" if len(months) else "nothing was paid"
        return f"{record}, and the comparison begins in {month(month_text(first))}"
    if not revenue.rhythm.recurring:
        return revenue.rhythm.describe()
    if ended < revenue.last:
        latest = f"the latest payment covers {month(month_text(ended))}"
        return (
            f"no payment covers {month(month_text(revenue.last))}, the last whole month before the as-of date: {latest}"
        )
    return ""


def _sold(amounts: pd.DataFrame, kinds: pd.DataFrame | None) -> pd.DataFrame:
    """How each customer's rises within the window were sold: shares of upsell, cross_sell and other_rise, sum 1."""
    rises = amounts.diff(axis=1).clip(lower=0).rename_axis(columns="month").stack().rename("rise").reset_index()
    if kinds is not None and len(kinds):
        wide = kinds[kinds["kind"] != "contraction"].pivot_table(
            index=["customer_id", "month"], columns="kind", values="amount", aggfunc="sum", fill_value=0.0
        )
        rises = rises.merge(wide.reset_index(), on=["customer_id", "month"], how="left")
    parts = rises.reindex(columns=list(RISES)).fillna(0.0).clip(lower=0)
    parts["other_rise"] = (parts["upsell"] + parts["cross_sell"] == 0).astype(float)
    parts = parts.div(parts.sum(axis=1), axis=0).mul(rises["rise"], axis=0)
    by = parts.groupby(rises["customer_id"]).sum().reindex(amounts.index, fill_value=0.0)
    total = by.sum(axis=1)
    return by.div(total.where(total > 0, 1.0), axis=0)


def _from_customers(engagement: Engagement, months: int, labels: dict[str, Any]) -> Recurring:
    profile = engagement.fact("customer_profile")
    if profile is None:
        return Recurring(customers=_nobody(), reason="there are neither payments nor a customers table", **labels)
    priced = profile[
        profile["amount_usable"].astype("boolean").fillna(False).astype(bool) & profile["monthly_amount"].gt(0)
    ]
    if priced.empty or not engagement.real_dates:
        lack = (
            "no monthly amount" if priced.empty else "no dates of joining and leaving, only how long customers stayed"
        )
        return Recurring(customers=_nobody(), reason=f"there are no payments, and {lack}", **labels)
    end = pd.Timestamp(engagement.as_of)
    start = end - pd.DateOffset(months=months)
    there = (priced["joined_on"] <= start) & (priced["left_on"].isna() | (priced["left_on"] > start))
    customers = pd.DataFrame(
        {
            "customer_id": priced["customer_id"],
            "start": priced["monthly_amount"].where(there, 0.0),
            "end": priced["monthly_amount"].where(~priced["left"].astype(bool), 0.0),
            "lapsed": False,
            **dict.fromkeys(RISES, 0.0),
        }
    )
    window = (day(start), day(end))
    return Recurring(customers=customers.reset_index(drop=True), window=window, todays_amounts=True, **labels)


def _nobody() -> pd.DataFrame:
    return pd.DataFrame({"customer_id": [], **{c: pd.Series(dtype=float) for c in COLUMNS}, "lapsed": []})
