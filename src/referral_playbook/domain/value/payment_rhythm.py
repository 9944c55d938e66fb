"""How often customers pay: monthly, quarterly and yearly plans, each counted over the months that it pays for.

A customer between two yearly payments is active. A purchase without a rhythm is not a contract.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from referral_playbook.contract.writing.formatting import share
from referral_playbook.domain.value.billing_calendar import BillingCalendar, billing_calendar
from referral_playbook.domain.value.plan_changes import given_back, switched, until_given_back
from referral_playbook.domain.value.short_plans import in_months
from referral_playbook.facts.engagement import Engagement
from referral_playbook.facts.remembered import remembered

Months: TypeAlias = Any
"""A number of months, or an array or a column of them."""
PLANS = (1, 2, 3, 6, 12, 24)
"""Months that one payment can pay for."""
REGULAR_FROM = 0.6
"""Share of the gaps between payments that must lie on a plan for the payments to count as recurring revenue."""
RENEWED_FROM = 0.3
"""Share of the payments that must be followed by the next one on time; below it, most customers buy once."""
NEVER = 10**9
"""The month of a payment that has not come."""
MOST_PAY = 0.5
"""Share of customers on a monthly plan from which a pause in the year is looked for."""
MAIN_FROM = 0.5
"""A month's payments are a plan's payment from this share of the customer's median; smaller ones are add-ons."""


@dataclass(frozen=True, kw_only=True)
class Rhythm:
    """What the payments of one client say about their plans."""

    plans: pd.Series  # by customer_id: months that one payment pays for; 1 where no plan can be seen
    regular: float  # share of the gaps between two payments that lie on a plan beyond chance; 0 where nobody paid twice
    # of a customer's payments whose next one was due by now, the share that was followed by it on time; the mean over
    # customers
    renewed: float

    @property
    def recurring(self) -> bool:
        """Whether the payments are those of a contract."""
        return self.regular >= REGULAR_FROM and self.renewed >= RENEWED_FROM

    def describe(self) -> str:
        """Why these payments do not count as recurring revenue; empty where they do."""
        if self.recurring:
            return ""
        if self.regular < REGULAR_FROM:
            return (
                f"payments do not come at regular intervals: {share(self.regular)} of them follow the one before in a "
                f"monthly, quarterly or yearly rhythm (they count as recurring from {share(REGULAR_FROM)})"
            )
        return (
            f"most customers pay only once: {share(self.renewed)} of a customer's payments are followed by the next "
            f"one on time (they count as recurring from {share(RENEWED_FROM)})"
        )


@dataclass(frozen=True, kw_only=True)
class MonthlyRevenue:
    """Recurring revenue by customer and month, each payment spread over the months that it pays for."""

    # customer_id, month (number of months since year 0), amount; a row for each paid month
    spread: pd.DataFrame = field(repr=False)
    rhythm: Rhythm
    last: int  # the last whole month before the as-of date
    calendar: BillingCalendar | None = None  # where payments fall due in some months of the year only
    # customers who pay more often than once a month, at even intervals: see `short_plans`
    short: pd.Index = field(default_factory=lambda: pd.Index([]), repr=False)

    def between(self, first: int, last: int) -> pd.DataFrame:
        """Customers in rows, months `first` to `last` in columns, amounts as they are; 0 where nothing was paid."""
        inside = self.spread[self.spread["month"].between(first, last)]
        wide = inside.pivot_table(index="customer_id", columns="month", values="amount", aggfunc="sum", fill_value=0.0)
        return wide.reindex(columns=range(first, last + 1), fill_value=0.0)

    def paid_before(self, month: int) -> set[str]:
        """Customers who paid for a month before this one."""
        before = self.spread[(self.spread["month"] < month) & (self.spread["amount"] > 0)]
        return set(before["customer_id"])

    def latest(self) -> pd.DataFrame:
        """By customer_id: amount (a month, of the last month paid for), first and until (its first and last month)."""
        paid = self.spread[(self.spread["amount"] > 0) & (self.spread["month"] <= self.last)]
        ends = paid.groupby("customer_id")["month"].agg(first="min", until="max")
        at_end = paid[paid["month"] == paid["customer_id"].map(ends["until"])]
        return ends.assign(amount=at_end.groupby("customer_id")["amount"].sum())


