"""Progress that is seen: what happened against the goals, who is behind, and what runs ahead of a referral.

A month is `behind` when it lies below the 10% quantile of what its goal would bring by chance. One month in ten does
so with nothing wrong: read a run of them.
"""

from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from referral_playbook.contract.evidence import Check
from referral_playbook.contract.tables import GOAL_METRICS, VIRAL
from referral_playbook.contract.writing.dates import month
from referral_playbook.contract.writing.formatting import number, share, whole
from referral_playbook.domain.lists.goal_band import BAND, Outlook
from referral_playbook.domain.programme import baseline
from referral_playbook.domain.programme.baseline import WINDOW, last_whole_month
from referral_playbook.domain.sources.source_words import by_referral
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.referrals.counts import count_distribution, fit_counts
from referral_playbook.methods.uncertainty.predictions import predict_counts

DATED_BY = {
    "invites": "invited_on",
    "referrals": "referred_on",
    "qualified": "qualified_on",
    "conversions": "converted_on",
}
WHY_NOT_K = (
    "growth through the network is a side effect: nobody can act on K directly, it falls when many new customers join "
    "who had no time to refer yet; set the goal on asks, invitations or qualified referrals"
)
ALERT_MONTHS = 3
NAMED = "to be named"


def is_viral(metric: str) -> bool:
    """Whether a metric is K under one of its names.

    Examples
    --------
    >>> is_viral("K factor"), is_viral("referrals")
    (True, False)
    """
    return metric.strip().lower() in VIRAL


def actual(engagement: Engagement, *, window: int = WINDOW) -> pd.DataFrame:
    """What happened in the last whole months: month as index, a column for each metric that the tables tell."""
    last = last_whole_month(engagement.as_of)
    months = [str(m) for m in pd.period_range(last - window + 1, last, freq="M")]
    counts = {name: series.reindex(months, fill_value=0) for name, series in _series(engagement).items()}
    return pd.DataFrame({name: counts[name] for name in GOAL_METRICS if name in counts}, index=months, dtype=int)


def _series(engagement: Engagement) -> dict[str, pd.Series]:
    touched, rows = engagement.fact("touchpoint_months"), engagement.fact("referral_months")
    counts = {}
    if touched is not None:
        counts["asks"] = touched[touched["kind"] == "ask"].groupby("month")["contacts"].sum()
    if rows is not None:
        by_month = rows.set_index("month")
        counts |= {name: by_month[column] for name, column in DATED_BY.items() if by_month[column].any()}
    elif (leads := baseline.received_leads(engagement)) is not None:
        referred = leads[by_referral(leads["source"], engagement.parameters.get("source_groups"))]
        counts["referrals"] = referred.groupby("month")["leads"].sum()
    return counts


def leading(engagement: Engagement, *, window: int = WINDOW, confidence: float = 0.95) -> pd.DataFrame:
    """Leading indicators: a month on average, and the last three months against what the ones before let expect."""
    seen = actual(engagement, window=window)
    return pd.DataFrame(
        [_indicator(str(name), seen[name].to_numpy(int), confidence) for name in seen],
        columns=["indicator", "a_month", "last_months", "expected", "reading"],
    )


def _indicator(name: str, counts: np.ndarray, confidence: float) -> dict[str, Any]:
    labels: dict[str, Any] = {"unit": name, "per": "month", "source": "touchpoints" if name == "asks" else "referrals"}
    before, last = counts[:-ALERT_MONTHS], int(counts[-ALERT_MONTHS:].sum())
    expected = predict_counts(before, periods=ALERT_MONTHS, **labels | {"per": f"{ALERT_MONTHS} months"})
    mean = fit_counts(counts, confidence=confidence, **labels).mean
    return {
        "indicator": name,
        "a_month": mean,
        "last_months": last,
        "expected": expected,
        "reading": _place(last, expected),
    }


def _place(x: float, expected: Any) -> str:
    if not expected.defined:
        return "not known"
    return "behind" if x < expected.low else "ahead" if x > expected.high else "as expected"


