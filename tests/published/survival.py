"""Checkers of the published cases on survival."""

from __future__ import annotations

import math

import numpy as np

from referral_playbook.methods.comparisons import hazard_ratio
from referral_playbook.methods.survival.estimators import kaplan_meier
from tests.oracles.surveys import restricted_mean

from .cases import Case, Checks, close


def _restricted_mean(case: Case) -> None:
    facts = case["inputs"]
    mean = restricted_mean(kaplan_meier(facts["time"], facts["event"], unit="week"), facts["horizon"])
    close(mean.value, case["expected"]["rmst"], case["tolerance"]["abs"])


def _curve(case: Case) -> None:
    facts, expected = case["inputs"], case["expected"]
    curve = kaplan_meier(facts["time"], facts["event"], unit="week")
    close([curve.at(week).value for week in facts["at"]], expected["survival"], case["tolerance"]["abs"])
    ten = curve.at(10)
    close([ten.low, ten.high], expected["limits_at_10"], case["tolerance"]["abs"])
    assert curve.quantile(0.5).value == expected["median"]


def _cox(case: Case) -> None:
    facts, expected = case["inputs"], case["expected"]
    times, events = facts["time"] + facts["placebo_time"], facts["event"] + [1] * len(facts["placebo_time"])
    placebo = [False] * len(facts["time"]) + [True] * len(facts["placebo_time"])
    ratio = hazard_ratio(times, np.array(events, dtype=bool), placebo)
    error = math.log(ratio.high / ratio.low) / 2 / 1.959964
    close([math.log(ratio.value), error], [expected["log_hazard_ratio"], expected["se"]], case["tolerance"]["abs"])


CHECKS: Checks = {"sur-01-freireich-curve": _curve, "sur-02-freireich-cox": _cox, "sur-04-rmst": _restricted_mean}