def month_number(month: pd.Series) -> pd.Series:
    """``YYYY-MM`` as months since year 0."""
    codes, words = pd.factorize(month)
    numbers = np.array([int(word[:4]) * 12 + int(word[5:7]) - 1 for word in words], dtype="int64")
    return pd.Series(numbers[codes], index=month.index, name=month.name)


def month_text(number: int) -> str:
    """``YYYY-MM`` of a number of months since year 0.

    Examples
    --------
    >>> month_text(2026 * 12 + 8)
    '2026-09'
    """
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def last_whole_month(day: date) -> int:
    """The last month that is over on this day, as a number of months since year 0.

    Examples
    --------
    >>> month_text(last_whole_month(date(2026, 9, 30))), month_text(last_whole_month(date(2026, 9, 29)))
    ('2026-09', '2026-08')
    """
    following = day + timedelta(days=1)
    return following.year * 12 + following.month - 2


@remembered
def monthly_revenue(engagement: Engagement) -> MonthlyRevenue | None:
    """Each customer's recurring revenue by month; None where there are no payments."""
    paid = engagement.fact("customer_months")
    if paid is None or paid.empty:
        return None
    last = last_whole_month(engagement.as_of)
    paid = paid.assign(month=month_number(paid["month"])).sort_values(["customer_id", "month"], ignore_index=True)
    paid, short = in_months(engagement, paid, last)
    rhythm = rhythm_of(paid, last=last)
    if (terms := _by_term(paid, rhythm, last, engagement)) is not None:
        return terms
    if not rhythm.recurring:
        # without a contract a payment stands for nothing but its own month
        return MonthlyRevenue(spread=paid[["customer_id", "month", "amount"]], rhythm=rhythm, last=last)
    plan = switched(paid, rhythm.plans).fillna(paid["customer_id"].map(rhythm.plans)).astype("int64")
    spread = _spread(paid, plan, last, given_back(engagement))
    spread = _while_customer(spread, paid.assign(plan=plan), rhythm.plans, engagement)
    return MonthlyRevenue(spread=spread, rhythm=rhythm, last=last, short=short)


def _by_term(paid: pd.DataFrame, rhythm: Rhythm, last: int, engagement: Engagement) -> MonthlyRevenue | None:
    """Revenue of customers who pay at the same dates of each year, though not every month; None where they do not.

    A plan of two months and more that is seen already needs no such dates, and one whose length is stated neither.
    """
    stated = "period_months" in paid and bool(paid["period_months"].notna().any())
    seen = rhythm.recurring and float((rhythm.plans == 1).mean()) <= MOST_PAY
    calendar = None if stated or seen else billing_calendar(paid)
    if calendar is None:
        return None
    dated = paid.assign(month=calendar.number(paid["month"].to_numpy("int64")))
    terms = dated.groupby(["customer_id", "month"], as_index=False)["amount"].sum()
    over = calendar.last_over(last)
    own = rhythm_of(terms, last=over)
    if not own.recurring or not _return_after_a_gap(terms, calendar, over):
        return None
    spread = _spread(terms, terms["customer_id"].map(own.plans), over, given_back(engagement).iloc[:0])
    months = _months_of_terms(spread, calendar, over, last)
    return MonthlyRevenue(spread=_until_left(months, engagement), rhythm=own, last=last, calendar=calendar)


