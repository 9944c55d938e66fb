"""The finding of step 09: the winner is the largest shown ratio, and late goals are those that failed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from referral_playbook.contract.evidence import Check
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.steps.programme_review import step


@pytest.fixture(scope="module")
def finding(with_arms):
    client = with_arms(("none", 1000, 40), ("gift", 1000, 90), ("cash", 1000, 160), ("mug", 1000, 42), ("nobody", 0, 0))
    return step.find(client, Parameters.of("programme_review"))


def test_of_two_offers_that_are_shown_to_work_the_larger_ratio_wins(finding):
    assert finding.winner.arm == "cash"
    without = tuple(r for r in finding.readings if r.arm != "cash")
    assert replace(finding, readings=without).winner.arm == "gift"
    assert replace(finding, readings=tuple(r for r in without if r.arm != "gift")).winner is None


def test_an_arm_without_users_was_not_tested(finding):
    assert {r.arm for r in finding.tested} == {"gift", "cash", "mug"}


def test_only_goals_that_failed_are_late(finding):
    goals = tuple(Check(name=f"progress_{p}", passed=p, text="x") for p in (True, False, None))
    assert [c.name for c in replace(finding, goal_checks=goals).late] == ["progress_False"]
