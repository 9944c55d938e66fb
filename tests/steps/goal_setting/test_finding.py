"""The finding of step 04: from nothing where no programme runs and no referral comes, and only then."""

from __future__ import annotations

from dataclasses import replace

import pytest

from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.domain.assumptions import decided_value
from referral_playbook.domain.programme.status import ProgrammeStatus
from referral_playbook.steps.goal_setting.step import find


@pytest.fixture(scope="module")
def finding(sample):
    return find(sample("brightdesk"), Parameters.of("goal_setting"))


@pytest.mark.parametrize(
    ("running", "baseline", "nothing"),
    [(False, 0.0, True), (False, 3.0, False), (True, 3.0, False), (True, 0.0, False)],
)
def test_an_uplift_has_nothing_to_multiply_only_without_programme_and_referrals(finding, running, baseline, nothing):
    usual = decided_value("baseline_referrals", baseline, unit="referrals", per="month")
    status = ProgrammeStatus(running=running)
    assert replace(finding, status=status, baseline=usual).from_nothing is nothing


def test_late_months_are_compared_with_chance_at_the_confidence_that_was_set(finding):
    stated = replace(finding, parameters=Parameters.of("goal_setting", confidence=0.9))
    for level, found in (("95%", finding), ("90%", stated)):
        compared = [c.text for c in found.alerts if "chance" in c.text]
        assert compared
        assert all(text.endswith(f"at {level} confidence") for text in compared)
