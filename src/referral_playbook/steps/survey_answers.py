"""Survey answers as counts, for the steps that read them."""

from __future__ import annotations

import pandas as pd

from referral_playbook.contract.evidence import Estimate
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.proportions import proportion
from referral_playbook.methods.surveys import net_promoter_score

VERY_DISAPPOINTED = "very disappointed"
NO_LONGER_USE = "no longer use"


def answers(engagement: Engagement, question: str, *, segment: str | None = None) -> pd.Series:
    """Answers to one question: index the answer (text), values how many; empty where nobody was asked."""
    counts = engagement.fact("survey_counts")
    if counts is None:
        return pd.Series(dtype="int64")
    asked = counts[counts["question"] == question]
    if segment is not None:
        asked = asked[asked["segment"] == segment]
    return asked.groupby("answer")["answers"].sum()


def scored(given: pd.Series) -> pd.Series:
    """The same counts with the answers as numbers."""
    return given.set_axis(pd.to_numeric(given.index).astype(float)) if len(given) else given.set_axis([])


def very_disappointed(engagement: Engagement, *, confidence: float = 0.95, segment: str | None = None) -> Estimate:
    """Ellis test: share of users who would be very disappointed without the product, Wilson interval.

    Those who no longer use it are not users, and are left out of the denominator.

    Source: Sean Ellis; the 40% mark is a convention from about 100 start-ups.
    """
    given = answers(engagement, "pmf", segment=segment).drop(NO_LONGER_USE, errors="ignore")
    return proportion(
        int(given.get(VERY_DISAPPOINTED, 0)), int(given.sum()),
        confidence=confidence, per="answer of a user", source="surveys: question pmf",
    )  # fmt: skip


def nps(engagement: Engagement, *, confidence: float = 0.95, segment: str | None = None) -> Estimate:
    """Net promoter score, promoters (9-10) less detractors (0-6), from -1 to 1; range by adjusted Wald."""
    given = scored(answers(engagement, "nps", segment=segment))
    detractors, passives = given[given.index <= 6].sum(), given[(given.index > 6) & (given.index < 9)].sum()
    promoters = given[given.index >= 9].sum()
    return net_promoter_score(
        int(detractors), int(passives), int(promoters), confidence=confidence, source="surveys: question nps"
    )
