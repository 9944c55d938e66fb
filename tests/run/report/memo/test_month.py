"""This month: customers counted by list, and the actions that page 1 leaves out, by when they are due."""

from __future__ import annotations

from dataclasses import replace

import pytest

from referral_playbook.contract.evidence import Action
from referral_playbook.run.report.memo.findings import Findings
from referral_playbook.run.report.memo.month import lists, month, plan

from .. import sample_results as samples


def test_each_customer_is_counted_on_one_list():
    """C1 complains, so of five on the ask list four are asked; C2 is asked already, so one upsell is left."""
    counts = {row[0]: row[1] for row in lists(samples.rich()).rows}
    assert sum(map(int, counts.values())) == 6
    assert sorted(counts.values()) == ["1", "1", "4"]


def test_where_the_programme_stops_no_reward_is_promised():
    rich = samples.rich()
    stop = {**rich.results, "client_report": samples.step("client_report", "stop", "Stop.")}
    ask = {row[0]: row[2] for row in lists(Findings(stop)).rows}
    usual = {row[0]: row[2] for row in lists(rich).rows}
    changed = [title for title in ask if ask[title] != usual[title]]
    assert len(changed) == 1
    assert "promise no reward" in ask[changed[0]]


def with_actions(*due):
    report = samples.step(
        "client_report",
        "go",
        "H",
        actions=tuple(Action(what=f"do {i}", why="w", owner="Tom", due=d) for i, d in enumerate(due)),
    )
    return Findings({"client_report": report})


@pytest.mark.parametrize(
    ("due", "period"),
    [(0, "First 30 days"), (30, "First 30 days"), (31, "Days 31 to 60"), (90, "Days 61 to 90"), (91, "Later")],
)
def test_an_action_stands_in_the_period_in_which_it_is_due(due, period):
    (row,) = plan(with_actions(1, 2, 3, 4, 5, due)).rows
    assert row[:3] == (period, "Do 5.", "Tom")


def test_an_action_without_a_date_says_so():
    (row,) = plan(with_actions(1, 2, 3, 4, 5, None)).rows
    assert (row[0], row[3]) == ("No date", "no date")


def test_five_actions_stand_on_page_one_and_leave_no_plan():
    assert plan(with_actions(1, 2, 3, 4, 5)) is None
    assert month(with_actions(1, 2)) is None


def test_without_rows_there_is_no_list():
    rich = samples.rich()
    empty = {name: replace(result, tables={}) for name, result in rich.results.items()}
    assert lists(Findings(empty)) is None
