"""How many referrals are made now, without any programme: by month, by source, and how many are not known.

From the referrals table, else from enquiries that came by referral, else from counts without dates, else from customers
who came by referral, else as stated.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from referral_playbook.contract.doubtful_words import doubtful, why_withheld
from referral_playbook.contract.evidence import ONLY_CONVERTED, Basis, Estimate, assumed, undefined
from referral_playbook.contract.writing.dates import day, month
from referral_playbook.contract.writing.formatting import written
from referral_playbook.domain.assumptions import Default, assumed_value
from referral_playbook.domain.headcount import of_everyone
from referral_playbook.domain.sources import funnel
from referral_playbook.domain.sources.source_words import (
    UNSORTED,
    by_referral,
    group_of,
    groups,
    listed_words,
    maps_referral,
)
from referral_playbook.domain.value.payers import payers
from referral_playbook.facts.engagement import Engagement
from referral_playbook.facts.remembered import remembered
from referral_playbook.methods.proportions import proportion
from referral_playbook.methods.rates import poisson_rate
from referral_playbook.methods.referrals.clusters import ratio_of_sums
from referral_playbook.methods.referrals.counts import CountFit, fit_counts
from referral_playbook.methods.uncertainty.propagation import propagate

WINDOW = 12  # months
HARDLY = 0.01  # a silence less likely than this means that nobody wrote referrals down any more
BASELINE = Default(1.0, 0.5, 1.5)  # relative: a stated baseline is assumed to lie from half to one and a half times
UNIT, PER = "referrals", "month"
READ_FROM = {
    "leads": "leads: source referral",
    "referrals": "referrals: referred_on",
    "customers": "customers: source referral or referred_by",
}
DAYS_PER_MONTH = 30.4375
KEPT_WITH = {"customers": ("customers", "payments")}
"""Tables that show that a record goes on although nobody new is in it: a school takes in once a year."""
CUSTOMERS = ("customer", "", "(none)")
"""Types of referrer that are customers; without a type they are taken to be customers."""
LEAST_DAYS = 7
"""Days that a record must cover before a rate can be read from it."""


@dataclass(frozen=True, kw_only=True)
class Record:
    """Referrals by whole month, as far back as they are looked at."""

    table: str  # where they were written down: referrals, leads or customers
    months: tuple[str, ...]  # ``YYYY-MM``, without a gap; empty where no whole month was recorded
    counts: NDArray[np.int_]  # shape (months,)
    ended: date | None = None  # the last day on which somebody wrote, where the silence since then is no accident
    # words for a source that belong to no group, with their leads in these months: some may mean a referral
    unassigned: Mapping[str, int] = field(default_factory=dict)
    total: int = 0  # referrals of the whole table, also of the months that are not looked at

    @property
    def words(self) -> str:
        span = f"{month(self.months[0])} to {month(self.months[-1])}" if self.months else "no whole month"
        stop = f"; the record ends on {day(self.ended)}" if self.ended else ""
        return f"{READ_FROM[self.table]}, {span}{stop}"


@cache
def last_whole_month(day: date) -> pd.Period:
    """The last month that was over at the end of the day.

    Examples
    --------
    >>> str(last_whole_month(date(2026, 9, 30))), str(last_whole_month(date(2026, 9, 29)))
    ('2026-09', '2026-08')
    """
    month = pd.Period(day, "M")
    return month if month.end_time.date() == day else month - 1


@remembered
def record(engagement: Engagement, *, window: int = WINDOW) -> Record | None:
    """Referrals of the last whole months before the as-of date; None where no table dates them."""
    if (rows := engagement.fact("referral_funnel")) is not None:
        return _record(engagement, "referrals", rows.groupby("month")["referrals"].sum(), None, window)
    if (leads := received_leads(engagement)) is not None:
        own = engagement.parameters.get("source_groups")
        referred = leads[by_referral(leads["source"], own)]
        written = leads.groupby("month")["leads"].sum()
        from_leads = _record(engagement, "leads", written, referred.groupby("month")["leads"].sum(), window)
        counted = leads[leads["month"].isin(from_leads.months)] if from_leads.months else leads
        return replace(from_leads, unassigned=_unassigned(counted, "leads", own))
    return None


def _unassigned(rows: pd.DataFrame, column: str, own: Sequence[str] | None) -> dict[str, int]:
    known = groups(own)
    counts = rows.groupby("source")[column].sum()
    return {str(word): int(n) for word, n in counts.items() if group_of(str(word), known) == UNSORTED}


def received_leads(engagement: Engagement) -> pd.DataFrame | None:
    """Enquiries by month and source, those sent out to others left out; None without a table or without any source."""
    leads = engagement.fact("lead_sources")
    if leads is None or (leads["source"] == "(empty)").all():
        return None
    return leads[leads["given_or_received"] != "given"]


def _record(engagement: Engagement, table: str, written: pd.Series, counted: pd.Series | None, window: int) -> Record:
    """`written` are all rows of the table by month, `counted` the ones of interest (None: all)."""
    ended = _ended(engagement, table, written)
    last = last_whole_month(ended or engagement.as_of)
    # The first month is left out: a record may begin in the middle of it, and begins with an event.
    first = max(last - window + 1, pd.Period(written.index.min(), "M") + 1) if len(written) else last + 1
    months = tuple(str(m) for m in pd.period_range(first, last, freq="M"))
    every = written if counted is None else counted
    counts = every.reindex(months, fill_value=0).to_numpy(int)
    return Record(table=table, months=months, counts=counts, ended=ended, total=int(every.sum()))


def _ended(engagement: Engagement, table: str, written: pd.Series) -> date | None:
    days = [one["last"] for name in KEPT_WITH.get(table, (table,)) if (one := engagement.tables.get(name))]
    last: date | None = max((day for day in days if day), default=None)
    if last is None or not len(written):
        return None
    spanned = (pd.Period(last, "M") - pd.Period(written.index.min(), "M")).n + 1
    silent = (engagement.as_of - last).days / 30.4375
    return last if math.exp(-written.sum() / spanned * silent) < HARDLY else None


def monthly(found: Record, *, confidence: float = 0.95) -> CountFit:
    """Referrals a month: Poisson with its interval, or wider where the months differ more than that."""
    return fit_counts(found.counts, confidence=confidence, unit=UNIT, per=PER, source=found.words)


def baseline(
    engagement: Engagement, *, stated: float | None = None, window: int = WINDOW, confidence: float = 0.95
) -> Estimate:
    """Referrals a month today: stated, else measured over the last `window` whole months, as far as the tables allow.

    Undefined, with the reason, where no table says how many were made, and where no lead came by referral but some
    stand under words that no group is assigned to.
    """
    if stated is not None:
        return assumed_value("referrals_per_month", stated, BASELINE, unit=UNIT, per=PER)
    recorded = record(engagement, window=window)
    if recorded is not None and recorded.months:
        return _bounded(recorded, monthly(recorded, confidence=confidence).mean)
    if recorded is not None and (first := engagement.tables[recorded.table].get("first")):
        return _young(recorded, first, recorded.ended or engagement.as_of, confidence)
    counted = undated(engagement, confidence=confidence)
    return counted if counted.defined else from_customers(engagement, otherwise=counted, confidence=confidence)


def _young(found: Record, first: date, last: date, confidence: float) -> Estimate:
    """Referrals a month of a record without a whole month: those after the first row, over the days since that row."""
    days = (last - first).days
    source = f"{found.table}: {day(first)} to {day(last)}, {days} days"
    if days < LEAST_DAYS:
        reason = (
            f"the record of {found.table} covers only {days} days, too few to say how many referrals come in a month: "
            "state them, or come back in a month"
        )
        return undefined(reason, unit=UNIT, per=PER, source=source)
    # A table of referrals begins with one, so that one says nothing of how often they come.
    events = max(0, found.total - 1) if found.table == "referrals" else found.total
    rate = poisson_rate(events, days / DAYS_PER_MONTH, confidence=confidence, unit=UNIT, per=PER, source=source)
    return _bounded(found, rate)


def _bounded(found: Record, rate: Estimate) -> Estimate:
    """The rate where every word for a source is assigned; otherwise undefined, or a value that may be too low."""
    if not found.unassigned:
        return rate
    words = listed_words(found.unassigned)
    if not (found.counts.sum() if found.months else found.total):
        rows = found.table.removesuffix("s")
        reason = (
            f"no {rows} has a source that means a referral, and no group is assigned to these words: {words}. "
            "Say in client.toml what they mean"
        )
        return undefined(reason, unit=UNIT, per=PER, source=found.words)
    source = f"{found.words}; no group is assigned to {words}: low counts none of them as a referral, high all of them"
    more = sum(found.unassigned.values()) / max(1, len(found.months))
    high = None if rate.high is None else rate.high + more
    return rate.as_(high=high, basis=Basis.ASSUMED, source=source)


def undated(engagement: Engagement, *, confidence: float = 0.95) -> Estimate:
    """Referrals a month from counts without dates: referrals / customer-months x customers who are still there."""
    profile = engagement.fact("customer_profile")
    source = "customers: referrals_made / customer-months x active customers"
    counted = None if profile is None else profile[profile["referrals_made"].notna() & (profile["tenure_months"] > 0)]
    if counted is None or counted.empty:
        remedy = "(state a number a month, or bring the list of referrals)"
        reason = f"no table shows how many referrals are made {remedy}"
        return undefined(reason, unit=UNIT, per=PER, source=source)
    active = of_everyone(engagement, int((~counted["left"].astype(bool)).sum()))
    made, months = (counted[c].to_numpy(float) for c in ("referrals_made", "tenure_months"))
    rate = ratio_of_sums(made, months, confidence=confidence, per="customer-month", source=source)
    if not rate.defined:  # nobody referred, or all alike: then the counts are read as Poisson's
        rate = poisson_rate(int(made.sum()), float(months.sum()), confidence=confidence)
    limits = {name: getattr(rate, name) * active for name in ("value", "low", "high")}
    return rate.as_(**limits, unit=UNIT, per=PER, source=source, n=len(counted))


def from_customers(engagement: Engagement, *, otherwise: Estimate, confidence: float = 0.95) -> Estimate:
    """Referrals a month from customers who came by referral, over the shares of referrals that qualify and convert.

    Referrals that came to nothing are not in the record, so the rate is assumed and no better known than both shares.
    It is `otherwise` where the customers table does not date or name any source.
    """
    rows = _acquired(engagement)
    if rows is None or not rows["month"].notna().any() or not rows["referred"].notna().any():
        return otherwise
    rows = rows.assign(came=rows["referred"].astype("boolean").fillna(False).astype(bool))
    known = rows[rows["referred"].notna()]
    if not known["came"].any() and not maps_referral(engagement):
        return otherwise  # a source without a word for it would say nobody, however many came by referral
    words = known[~known["came"]].groupby("source")["customers"].sum().to_dict()
    if unclear := doubtful(words, known=int(known["customers"].sum())):
        return undefined(why_withheld(unclear, "customers"), unit=UNIT, per=PER, source=READ_FROM["customers"])
    joined = _joined(engagement, rows)
    return _over_what_converts(engagement, joined, confidence) if joined.months else otherwise


def _acquired(engagement: Engagement) -> pd.DataFrame | None:
    """Customers by month of joining, source and whether referred, without users of a free plan."""
    rows, profile = engagement.fact("acquisition"), engagement.fact("customer_profile")
    if rows is None or profile is None or not len(payers(engagement).free) or not engagement.real_dates:
        return rows
    paying = payers(engagement).of(profile)
    paying = paying.assign(month=paying["joined_on"].dt.strftime("%Y-%m"))
    return paying.groupby(["month", "source", "referred"], dropna=False).size().rename("customers").reset_index()


def _joined(engagement: Engagement, rows: pd.DataFrame) -> Record:
    """Customers who came by referral, by whole month of joining."""
    every, referred = (part.groupby("month")["customers"].sum() for part in (rows, rows[rows["came"]]))
    found = _record(engagement, "customers", every, referred, WINDOW)
    others = rows[rows["referred"].notna() & ~rows["came"] & rows["month"].isin(found.months)]
    return replace(found, unassigned=_unassigned(others, "customers", engagement.parameters.get("source_groups")))


def _over_what_converts(engagement: Engagement, joined: Record, confidence: float) -> Estimate:
    came = _bounded(joined, monthly(joined, confidence=confidence).mean)
    stated = engagement.parameters.get("conversion_rate"), engagement.parameters.get("qualified_share")
    converted = funnel.conversion_rate(engagement, stated=stated[0], confidence=confidence)
    qualified = funnel.qualified_share(engagement, stated=stated[1], confidence=confidence)
    referred = written(int(joined.counts.sum()), "customers")
    source = f"{ONLY_CONVERTED}: {referred} ({came.source}) / conversion rate / qualified share"
    rate = propagate(
        lambda n, q, c: n / (q * c), unit=UNIT, per=PER, source=source, product=True, n=came, q=qualified, c=converted
    )
    return rate.as_(basis=Basis.ASSUMED) if rate.defined else rate


def qualified_share(engagement: Engagement, *, stated: float | None = None, confidence: float = 0.95) -> Estimate:
    """Qualified per referral; enquiries that came by referral are counted as qualified already."""
    recorded = record(engagement)
    if stated is None and recorded is not None and recorded.table == "leads":
        source = "by definition: the baseline counts leads with source referral, and a lead is a qualified referral"
        return assumed(1.0, 1.0, 1.0, unit="share", per="referral", source=source)
    return funnel.qualified_share(engagement, stated=stated, confidence=confidence)


def by_source(engagement: Engagement, *, window: int = WINDOW, confidence: float = 0.95) -> pd.DataFrame:
    """Referrals a month by who made them and through which channel: source, channel, made, a_month (Poisson), share."""
    columns = ["source", "channel", "referrals", "a_month", "share"]
    recorded, rows = record(engagement, window=window), engagement.fact("referral_funnel")
    if recorded is None or rows is None or not recorded.months:
        return pd.DataFrame(columns=columns)
    rows = rows[rows["month"].isin(recorded.months)]
    made = rows.groupby(["referrer_type", "channel"], as_index=False)["referrals"].sum()
    made = made.sort_values(["referrals", "referrer_type", "channel"], ascending=[False, True, True], ignore_index=True)
    n, span, total = made["referrals"], len(recorded.months), int(made["referrals"].sum())
    labels: dict[str, Any] = {"unit": UNIT, "per": PER, "source": recorded.words, "confidence": confidence}
    made["a_month"] = [poisson_rate(int(k), span, **labels) for k in n]
    made["share"] = [proportion(int(k), total, confidence=confidence, per="referral", source=recorded.words) for k in n]
    return made.rename(columns={"referrer_type": "source"})[columns]


def unknown_share(engagement: Engagement, *, window: int = WINDOW, confidence: float = 0.95) -> Estimate:
    """Share of new customers whose source nobody wrote down: what the baseline may be missing."""
    facts = engagement.fact("acquisition")
    labels: dict[str, Any] = {"per": "new customer", "source": "customers: source, referred_by"}
    if facts is None:
        return undefined("no customers table, so no sources", unit="share", **labels)
    last = last_whole_month(engagement.as_of)
    if facts["month"].notna().any():
        facts = facts[(facts["month"] > str(last - window)) & (facts["month"] <= str(last))]
        labels["source"] += f", joined in the last {window} months"
    unknown, total = int(facts.loc[facts["referred"].isna(), "customers"].sum()), int(facts["customers"].sum())
    words = facts[facts["referred"].notna()].groupby("source")["customers"].sum()
    if nobody_knows := doubtful(words.to_dict(), known=total, unknown_only=True):
        return undefined(why_withheld(nobody_knows, "customers"), unit="share", n=total, **labels)
    return proportion(unknown, total, confidence=confidence, **labels)


def measured(estimate: Estimate) -> bool:
    """Whether a number comes from the client's tables."""
    return estimate.defined and estimate.basis is Basis.MEASURED


def customers_share(engagement: Engagement, *, window: int = WINDOW) -> float:
    """Part of the referrals of the last months that customers made; all of them where no table says who made them."""
    recorded, rows = record(engagement, window=window), engagement.fact("referral_funnel")
    if recorded is None or rows is None:
        return 1.0
    rows = rows[rows["month"].isin(recorded.months)] if recorded.months else rows
    theirs = rows["referrer_type"].fillna("").str.strip().str.lower().isin(CUSTOMERS)
    made = float(rows["referrals"].sum())
    return float(rows.loc[theirs, "referrals"].sum()) / made if made else 1.0
