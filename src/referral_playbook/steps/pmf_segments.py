"""Where the firm is the expert and where it is not: segments sorted by delight, corrected for their number."""

from __future__ import annotations

from typing import Any

import pandas as pd

from referral_playbook.contract.evidence import Estimate
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.experiments import holm
from referral_playbook.methods.proportions import binomial_test
from referral_playbook.steps.pmf_retention import monthly_retention
from referral_playbook.steps.survey_answers import nps, very_disappointed

NONE = "(none)"
ASK, FIX, LEAVE, UNKNOWN = "ask here", "fix first", "do not take on", "not enough data"


def names(engagement: Engagement) -> list[str]:
    """Segments that answered the Ellis question, in alphabetical order."""
    counts = engagement.fact("survey_counts")
    if counts is None:
        return []
    asked = counts[(counts["question"] == "pmf") & (counts["segment"] != NONE)]
    return sorted(asked["segment"].unique())


def segment_shares(engagement: Engagement, *, confidence: float = 0.95) -> dict[str, Estimate]:
    """Ellis share by segment."""
    return {s: very_disappointed(engagement, confidence=confidence, segment=s) for s in names(engagement)}


def segments(engagement: Engagement, *, threshold: float = 0.40, confidence: float = 0.95) -> pd.DataFrame:
    """Segments sorted into ask here, fix first, do not take on.

    A segment is *ask here* when its Ellis share lies above the threshold and *fix first* when below, by the exact
    binomial test with Holm's correction over all segments; of those below, the ones where detractors
    outnumber promoters for sure are *do not take on*. The rest cannot be told.

    Returns
    -------
    DataFrame
        segment, very_disappointed (Estimate), nps (Estimate), monthly_retention (Estimate), p_adjusted, sorted_into.
    """
    shares = segment_shares(engagement, confidence=confidence)
    asked = {s: e for s, e in shares.items() if e.defined and e.n}
    tests = [binomial_test(round(e.value * e.n), e.n, p=threshold) for e in asked.values()]  # type: ignore[operator,arg-type]
    adjusted = dict(zip(asked, holm(tests), strict=True)) if tests else {}
    rows = [_row(engagement, s, e, adjusted.get(s), threshold, confidence) for s, e in shares.items()]
    columns = ["segment", "very_disappointed", "nps", "monthly_retention", "p_adjusted", "sorted_into"]
    return pd.DataFrame(rows, columns=columns)


def _row(
    engagement: Engagement, segment: str, share: Estimate, p: float | None, threshold: float, confidence: float
) -> dict[str, Any]:
    score = nps(engagement, confidence=confidence, segment=segment)
    return {
        "segment": segment,
        "very_disappointed": share,
        "nps": score,
        "monthly_retention": monthly_retention(engagement, confidence=confidence, segment=segment),
        "p_adjusted": p,
        "sorted_into": _sorted(share, score, p, threshold, 1 - confidence),
    }


def _sorted(share: Estimate, score: Estimate, p: float | None, threshold: float, alpha: float) -> str:
    if p is None or p >= alpha:
        return UNKNOWN
    if share.value > threshold:  # type: ignore[operator]
        return ASK
    return LEAVE if score.defined and score.high < 0 else FIX  # type: ignore[operator]