def _return_after_a_gap(terms: pd.DataFrame, calendar: BillingCalendar, over: int) -> bool:
    """Whether customers pay again after the months without due dates; those of a single course do not."""
    gaps = np.diff([*calendar.due, calendar.due[0] + 12])
    before = int(gaps.argmax())
    rows = terms[(terms["amount"] > 0) & (terms["month"] % len(calendar.due) == before) & (terms["month"] < over)]
    again = set(zip(terms["customer_id"], terms["month"] - 1, strict=True))
    returned = [pair in again for pair in zip(rows["customer_id"], rows["month"], strict=True)]
    return bool(returned) and float(np.mean(returned)) >= RENEWED_FROM


def _months_of_terms(spread: pd.DataFrame, calendar: BillingCalendar, over: int, last: int) -> pd.DataFrame:
    """Amounts per due date as amounts a month, each from its date to the next.

    A month's amount is that of a year of due dates over twelve, so that a long term is no cheaper than a short one. The
    latest date that everybody has had the time to pay lasts until the next is over.
    """
    number = spread["month"].to_numpy("int64")
    begin, until = calendar.month(number), calendar.month(number + 1)
    until = np.where((number == over) & ~_pays_next(spread, over), np.maximum(until, last + 1), until)
    rows = spread.assign(month=begin)
    return _repeated(rows, spread["amount"] * len(calendar.due) / 12, pd.Series(until - begin))


def _pays_next(spread: pd.DataFrame, over: int) -> NDArray[np.bool_]:
    """Which rows are of customers who have paid for a later date already."""
    later = spread.loc[spread["month"] > over, "customer_id"]
    pays: NDArray[np.bool_] = spread["customer_id"].isin(set(later)).to_numpy(bool)
    return pays


def _until_left(spread: pd.DataFrame, engagement: Engagement) -> pd.DataFrame:
    """Months paid for, without those after the customer left."""
    profile = engagement.fact("customer_profile")
    if profile is None or not engagement.real_dates:
        return spread
    left = pd.to_datetime(profile.set_index("customer_id")["left_on"])
    gone = spread["month"] > spread["customer_id"].map(left.dt.year * 12 + left.dt.month - 1)
    return spread[~gone].reset_index(drop=True)


def rhythm_of(paid: pd.DataFrame, *, last: int) -> Rhythm:
    """Plans by customer from the gaps between their payments.

    Parameters
    ----------
    paid : DataFrame
        customer_id, month (number), amount, in this order; one row per customer and month.
    last : int
        The last whole month of the record.

    Notes
    -----
    Gaps of two, three, six, twelve or 24 months count as a plan only where they are more frequent than the gaps just
    below and just above: buyers without a contract come back after any number of months.
    """
    # Customers by number until the end: to group by a text takes longer than what is counted.
    numbers, customers = pd.factorize(paid["customer_id"])
    paid = paid.assign(customer_id=numbers)
    main = paid[_is_main(paid)]
    gap = main.groupby("customer_id")["month"].diff()
    own, regular = _own_plan(main["customer_id"], gap)
    plans = own.reindex(range(len(customers)))
    plans = plans.fillna(_nearest_plan(main, own, plans.index)).fillna(1).astype("int64")
    plans, stated = _with_stated(paid, plans)
    of_row = main["customer_id"].map(plans)
    following = gap.groupby(main["customer_id"]).shift(-1)
    on_time = _on_plan(following, of_row)
    due = main["month"] + of_row + _slack(of_row) <= last
    return Rhythm(
        plans=plans.set_axis(customers),
        regular=max(regular, stated),
        renewed=1.0 if stated >= REGULAR_FROM else _renewed(on_time[due], main["customer_id"][due]),
    )


def _renewed(on_time: pd.Series, customer: pd.Series) -> float:
    """The mean over customers of the share of payments that were followed on time; 0 where none was due."""
    return float(on_time.groupby(customer).mean().mean()) if len(on_time) else 0.0


