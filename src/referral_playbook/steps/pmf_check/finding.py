"""Everything that step 01 computes, once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd

from referral_playbook.contract.evidence import Action, Check, Estimate, Verdict


@dataclass(frozen=True, kw_only=True)
class PmfFinding:
    """What step 01 found.

    Parameters
    ----------
    ellis, ellis_active : Estimate
        Share of users who would be very disappointed: of all, and of the customers of today.
    scores : mapping
        nps, csat, ces.
    retention : mapping
        retention_rate (a month) and retention_at_horizon.
    curves : mapping
        Kaplan-Meier curve, ready to draw.
    tenfold, organic : Estimate
        Share who get ten times the price; share who came by referral.
    kept : (str, Estimate)
        What is kept over a year (revenue, or customers), and how much of it.
    plateau : Check
        Whether the curve flattens.
    """

    client: str
    as_of: date
    threshold: float
    confidence: float
    months: int
    surveyed: int | None
    ellis: Estimate
    ellis_active: Estimate
    scores: Mapping[str, Estimate]
    retention: Mapping[str, Estimate]
    curves: Mapping[str, Mapping[str, object]] = field(repr=False)
    tenfold: Estimate
    organic: Estimate
    kept: tuple[str, Estimate]
    plateau: Check
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
