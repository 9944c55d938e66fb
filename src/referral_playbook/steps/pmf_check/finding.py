"""Everything that step 01 computes, once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd

from referral_playbook.contract.evidence import Action, Check, Estimate, Verdict


@dataclass(frozen=True, kw_only=True)
class PmfFinding:
    """What step 01 found."""

    client: str
    as_of: date
    threshold: float
    confidence: float
    months: int
    surveyed: int | None
    # share of users who would be very disappointed: of all, and of the customers of today
    ellis: Estimate
    ellis_active: Estimate
    scores: Mapping[str, Estimate]  # nps, csat, ces
    retention: Mapping[str, Estimate]  # retention_rate (a month) and retention_at_horizon
    curves: Mapping[str, Mapping[str, object]] = field(repr=False)  # Kaplan-Meier curve, ready to draw
    # share who get ten times the price; share who came by referral
    tenfold: Estimate
    organic: Estimate
    kept: tuple[str, Estimate]  # what is kept over a year (revenue, or customers), and how much of it
    plateau: Check  # whether the curve flattens
    service: pd.DataFrame = field(repr=False)
    segments: pd.DataFrame = field(repr=False)
    verdict: Verdict
    headline: str
    checks: tuple[Check, ...]
    actions: tuple[Action, ...]

    @property
    def estimates(self) -> dict[str, Estimate]:
        """What the step hands over, by its contract name."""
        return {
            "very_disappointed_share": self.ellis,
            "very_disappointed_active_share": self.ellis_active,
            **self.scores,
            **self.retention,
            "organic_referral_share": self.organic,
            "value_10x_share": self.tenfold,
        }

    @property
    def segment_shares(self) -> dict[str, Any]:
        """Ellis share by segment, ready to draw."""
        return dict(zip(self.segments["segment"], self.segments["very_disappointed"], strict=True))