def goals(engagement: Engagement) -> pd.DataFrame:
    """The goals that were set: month, metric, target, owner, refused (why, for a goal on K), counted (bool)."""
    table = engagement.fact("goals")
    if table is None:
        return pd.DataFrame(columns=["month", "metric", "target", "owner", "refused", "counted"])
    table = table.assign(metric=table["metric"].str.strip().str.lower())
    table["refused"] = [WHY_NOT_K if is_viral(m) else "" for m in table["metric"]]
    table["counted"] = table["metric"].isin(actual(engagement).columns)
    return table.sort_values(["metric", "month"], ignore_index=True)


def progress(engagement: Engagement, *, level: float = BAND) -> pd.DataFrame:
    """Each past month of each goal: month, metric, owner, actual, target, low, high (its band), reading.

    The band holds `level` of what a month brings that brings its goal on average; months spread as they did so far.
    """
    columns = ["month", "metric", "owner", "actual", "target", "low", "high", "reading"]
    seen, set_ = actual(engagement, window=5 * WINDOW), goals(engagement)
    set_ = set_[set_["counted"].astype(bool) & set_["month"].isin(seen.index)]
    parts = [_read(part, seen[metric], level) for metric, part in set_.groupby("metric")]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def _read(goals: pd.DataFrame, counts: pd.Series, level: float) -> pd.DataFrame:
    """The goals of one metric against what was counted by month."""
    spread = fit_counts(counts.tail(WINDOW)).dispersion.value or 0.0
    by_chance = count_distribution(goals["target"].to_numpy(float), spread)
    low, high = (by_chance.ppf(q) for q in ((1 - level) / 2, (1 + level) / 2))
    made = counts.reindex(goals["month"]).to_numpy(int)
    return goals.assign(
        owner=goals["owner"].where(goals["owner"].fillna("") != "", NAMED),
        actual=made,
        target=goals["target"].astype(float),
        low=low,
        high=high,
        reading=np.select([made < low, made > high], ["behind", "ahead"], "within the band"),
    )


def alerts(rows: pd.DataFrame, *, confidence: float = 0.95) -> list[Check]:
    """One check a metric: whether the latest month is behind, and whether more months are than chance explains.

    Chance explains so many late months when as many or more would come, all goals being met, with a probability of at
    least 1 - `confidence`.
    """
    if rows.empty:
        return [
            Check(
                name="progress", passed=None, text="no goal was set for a month that is over, so nobody can be behind"
            )
        ]
    return [_alert(str(metric), part, confidence) for metric, part in rows.groupby("metric", sort=True)]


def _alert(metric: str, part: pd.DataFrame, confidence: float) -> Check:
    behind, n, last = int((part["reading"] == "behind").sum()), len(part), part.iloc[-1]
    chance = float(stats.binom.sf(behind - 1, n, (1 - BAND) / 2))
    late = last["reading"] == "behind"
    text = (
        f"{metric}: {month(last['month'])} brought {number(last['actual'])} against {whole(last['target'])} "
        f"({whole(last['low'])} to {whole(last['high'])}), {last['reading']}; behind "
        f"in {behind} of {n} months"
    )
    often = behind > 0 and chance < 1 - confidence
    compared = f", {'' if often else 'no '}more than chance explains at {share(confidence)} confidence"
    return Check(
        name=f"progress_{metric.replace(' ', '_')}", passed=not (late or often), text=text + compared * (behind > 0)
    )


def ahead(engagement: Engagement, outlook: Outlook, *, owner: str = "", months: int = 3) -> list[dict[str, Any]]:
    """The goals to write down for the next months: month, metric, goal with its band, alert_below, owner, due."""
    goal = outlook.band()
    if not goal.defined:
        return []
    first = last_whole_month(engagement.as_of) + 1
    return [
        {
            "month": str(m),
            "metric": "referrals",
            "goal": goal,
            "alert_below": goal.low,
            "owner": owner.strip() or NAMED,
            "due": m.end_time.date(),
        }
        for m in pd.period_range(first, periods=months, freq="M")
    ]