def _with_stated(paid: pd.DataFrame, plans: pd.Series) -> tuple[pd.Series, float]:
    """Plans with the periods that the client states for payments, and the share of payments that have one."""
    if "period_months" not in paid:
        return plans, 0.0
    periods = paid["period_months"].astype("float64")
    stated = periods.where(periods > 0)
    own = stated.groupby(paid["customer_id"]).max().reindex(plans.index)
    return own.fillna(plans).astype("int64"), float(stated.notna().mean())


def _is_main(paid: pd.DataFrame) -> pd.Series:
    usual = paid["amount"].where(paid["amount"] > 0).groupby(paid["customer_id"]).transform("median")
    return (paid["amount"] > 0) & (paid["amount"] >= MAIN_FROM * usual)


def _slack(plan: Months) -> Months:
    """Months by which a payment may be early or late: a yearly invoice drifts, a monthly one does not."""
    return (plan >= 6) * 1


def _on_plan(gap: Months, plan: Months) -> Any:
    return abs(gap - plan) <= _slack(plan)


def _own_plan(customer: pd.Series, gap: pd.Series) -> tuple[pd.Series, float]:
    """The plan on which most of a customer's own gaps lie (NaN where there is none), and the share of regular gaps."""
    number, gaps = customer[gap.notna()].to_numpy(), gap[gap.notna()].to_numpy()
    plans, regular = np.full(number.max(initial=-1) + 1, np.nan), 0.0
    for plan in PLANS:
        rest = np.isnan(plans[number])
        beyond = _beyond_chance(gaps[rest], plan)
        if plan > 1 and beyond <= 0:
            continue
        of = np.bincount(number[rest], minlength=plans.size)
        on_plan = np.bincount(number[rest], weights=_on_plan(gaps[rest], plan), minlength=plans.size)
        plans[on_plan / np.maximum(of, 1) >= REGULAR_FROM] = plan
        regular += max(beyond, 0.0)
    return pd.Series(plans), regular / max(gaps.size, 1)


def _beyond_chance(gap: NDArray[np.float64], plan: int) -> float:
    """How many more gaps have this length than the lengths beside it, as buyers without a contract would show."""
    slack = int(plan >= 6)
    width = 2 * slack + 1
    below, above = (
        int(((gap >= first) & (gap <= first + width - 1)).sum()) for first in (plan - slack - width, plan + slack + 1)
    )
    on_plan = int(_on_plan(gap, plan).sum())
    if plan > 1 and on_plan <= below + above:
        return 0.0
    return on_plan - (above if plan == 1 else (below + above) / 2)


def _nearest_plan(main: pd.DataFrame, own: pd.Series, customers: pd.Index) -> pd.Series:
    """For customers without a plan of their own: the plan whose usual payment is nearest to theirs, as a ratio."""
    usual = np.log(main.groupby("customer_id")["amount"].median())
    levels = usual.groupby(own.dropna()).median()
    if levels.empty:
        return pd.Series(np.nan, index=customers)
    away = np.abs(usual.to_numpy()[:, None] - levels.to_numpy()[None, :])
    return pd.Series(levels.index.to_numpy()[away.argmin(axis=1)], index=usual.index).reindex(customers)


def _spread(paid: pd.DataFrame, plan: pd.Series, last: int, refunds: pd.DataFrame) -> pd.DataFrame:
    """Each payment over the months that it pays for: until the next one, and at the end of the record a little late.

    `plan` is by row of `paid`, for a customer may change from a monthly plan to a longer one or back; `refunds` end
    what they undo.
    """
    monthly = paid.loc[plan == 1, ["customer_id", "month", "amount"]]
    longer = paid[plan > 1].assign(plan=plan[plan > 1])
    if longer.empty:
        return monthly.reset_index(drop=True)
    main = _is_main(longer)
    terms = longer[main]
    lasting = pd.Series(_term_ends(terms, last) - terms["month"].to_numpy() + 1, index=terms.index)
    lasting = until_given_back(terms, lasting, refunds)
    left = lasting > 0
    parts = [monthly, _repeated(terms[left], (terms["amount"] / terms["plan"])[left], lasting[left])]
    added = longer[~main]
    if len(added):
        # what is bought during a term is spread over the rest of it
        start = terms["month"].groupby(terms["customer_id"]).apply(lambda months: months.to_numpy())
        rest = _rest_of_term(added, start)
        parts.append(_repeated(added, added["amount"] / rest, rest))
    return pd.concat(parts, ignore_index=True)


