"""What a report is made from: only its own files count, and the look."""

from __future__ import annotations

import pytest

from referral_playbook.run.client.up_to_date import report_stands_on

FILES = {
    "notebooks/01_pmf_check.ipynb": "a",
    "results/pmf_check.json": "b",
    "report.html": "c",
    "facts/facts.json": "d",
}


@pytest.mark.parametrize("path", ["report.html", "facts/facts.json", "ask-list.csv"])
def test_a_file_that_the_report_is_not_made_from_changes_nothing(path):
    assert report_stands_on(FILES | {path: "other"}) == report_stands_on(FILES)


@pytest.mark.parametrize("path", ["notebooks/01_pmf_check.ipynb", "results/pmf_check.json", "previous/x.json"])
def test_a_file_that_it_is_made_from_makes_it_another(path):
    assert report_stands_on(FILES | {path: "other"}) != report_stands_on(FILES)


def test_the_order_of_files_does_not_matter():
    assert report_stands_on(dict(reversed(FILES.items()))) == report_stands_on(FILES)
