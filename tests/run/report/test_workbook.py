"""The files a client works with: written where there is something to write, and text in them never is a formula."""

from __future__ import annotations

import csv
import io

import pytest

from referral_playbook.contract.handover import record
from referral_playbook.run.report.csv_text import csv_text
from referral_playbook.run.report.workbook import write_workbook

from . import sample_results as samples


def test_the_workbook_and_the_lists_are_written_where_there_are_any(tmp_path):
    assert write_workbook(tmp_path) == []
    asks = [{"customer_id": "=1", "reason": 'promoter, "loyal"'}]
    follow_up = samples.step("ask_and_follow_up", "go", "H", tables={"ask_list": asks, "close_the_loop": []})
    record(follow_up, tmp_path / "results")
    record(samples.break_even(), tmp_path / "results")
    assert [p.name for p in write_workbook(tmp_path)] == ["break-even.xlsx", "this-month.csv", "ask-list.csv"]
    with (tmp_path / "ask-list.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["id"], row["list"], row["reason"]) == ("'=1", "ask", 'promoter, "loyal"')


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", " =1"])
def test_no_cell_of_a_list_starts_a_formula(text):
    cell = next(csv.reader(io.StringIO(csv_text([{"a": text}]).split("\r\n")[1])))[0]
    assert cell.startswith("'")