def _term_ends(terms: pd.DataFrame, last: int) -> NDArray[np.int64]:
    """The last month that each payment of a longer plan pays for."""
    month, plan = terms["month"].to_numpy("int64"), terms["plan"].to_numpy("int64")
    following = terms.groupby("customer_id")["month"].shift(-1).fillna(NEVER).to_numpy("int64")
    late = np.maximum(plan // 4, 1)
    ends = month + plan - 1
    # a renewal that comes early ends the term; one that comes a little late does not interrupt it
    ends = np.where(following - month <= plan + late, following - 1, ends).astype("int64")
    # the invoice that is due now may still be on its way
    open_end = (following == NEVER) & (ends >= last - 1)
    ends[open_end] = np.maximum(ends[open_end], last)
    lasts: NDArray[np.int64] = ends
    return lasts


def _rest_of_term(added: pd.DataFrame, starts: pd.Series) -> pd.Series:
    """Months left of the term in which an add-on was bought; 1 outside any term."""
    left = []
    for customer, month, plan in zip(added["customer_id"], added["month"], added["plan"], strict=True):
        began = [m for m in starts.get(customer, ()) if m <= month < m + plan]
        left.append(began[-1] + plan - month if began else 1)
    return pd.Series(left, index=added.index, dtype="int64")


def _repeated(rows: pd.DataFrame, amount: pd.Series, months: pd.Series) -> pd.DataFrame:
    """One row per month from each row's month on."""
    times: NDArray[np.int64] = months.clip(lower=1).to_numpy("int64")
    offset = np.arange(times.sum()) - np.repeat(times.cumsum() - times, times)
    return pd.DataFrame(
        {
            "customer_id": np.repeat(rows["customer_id"].to_numpy(), times),
            "month": np.repeat(rows["month"].to_numpy(), times) + offset,
            "amount": np.repeat(amount.to_numpy(float), times),
        }
    )


def _while_customer(spread: pd.DataFrame, paid: pd.DataFrame, plans: pd.Series, engagement: Engagement) -> pd.DataFrame:
    """Longer plans end when the customer leaves, and begin before the record where the customer was there already."""
    longer, profile = plans.index[plans > 1], engagement.fact("customer_profile")
    ahead = paid.loc[paid["plan"] > 1, "customer_id"].unique()
    if profile is None or not len(ahead) or not engagement.real_dates:
        return spread
    dates = profile.set_index("customer_id")[["joined_on", "left_on"]]
    joined, left = (dates[c].dt.year * 12 + dates[c].dt.month - 1 for c in ("joined_on", "left_on"))
    joined, left = joined.reindex(longer), left.reindex(ahead)
    gone = spread["month"] > spread["customer_id"].map(left)
    first = spread[spread["customer_id"].isin(longer)].groupby("customer_id")["month"].min()
    began = int(paid["month"].min())
    since = pd.concat([joined, first - plans.reindex(first.index)], axis=1).max(axis=1).clip(lower=began)
    early = (first - since)[first - began < plans.reindex(first.index)]
    early = early[early > 0].astype("int64")
    if early.empty:
        return spread[~gone].reset_index(drop=True)
    at_first = spread.merge(first.rename("first"), left_on="customer_id", right_index=True).query("month == first")
    amounts = at_first.groupby("customer_id")["amount"].sum().reindex(early.index)
    rows = pd.DataFrame({"customer_id": early.index, "month": (first[early.index] - early).to_numpy()})
    before = _repeated(rows, amounts.reset_index(drop=True), early.reset_index(drop=True))
    return pd.concat([spread[~gone], before], ignore_index=True)
