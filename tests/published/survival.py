"""Checkers of the published cases on survival."""

from __future__ import annotations

from referral_playbook.methods.survival.estimators import kaplan_meier

from .cases import Case, Checks, close


def restricted_mean(case: Case) -> None:
    facts = case["inputs"]
    mean = kaplan_meier(facts["time"], facts["event"], unit="week").restricted_mean(facts["horizon"])
    close(mean.value, case["expected"]["rmst"], case["tolerance"]["abs"])


CHECKS: Checks = {"sur-04-rmst": restricted_mean}
