"""What changed since the run before: verdicts, and numbers whose ranges do not overlap."""

from __future__ import annotations

from dataclasses import replace

import pytest

from referral_playbook.run.report.memo.changes import MOST, changes
from referral_playbook.run.report.memo.findings import Findings

from .. import sample_results as samples


def both(before, now):
    return Findings(now, previous=before)


def result(step, verdict="go", **estimates):
    return {step: samples.step(step, verdict, "H", estimates=estimates)}


def times(value):
    return samples.estimate(value, 0.9 * value, 1.1 * value, "times")


def test_the_first_run_and_an_equal_one_have_no_section():
    now = result("break_even", uplift=times(2.0))
    assert changes(Findings(now)) is None
    assert changes(both(now, now)) is None


def test_a_number_beyond_its_noise_is_shown_and_one_within_it_is_counted():
    before = result("break_even", uplift=times(1.0), break_even_uplift=times(1.0))
    section = changes(both(before, result("break_even", uplift=times(2.0), break_even_uplift=times(1.05))))
    summary, grid = section.blocks
    assert "1 number moved beyond chance; 1 other moved within it" in summary.text
    assert len(grid.rows) == 1
    label, old, new = grid.rows[0]
    assert label == "Uplift"
    assert old.startswith("1 times") or old.startswith("1.0 times")
    assert new.startswith("2")


def test_only_changes_of_chance_have_no_table():
    section = changes(both(result("break_even", uplift=times(1.0)), result("break_even", uplift=times(1.05))))
    assert [block.kind for block in section.blocks] == ["text"]
    assert "0 numbers moved beyond chance" in section.blocks[0].text


@pytest.mark.parametrize(("step", "name"), [("client_report", "the decision"), ("pmf_check", "PMF check")])
def test_a_new_verdict_is_named_with_the_old_one(step, name):
    section = changes(both(result(step, "test_small"), result(step, "go")))
    assert f"New verdicts: {name} (from test small to go)." in section.blocks[0].text


def test_numbers_of_the_decision_come_first_and_at_most_five_are_shown():
    names = ("nrr", "grr", "churn_rate", "loyal_share", "advocates_share", "customers_kept")
    low, high = ({name: samples.estimate(x, x - 0.01, x + 0.01, "share") for name in names} for x in (0.2, 0.8))
    before = {**result("loyalty_and_upsell", **low), **result("break_even", uplift=times(1.0))}
    now = {**result("loyalty_and_upsell", **high), **result("break_even", uplift=times(2.0))}
    grid = changes(both(before, now)).blocks[1]
    assert len(grid.rows) == MOST
    assert grid.rows[0][0] == "Uplift"


def test_the_heading_names_the_day_of_the_run_before():
    before = {k: replace(r, as_of=samples.AS_OF.replace(month=6)) for k, r in result("pmf_check", "stop").items()}
    assert "30 Jun 2026" in changes(both(before, result("pmf_check", "go"))).title
