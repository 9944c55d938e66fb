"""Recurring revenue over the last months: what it was, what was sold on top, what shrank, what left.

Each customer's payments of one month stand against those of the same month a year before, so the movements add up and
agree with NRR and GRR. A rise is upsell or cross-sell by the kind of the payments in the months in which it rose.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from referral_playbook.contract.evidence import Check, Estimate, undefined
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.clusters import ratio_of_sums
from referral_playbook.methods.retention import RevenueRetention, at_most_one, revenue_retention

MONTHLY_FROM = 0.6
"""Share of paid months followed by another payment next month, from which payments count as recurring."""
PER_START = "unit of revenue at the start"
RISES = ("upsell", "cross_sell", "other_rise")
IN_WORDS = {"cross_sell": "cross-sell", "other_rise": "other rise"}
TODAY_ONLY = (
    "there are no payments, only what each customer pays today: who stayed can be told, "
    "what was sold on top and what shrank cannot"
)


@dataclass(frozen=True, kw_only=True)
class Recurring:
    """Recurring revenue per customer at the start and the end of a period.

    Parameters
    ----------
    customers : DataFrame
        customer_id, start, end (currency a month), and how the rise of who paid at both ends was sold: upsell,
        cross_sell, other_rise (currency a month, the three sum to the rise).
    window : (str, str)
        The two months compared, or the two days where only today's amounts are known.
    reason : str
        Why there is no recurring revenue to speak of, or nothing.
    todays_amounts : bool
        Both ends at today's amounts, for nothing else is known.
    negative : int
        Customer-months in the window below 0, counted as 0.
    """

    customers: pd.DataFrame = field(repr=False)
    currency: str
    window: tuple[str, str] = ("", "")
    reason: str = ""
    todays_amounts: bool = False
    negative: int = 0
    confidence: float = 0.95

    @cached_property
    def _kept(self) -> RevenueRetention:
        ends = self.customers["start"].to_numpy(float), self.customers["end"].to_numpy(float)
        return revenue_retention(start=ends[0], end=ends[1], confidence=self.confidence)

    @property
    def source(self) -> str:
        first, last = self.window
        return f"payments: {first} against {last}" if not self.todays_amounts else f"customers: {first} against {last}"

    def estimates(self) -> dict[str, Estimate]:
        """`nrr`, `grr`, `quick_ratio` and `revenue_stayed` (share of it whose customers still pay)."""
        why = self.reason or (TODAY_ONLY if self.todays_amounts else "")
        if why:
            stayed = {"revenue_stayed": self._stayed()}
            return {name: undefined(why, **_said(name, self.source)) for name in ("nrr", "grr", "quick_ratio")} | stayed
        found = {"nrr": self._kept.nrr, "grr": self._kept.grr, "quick_ratio": self._kept.quick_ratio}
        named = {name: e.as_(source=f"{e.source}; {self.source}", **_unit(name)) for name, e in found.items()}
        return named | {"revenue_stayed": self._stayed()}

    def _stayed(self) -> Estimate:
        source = f"{self.source}; amounts of today" if self.todays_amounts else self.source
        if self.reason:
            return undefined(self.reason, unit="share", per=PER_START, source=source)
        there = self.customers[self.customers["start"] > 0]
        start = there["start"].to_numpy(float)
        kept = np.where(there["end"].to_numpy(float) > 0, start, 0.0)
        found = ratio_of_sums(kept, start, confidence=self.confidence, per=PER_START, source=source)
        return at_most_one(found)

    def movements(self) -> list[dict[str, Any]]:
        """Rows of the waterfall: movement, amount (currency a month, signed), customers."""
        if self.reason:
            return []
        c = self.customers
        there, change = c["start"] > 0, c["end"] - c["start"]
        down, gone = there & (change < 0) & (c["end"] > 0), there & (c["end"] == 0)
        rows = [("start", c["start"], there)]
        rows += [] if self.todays_amounts else [(name, c[name], c[name] > 0) for name in RISES]
        rows += [] if self.todays_amounts else [("contraction", change, down)]
        rows += [("churn", change, gone), ("new", c["end"], ~there & (c["end"] > 0))]
        made = [
            {"movement": IN_WORDS.get(name, name), "amount": float(amount[who].sum()), "customers": int(who.sum())}
            for name, amount, who in rows
        ]
        made = [row for row in made if row["movement"] != "other rise" or row["customers"]]
        end = {"movement": "end", "amount": float(c["end"].sum()), "customers": int((c["end"] > 0).sum())}
        return [*made, end]

    def naive(self) -> str:
        """What a reader of the two totals alone would say; shown in order to be broken."""
        start, end = self.customers["start"].sum(), self.customers["end"].sum()
        if self.reason or not start:
            return f"none: {self.reason or 'there was no recurring revenue at the start'}."
        way = "rose" if end >= start else "fell"
        return (
            f"monthly revenue {way} by {abs(end / start - 1):.0%}, so things go {'well' if end >= start else 'badly'}."
        )

    def waterfall(self) -> dict[str, float]:
        """The movements without the end, ready to draw; empty where there is no recurring revenue."""
        return {row["movement"]: row["amount"] for row in self.movements() if row["movement"] != "end"}

    def negative_churn(self) -> Check:
        """Whether customers who were there pay more together than a year ago: NRR strictly above 100%."""
        nrr = self.estimates()["nrr"]
        if not nrr.defined:
            return Check(name="negative_churn", passed=None, text=f"cannot be told: {nrr.reason}")
        said = f"NRR is {nrr.value:.1%} ({nrr.low:.1%} to {nrr.high:.1%})"
        if nrr.low > 1:  # type: ignore[operator]
            return Check(name="negative_churn", passed=True, text=f"{said}: above 100% over the whole range")
        if nrr.high <= 1:  # type: ignore[operator]
            return Check(name="negative_churn", passed=False, text=f"{said}: not above 100%, so churn is not negative")
        return Check(name="negative_churn", passed=None, text=f"{said}: the range holds 100%, so it cannot be told")


def _said(name: str, source: str) -> dict[str, Any]:
    return {"unit": "share", "per": PER_START, "source": source} | _unit(name)


def _unit(name: str) -> dict[str, Any]:
    return {"unit": "ratio", "per": "unit of revenue lost"} if name == "quick_ratio" else {}


def recurring(engagement: Engagement, *, months: int = 12, confidence: float = 0.95) -> Recurring:
    """Recurring revenue now and `months` ago, from payments, else from what customers pay today and when they left."""
    paid = engagement.fact("customer_months")
    told: dict[str, Any] = {"currency": engagement.currency, "confidence": confidence}
    if paid is None:
        return _from_customers(engagement, months, told)
    last = _last_complete(engagement)
    window = (str(last - months), str(last))
    reason = _not_recurring(paid, window)
    if reason:
        return Recurring(customers=_nobody(), window=window, reason=reason, **told)
    inside = paid[(paid["month"] >= window[0]) & (paid["month"] <= window[1])]
    wide = inside.pivot_table(index="customer_id", columns="month", values="amount", aggfunc="sum", fill_value=0.0)
    wide = wide.reindex(columns=[str(last - months + i) for i in range(months + 1)], fill_value=0.0)
    # what an invoice line takes back beyond what was invoiced that month is no recurring revenue
    amounts = wide.clip(lower=0.0)
    customers = pd.DataFrame({"start": amounts.iloc[:, 0], "end": amounts.iloc[:, -1]})
    sold = _sold(amounts, engagement.fact("kind_months"))
    rise = (customers["end"] - customers["start"]).clip(lower=0).where(customers["start"] > 0, 0.0)
    customers = pd.concat([customers, sold.mul(rise, axis=0)], axis=1).reset_index()
    return Recurring(customers=customers, window=window, negative=int((wide < 0).to_numpy().sum()), **told)


def _last_complete(engagement: Engagement) -> pd.Period:
    day = engagement.as_of
    month = pd.Period(year=day.year, month=day.month, freq="M")
    return month if day.day == calendar.monthrange(day.year, day.month)[1] else month - 1


def _not_recurring(paid: pd.DataFrame, window: tuple[str, str]) -> str:
    """Why these payments are no recurring revenue of this window, or nothing."""
    first, last = window
    if paid.empty or paid["month"].min() > first:
        began = "no month" if paid.empty else paid["month"].min()
        return f"payments begin in {began}, and the comparison begins in {first}"
    if not (paid["month"] == last).any():
        return (
            f"no payment in {last}, the last whole month before the as-of date: the latest is of {paid['month'].max()}"
        )
    again = paid_again(paid, window)
    if again < MONTHLY_FROM:
        return (
            f"payments do not come month by month: {again:.0%} of paid months are followed by a payment in the "
            f"next month (they count as recurring from {MONTHLY_FROM:.0%})"
        )
    return ""


def paid_again(paid: pd.DataFrame, window: tuple[str, str]) -> float:
    """Of the months in which a customer paid, the share in which they paid in the next month too."""
    index = pd.PeriodIndex(paid["month"], freq="M")
    pairs = pd.MultiIndex.from_arrays([paid["customer_id"], index])
    before = (paid["month"] >= window[0]) & (paid["month"] < window[1])
    following = pd.MultiIndex.from_arrays([paid["customer_id"], index + 1])[before]
    return float(following.isin(pairs).mean()) if len(following) else 0.0


def _sold(amounts: pd.DataFrame, kinds: pd.DataFrame | None) -> pd.DataFrame:
    """How each customer's rises within the window were sold: shares of upsell, cross_sell and other_rise, sum 1."""
    rises = amounts.diff(axis=1).clip(lower=0).stack().rename("rise").reset_index()
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


