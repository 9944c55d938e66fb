"""Page 1: the decision, four numbers with their ranges, the first actions, what would change it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from referral_playbook.contract.evidence import Action, Status, undefined
from referral_playbook.run.report.memo.findings import Findings
from referral_playbook.run.report.memo.front_page import (
    IN_ALL,
    ON_PAGE_ONE,
    action_row,
    actions,
    clocks,
    decision,
    first_actions,
    four_numbers,
    front_page,
    what_would_change,
)

from .. import sample_results as samples


def with_estimates(**estimates):
    even = samples.break_even()
    return Findings({"break_even": replace(even, estimates={**even.estimates, **estimates})})


def cards(findings):
    return {card.label: card for card in four_numbers(findings).cards}


def test_the_decision_is_that_of_the_report_in_one_sentence_each():
    found = decision(samples.rich())
    assert (found.status, found.words) == ("test_small", "Test small")
    assert found.headline == "Test the programme with 200 customers first."
    assert found.why == "It pays in 8 of 10 futures, but the uplift is not measured yet."


def test_without_a_report_break_even_decides_and_without_both_nothing_is_decided():
    even = Findings({"break_even": samples.break_even()})
    assert (decision(even).status, decision(even).why) == ("test_small", "Because.")
    none = decision(Findings({"pmf_check": samples.step("pmf_check", "go", "H")}))
    assert none.status == Status.NOT_ENOUGH_DATA
    assert "was run" in none.why


def test_a_stated_decision_goes_before_the_headline():
    report = samples.step(
        "client_report", "go", "Headline.", tables={"decision": [{"sentence": "start in May", "reason": "it pays"}]}
    )
    found = decision(Findings({"client_report": report}))
    assert (found.headline, found.why) == ("Start in May.", "It pays.")


def test_the_four_numbers_are_written_with_range_and_basis():
    found = cards(samples.rich())
    assert {label: (card.value, card.range) for label, card in found.items()} == {
        "Extra customers": ("About 11", "3 to 19"),
        "Value result": ("£2,100", "-£600 to £5,200"),
        "Peak cash need": ("£1,460", "£1,300 to £2,040"),
        "Cash pay-back": ("Month 15", "month 9 to later or never"),
    }
    assert {card.basis for card in found.values()} == {"assumed"}


def test_a_number_with_a_date_names_it_and_an_open_one_has_no_upper_limit():
    extra = samples.estimate(11.4, 2.6, None, "customers", "programme by month 12", reason="no limit")
    card = cards(with_estimates(extra_conversions=extra))["Extra customers"]
    assert (card.value, card.range, card.note) == ("About 11", "3 to no upper limit", "by month 12")


@pytest.mark.parametrize(
    ("reason", "value"),
    [("cash is not back within 36 months", "Not in 36 months"), ("no margin is recorded", "Not known")],
)
def test_a_pay_back_that_never_comes_is_no_unknown_number(reason, value):
    card = cards(with_estimates(cash_payback_month=undefined(reason, unit="months", per="programme")))["Cash pay-back"]
    assert (card.value, card.range, card.basis) == (value, "", "")
    assert card.note.lower().startswith(reason[:10])


def test_without_any_of_the_four_there_are_no_cards():
    assert four_numbers(Findings({"break_even": replace(samples.break_even(), estimates={})})) is None


def test_the_caption_names_the_month_in_which_cash_is_lowest():
    assert "month 1." in clocks(samples.rich()).caption  # it only rises
    rows = samples.months()
    dip = [{**row, "cash_p50": abs(row["month"] - 7) * 10.0 - 500} for row in rows]
    assert "month 7." in clocks(Findings({"break_even": _months(dip)})).caption
    falling = [{**row, "cash_p50": -10.0 * row["month"]} for row in rows]
    assert "24 months" in clocks(Findings({"break_even": _months(falling)})).caption


def _months(rows):
    even = samples.break_even()
    return replace(even, tables={**even.tables, "months": rows})


def test_without_months_or_a_currency_there_is_no_chart():
    assert clocks(Findings({"break_even": _months([])})) is None
    assert clocks(Findings({"break_even": replace(samples.break_even(), estimates={})})) is None


def test_actions_of_all_steps_come_by_date_once_and_at_most_nine():
    three = (Action(what="b", why="w", due=20), Action(what="A", why="w", due=10), Action(what="no date", why="w"))
    again = (Action(what="a", why="other", due=5), *(Action(what=f"x{i}", why="w", due=30 + i) for i in range(9)))
    found = actions(
        Findings(
            {
                "pmf_check": samples.step("pmf_check", "go", "H", actions=three),
                "goal_setting": samples.step("goal_setting", "go", "H", actions=again),
            }
        )
    )
    assert len(found) == IN_ALL
    assert [a.what for a in found[:3]] == ["A", "b", "x0"]  # the first that said it keeps it


def test_page_one_has_the_first_five_with_owner_and_day():
    grid = first_actions(samples.rich())
    assert len(grid.rows) == ON_PAGE_ONE
    assert grid.rows[0] == ("Do thing number 1.", "Maya", "10 Oct 2026")


@pytest.mark.parametrize(
    ("due", "day"),
    [(0, date(2026, 9, 30)), (14, date(2026, 10, 14)), (date(2027, 1, 5), date(2027, 1, 5)), (None, None)],
)
def test_an_action_is_due_after_so_many_days_or_on_its_day(due, day):
    action = Action(what="call <them>", why="w", due=due)
    assert action.due_on(samples.AS_OF) == day
    assert (action_row(action, samples.AS_OF)[2] == "no date") == (day is None)


def test_what_would_change_is_stated_or_read_from_the_flips_three_at_most():
    assert what_would_change(samples.rich()).items == (
        "A measured uplift above 1.4 makes it a go.",
        "A measured uplift below 1.4 makes it a stop.",
    )
    flips = [{"input": "incremental_share", "value": 0.46, "now": 0.6, "unit": "share"}]
    flips += [{"input": "uplift", "value": x, "unit": "times"} for x in (1.2, 1.3, 1.4)]
    flips.insert(0, {"input": "reward", "value": None, "unit": "GBP"})  # it never turns the decision
    even = samples.break_even()
    items = what_would_change(Findings({"break_even": replace(even, tables={"flips": flips})})).items
    assert len(items) == 3
    assert "at 46% (now 60%)" in items[0]
    assert "1.2 times" in items[1]


def test_a_page_without_any_number_has_no_blocks():
    assert front_page(Findings({"pmf_check": samples.step("pmf_check", "go", "H")})) == []
