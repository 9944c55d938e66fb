"""Numbers of earlier steps, and what stands in for them."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from referral_playbook.contract.evidence import assumed
from referral_playbook.domain.upstream import upstream_check, upstream_estimate

THEIRS = assumed(40.0, 30.0, 50.0, unit="score", per="answer", source="step 01")
OURS = assumed(10.0, 0.0, 20.0, unit="score", per="answer", source="worked out here")


def engagement(**results):
    return SimpleNamespace(upstream=results.get)


def test_the_earlier_step_comes_first():
    there = engagement(pmf_check=SimpleNamespace(estimates={"nps": THEIRS}))
    assert upstream_estimate(there, "pmf_check", "nps", lambda: pytest.fail("not needed")) is THEIRS


@pytest.mark.parametrize("results", [{}, {"pmf_check": SimpleNamespace(estimates={})}])
def test_without_it_the_number_is_worked_out_here(results):
    assert upstream_estimate(engagement(**results), "pmf_check", "nps", lambda: OURS) is OURS


def test_the_check_names_what_was_there_and_what_was_not():
    there = engagement(pmf_check=SimpleNamespace(estimates={}))
    both = upstream_check(there, "pmf_check", "goal_setting")
    assert both.passed is False
    assert both.text.index("pmf_check") < both.text.index("goal_setting")
    assert upstream_check(there, "pmf_check").passed is True
    assert "no earlier step" in upstream_check(engagement(), "goal_setting").text
