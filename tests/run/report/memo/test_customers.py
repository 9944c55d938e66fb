"""The customers by segment: shares with ranges, small segments pooled, and who stayed."""

from __future__ import annotations

import pytest

from referral_playbook.contract.personal import SMALL_GROUP
from referral_playbook.contract.writing.formatting import interval
from referral_playbook.run.report.memo.customers import POOLED, customers, segments
from referral_playbook.run.report.memo.findings import Findings

from .. import sample_results as samples


def with_segments(*rows):
    return Findings({"pmf_check": samples.step("pmf_check", "go", "H", tables={"segments": list(rows)})})


def test_every_segment_has_its_three_numbers_with_ranges():
    grid = segments(samples.rich())
    retention = interval(samples.estimate(0.97, 0.95, 0.99, "share"))
    assert grid.rows[0] == ("agencies", "50% (40% to 60%)", "+20 (+10 to +30)", retention, "ask here")
    assert [row[0] for row in grid.rows] == ["agencies", "clinics", POOLED]


@pytest.mark.parametrize(("n", "shown"), [(SMALL_GROUP, True), (SMALL_GROUP - 1, False)])
def test_a_small_segment_is_not_told_apart(n, shown):
    grid = segments(with_segments(samples.segment("large", 90), samples.segment("Jones family", n)))
    assert ("Jones family" in [row[0] for row in grid.rows]) is shown
    assert (POOLED in [row[0] for row in grid.rows]) is not shown
    assert not shown or "50%" in grid.rows[1][1]


def test_a_segment_counts_by_its_best_known_number():
    row = {**samples.segment("quiet", 90), "nps": None, "nps_low": None, "nps_high": None, "nps_n": None}
    row["very_disappointed_n"] = 2
    (line,) = segments(with_segments(row)).rows
    assert line[2] == "–"  # nobody answered that question


def test_without_a_large_segment_there_is_no_table():
    assert segments(with_segments(samples.segment("a", 2), samples.segment("b", 3))) is None
    assert segments(with_segments()) is None


def test_the_survey_and_retention_are_told_with_their_ranges():
    first, _, last = customers(samples.rich()).blocks
    for part in ("51% (46% to 56%)", "40%", "+22 (+16 to +29)"):
        assert part in first.text
    for part in ("68% (63% to 72%)", "69% (64% to 74%)"):
        assert part in last.text


def test_without_a_survey_the_step_says_what_it_found():
    found = Findings({"pmf_check": samples.step("pmf_check", "go", "Customers stay. More.")})
    (block,) = customers(found).blocks
    assert block.text == "Customers stay."
    assert customers(Findings({"break_even": samples.break_even()})) is None
