"""Step 00 as a finding: every part agrees with what is handed over, and an old record holds the verdict back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from referral_playbook.contract.evidence import Status
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.steps.intake import coverage
from referral_playbook.steps.intake import step as intake


@pytest.fixture(scope="module")
def found(sample):
    return intake.find(sample(), Parameters.of("intake", staff=4.0, owners_aim="cash"))


def test_parameters_reach_the_capacity(found):
    """4 people x 20 hours / 1.5 hours a prospect, and the middle row of the table says the same."""
    assert found.capacity.direct.value == pytest.approx(4 * 20 / 1.5)
    assert found.capacity.efforts[1]["prospects_a_month"].value == found.capacity.direct.value
    assert found.stated == 1
    assert "cash pay-back" in next(r for r in found.context if r["stated"] == "cash")["what_follows"]


def test_what_is_shown_is_what_is_handed_over(found):
    result = intake.build_result(found)
    assert result.estimates == found.estimates
    assert [row["rows_in_file"] for row in result.tables["files"]] == [row["rows_in_file"] for row in found.files]
    counts, steps, kinds = coverage.grid(found.coverage)
    assert counts.shape == (len(steps), len(kinds))
    assert counts.sum() == len(found.coverage)


def test_a_record_that_ends_a_year_early_is_no_go(sample):
    late = replace(sample(), as_of=date(2027, 10, 15))
    result = intake.build_result(intake.find(late, Parameters.of("intake")))
    assert result.verdict.status is not Status.GO
    assert {c.name: c.passed for c in result.checks}["record_reaches_as_of"] is False