def _from_customers(engagement: Engagement, months: int, told: dict[str, Any]) -> Recurring:
    profile = engagement.fact("customer_profile")
    if profile is None:
        return Recurring(customers=_nobody(), reason="there are neither payments nor a customers table", **told)
    priced = profile[profile["amount_usable"].fillna(False).astype(bool) & profile["monthly_amount"].gt(0)]
    if priced.empty or not engagement.real_dates:
        lack = (
            "no monthly amount"
            if priced.empty
            else "no dates of joining and leaving (a tenure says how long, not when)"
        )
        return Recurring(customers=_nobody(), reason=f"there are no payments, and {lack}", **told)
    end = pd.Timestamp(engagement.as_of)
    start = end - pd.DateOffset(months=months)
    there = (priced["joined_on"] <= start) & (priced["left_on"].isna() | (priced["left_on"] > start))
    customers = pd.DataFrame({
        "customer_id": priced["customer_id"], "start": priced["monthly_amount"].where(there, 0.0),
        "end": priced["monthly_amount"].where(~priced["left"].astype(bool), 0.0), **dict.fromkeys(RISES, 0.0),
    })  # fmt: skip
    window = (f"{start:%Y-%m-%d}", f"{end:%Y-%m-%d}")
    return Recurring(customers=customers.reset_index(drop=True), window=window, todays_amounts=True, **told)


def _nobody() -> pd.DataFrame:
    return pd.DataFrame({"customer_id": [], **{name: pd.Series(dtype=float) for name in ("start", "end", *RISES)}})
