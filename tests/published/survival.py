"""Checkers of the published cases on survival."""

from __future__ import annotations

from referral_playbook.methods.survival.estimators import kaplan_meier
from tests.oracles.surveys import restricted_mean

from .cases import Case, Checks, close


def _restricted_mean(case: Case) -> None:
    facts = case["inputs"]
    mean = restricted_mean(kaplan_meier(facts["time"], facts["event"], unit="week"), facts["horizon"])
    close(mean.value, case["expected"]["rmst"], case["tolerance"]["abs"])


CHECKS: Checks = {"sur-04-rmst": _restricted_mean}
