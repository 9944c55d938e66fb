"""Survey answers as counts, and segments sorted by delight, with a correction for their number."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from referral_playbook.contract.evidence import Estimate, undefined
from referral_playbook.contract.personal import OTHER_SEGMENTS, SMALL_GROUP
from referral_playbook.domain.value.retention import monthly_retention
from referral_playbook.facts.engagement import Engagement
from referral_playbook.facts.remembered import remembered
from referral_playbook.methods.experiments.readout import holm
from referral_playbook.methods.proportions import binomial_test, proportion
from referral_playbook.methods.surveys import net_promoter_score

Segment = str | Sequence[str] | None
"""One segment, several together, or everybody."""
VERY_DISAPPOINTED = "very disappointed"
NO_LONGER_USE = "no longer use"


def answers(engagement: Engagement, question: str, *, segment: Segment = None) -> pd.Series:
    """Answers to one question: index the answer (text), values how many; empty where nobody was asked."""
    counts = engagement.fact("survey_counts")
    if counts is None:
        return pd.Series(dtype="int64")
    asked = counts[counts["question"] == question]
    if segment is not None:
        asked = asked[asked["segment"].isin([segment] if isinstance(segment, str) else segment)]
    return asked.groupby("answer")["answers"].sum()


def scored(counts: pd.Series) -> pd.Series:
    """The same counts with the answers as numbers."""
    return counts.set_axis(pd.to_numeric(counts.index).astype(float)) if len(counts) else counts.set_axis([])


def very_disappointed(engagement: Engagement, *, confidence: float = 0.95, segment: Segment = None) -> Estimate:
    """Ellis test: share of users who would be very disappointed without the product, Wilson interval.

    People who no longer use it are not users and do not count in the denominator.

    Source: Sean Ellis; the 40% threshold is a convention from about 100 start-ups.
    """
    counts = answers(engagement, "pmf", segment=segment).drop(NO_LONGER_USE, errors="ignore")
    if not counts.sum():
        reason = "nobody has answered the Ellis question"
        return undefined(reason, unit="share", per="answer of a user", source="surveys: question pmf", n=0)
    return proportion(
        int(counts.get(VERY_DISAPPOINTED, 0)),
        int(counts.sum()),
        confidence=confidence,
        per="answer of a user",
        source="surveys: question pmf",
    )


def nps(engagement: Engagement, *, confidence: float = 0.95, segment: Segment = None) -> Estimate:
    """Net promoter score, promoters (9-10) less detractors (0-6), from -1 to 1; range by adjusted Wald."""
    counts = scored(answers(engagement, "nps", segment=segment))
    detractors, passives = counts[counts.index <= 6].sum(), counts[(counts.index > 6) & (counts.index < 9)].sum()
    promoters = counts[counts.index >= 9].sum()
    return net_promoter_score(
        int(detractors), int(passives), int(promoters), confidence=confidence, source="surveys: question nps"
    )


NONE = "(none)"
ASK, FIX, LEAVE, UNKNOWN = "ask here", "fix first", "do not take on", "not enough data"


def names(engagement: Engagement) -> list[str]:
    """Segments that answered the Ellis question, in alphabetical order."""
    counts = engagement.fact("survey_counts")
    if counts is None:
        return []
    asked = counts[(counts["question"] == "pmf") & (counts["segment"] != NONE)]
    return sorted(asked["segment"].unique())


@remembered
def groups(engagement: Engagement) -> dict[str, tuple[str, ...]]:
    """Segments that can be shown: those with few people stand together, or are left out where even so they are few."""
    sizes = {name: _people(engagement, name) for name in names(engagement)}
    small = tuple(name for name, people in sizes.items() if people < SMALL_GROUP)
    shown = {name: (name,) for name in sizes if name not in small}
    return shown | ({OTHER_SEGMENTS: small} if sum(sizes[name] for name in small) >= SMALL_GROUP else {})


def _people(engagement: Engagement, segment: str) -> int:
    """The people of a segment, as far as a survey or the list of customers knows them."""
    asked = [int(answers(engagement, question, segment=segment).sum()) for question in ("pmf", "nps")]
    return max(*asked, monthly_retention(engagement, segment=segment).n or 0)


def segment_shares(engagement: Engagement, *, confidence: float = 0.95) -> dict[str, Estimate]:
    """Ellis share by segment; segments of fewer than 10 people stand together."""
    return {
        name: very_disappointed(engagement, confidence=confidence, segment=members)
        for name, members in groups(engagement).items()
    }


def segments(engagement: Engagement, *, threshold: float = 0.40, confidence: float = 0.95) -> pd.DataFrame:
    """Segments sorted into ask here, fix first, do not take on.

    A segment is *ask here* when its Ellis share lies above the threshold and *fix first* when below, by the exact
    binomial test with Holm's correction over all segments; of those below, the ones where detractors
    outnumber promoters for sure are *do not take on*. For the rest there is not enough data. Segments of fewer than 10
    people stand in one row, which is not tested because it is no segment.

    Returns
    -------
    DataFrame
        segment, very_disappointed (Estimate), nps (Estimate), monthly_retention (Estimate), p_adjusted, sorted_into.
    """
    shares = segment_shares(engagement, confidence=confidence)
    asked = {s: e for s, e in shares.items() if e.defined and e.n and s != OTHER_SEGMENTS}
    tests = [binomial_test(round(e.point * e.n), e.n, p=threshold) for e in asked.values()]  # type: ignore[operator,arg-type]
    adjusted = dict(zip(asked, holm(tests), strict=True)) if tests else {}
    members = groups(engagement)
    rows = [_row(engagement, s, members[s], e, adjusted.get(s), threshold, confidence) for s, e in shares.items()]
    columns = ["segment", "very_disappointed", "nps", "monthly_retention", "p_adjusted", "sorted_into"]
    return pd.DataFrame(rows, columns=columns)


def _row(
    engagement: Engagement,
    segment: str,
    members: Sequence[str],
    share: Estimate,
    p: float | None,
    threshold: float,
    confidence: float,
) -> dict[str, Any]:
    score = nps(engagement, confidence=confidence, segment=members)
    return {
        "segment": segment,
        "very_disappointed": share,
        "nps": score,
        "monthly_retention": monthly_retention(engagement, confidence=confidence, segment=members),
        "p_adjusted": p,
        "sorted_into": _sorted(share, score, p, threshold, 1 - confidence),
    }


def _sorted(share: Estimate, score: Estimate, p: float | None, threshold: float, alpha: float) -> str:
    if p is None or p >= alpha:
        return UNKNOWN
    if share.point > threshold:
        return ASK
    return LEAVE if score.defined and score.upper < 0 else FIX
