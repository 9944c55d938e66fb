"""Every figure of the review twice: with the flagged referrals and without them."""

from typing import Any

import pandas as pd

from referral_playbook.contract.evidence import Estimate, undefined
from referral_playbook.domain.lists.progress import progress
from referral_playbook.domain.programme import baseline
from referral_playbook.domain.sources import funnel
from referral_playbook.domain.sources.source_audit import introducers
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.proportions import proportion
from referral_playbook.steps.programme_review.decay import decay


def figures(engagement: Engagement, clean: Engagement, *, confidence: float = 0.95) -> list[dict[str, Any]]:
    """Rows figure, with_flagged, without_flagged (Estimates); `clean` is without the flagged referrals."""
    both = [_figures(e, confidence) for e in (engagement, clean)]
    return [{"figure": name, "with_flagged": both[0][name], "without_flagged": both[1][name]} for name in both[0]]


def _figures(engagement: Engagement, confidence: float) -> dict[str, Estimate]:
    options: dict[str, Any] = {"confidence": confidence}
    return {
        "referrals a month": baseline.baseline(engagement, **options),
        "qualified per referral": _measured(funnel.qualified_share(engagement, **options)),
        "converted per qualified referral": _measured(funnel.conversion_rate(engagement, **options)),
        "rewarded per referral": _rewarded(engagement, confidence),
        "made by the top fifth of those who refer": introducers(engagement, confidence=confidence),
        "referral rate from the seventh month, times the first six": decay(engagement, confidence=confidence),
    }


def _measured(estimate: Estimate) -> Estimate:
    """Only what the tables say: a review does not fall back to an assumption."""
    if estimate.basis == "measured":
        return estimate
    return undefined("the tables do not say", unit=estimate.unit, per=estimate.per, source=estimate.source)


def _rewarded(engagement: Engagement, confidence: float) -> Estimate:
    rows = engagement.fact("referrals")
    labels: dict[str, Any] = {"per": "referral", "source": "referrals: rewarded_on"}
    if rows is None:
        return undefined("no referrals table", unit="share", **labels)
    return proportion(int(rows["rewarded_on"].notna().sum()), len(rows), confidence=confidence, **labels)


def goal_rows(engagement: Engagement, clean: Engagement) -> pd.DataFrame:
    """Goals of past months with their band: actual and reading, each with and without the flagged referrals."""
    seen, sound = progress(engagement), progress(clean)
    if len(sound) < len(seen):  # no referral is left without the flagged ones: each month then brought none
        left = seen.merge(sound[["month", "metric", "actual", "reading"]], how="left", on=["month", "metric"])
        options = left["reading_y"].notna()
        none = (seen["low"] > 0).map({True: "behind", False: "within the band"})
        sound = seen.assign(
            actual=left["actual_y"].astype(float).fillna(0), reading=left["reading_y"].where(options, none)
        )
    # The band is that of valid months: what is read against it in the end is the count without the flagged rows.
    band = {end: sound[end] for end in ("low", "high")}
    seen = seen.assign(without_flagged=sound["actual"], reading_without_flagged=sound["reading"], **band)
    columns = ["month", "metric", "owner", "actual", "without_flagged", "target", "low", "high", "reading"]
    return seen[[*columns, "reading_without_flagged"]]


def band_columns(goals: pd.DataFrame, metric: str = "referrals") -> dict[str, list[object]]:
    """Progress of one metric without the flagged referrals, ready to draw; empty where no goal was set on it."""
    part = goals[goals["metric"] == metric]
    columns = {"months": "month", "actual": "without_flagged", "low": "low", "mid": "target", "high": "high"}
    return {name: part[column].tolist() for name, column in columns.items()}
