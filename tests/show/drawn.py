"""An estimate, a curve and rows that the tests of figures draw."""

from __future__ import annotations

import numpy as np

from referral_playbook.contract.evidence import Basis, Estimate

LONG = "Enterprise customers in the north & the islands <script> $x_1"


def estimate(value=0.58, low=0.39, high=0.75, unit="share", per="answer", n=30):
    return Estimate(
        value=value, low=low, high=high, confidence=0.95, n=n, unit=unit, per=per, basis=Basis.MEASURED, source="test"
    )


def curve(hazard=0.1, n=12):
    t = np.arange(n + 1.0)
    s = np.exp(-hazard * t)
    return {"time": t, "survival": s, "low": s * 0.9, "high": np.minimum(s * 1.1, 1), "at_risk": 100 - 5 * t}


ROWS = [
    {"input": "small", "at_low": 90, "at_high": 110, "low": "1", "high": "2"},
    {"input": LONG, "at_low": -400, "at_high": 1200, "low": "5%", "high": "16%"},
    {"input": "falls", "at_low": 300, "at_high": -100},
]
