"""Counting how often ranges held the truth, and whether that is what they aim at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from referral_playbook.contract.evidence import Estimate

Interval = Callable[[float], Estimate]  # confidence -> range
Aim = Literal["target", "at least", "wrong on purpose"]
TARGETS = {0.80: (0.78, 0.82), 0.95: (0.94, 0.96)}


@dataclass(kw_only=True)
class Coverage:
    """Ranges that held the truth, by confidence, of those that were defined."""

    hits: dict[float, int] = field(default_factory=lambda: dict.fromkeys(TARGETS, 0))
    defined: int = 0
    tried: int = 0

    def add(self, truth: float, interval: Interval) -> None:
        """One more client."""
        found = {confidence: interval(confidence) for confidence in TARGETS}
        self.tried += 1
        if any(e.value is None for e in found.values()):
            return
        self.defined += 1
        for confidence, e in found.items():
            self.hits[confidence] += _holds(e, truth)

    def join(self, other: Coverage) -> None:
        """The counts of other clients as well."""
        self.defined, self.tried = self.defined + other.defined, self.tried + other.tried
        self.hits = {c: hits + other.hits[c] for c, hits in self.hits.items()}

    @property
    def covered(self) -> dict[float, float]:
        return {c: hits / self.defined for c, hits in self.hits.items()}

    def meets(self, aim: Aim, slack: float = 0.0) -> bool:
        """Whether the shares are where they are aimed: about the level, at least the level, or well away from it."""
        inside = [low - slack <= self.covered[c] <= high + slack for c, (low, high) in TARGETS.items()]
        if aim == "at least":
            return all(self.covered[c] >= c - slack for c in TARGETS)
        return all(inside) if aim == "target" else not any(inside)


def _holds(e: Estimate, truth: float) -> bool:
    assert e.low is not None
    slack = 1e-9 * max(1.0, abs(truth))
    return e.low - slack <= truth <= (np.inf if e.high is None else e.high + slack)
