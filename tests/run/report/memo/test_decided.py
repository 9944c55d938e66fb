"""The memo's register of decisions and the scenarios side by side."""

from __future__ import annotations

from dataclasses import replace

from referral_playbook.run.report.memo.decided import MOST, decided, register, scenarios
from referral_playbook.run.report.memo.memo import memo_html

from .. import sample_results as samples

DECISION = {
    "parameter": "uplift",
    "was": 2.45588,
    "value": 2.0,
    "unit": "times",
    "who": "Ana <b>",
    "when": "2026-10-02",
    "why": "the pilot",
}


def scenario(name: str, changes: str, verdict: str, value: float) -> dict:
    outcomes = ("extra_conversions", "probability_by_date", "value_result", "cash_result", "peak_cash_need")
    numbers = dict(zip(outcomes, (11.6, 0.65, value, -1930.4, 2140.2), strict=True))
    return {"scenario": name, "changes": changes, "verdict": verdict, **numbers, "cash_payback_month": None}


def findings(decisions=(), rows=()):
    found = samples.rich()
    report, even = found.results["client_report"], found.results["break_even"]
    changed = {
        "client_report": replace(report, tables={**report.tables, "decisions": list(decisions)}),
        "break_even": replace(even, tables={**even.tables, "scenarios": list(rows)}),
    }
    return replace(found, results={**found.results, **changed})


def test_without_decisions_and_scenarios_there_is_no_section():
    assert decided(findings()) is None


def test_a_decision_is_told_with_from_to_who_when_and_why():
    assert register(findings([DECISION])).rows == (
        ("Uplift", "2.5 times", "2.0 times", "Ana <b>", "2 Oct 2026", "the pilot"),
    )
    html = memo_html(findings([DECISION]))
    assert "the pilot" in html
    assert "Ana <b>" not in html


def test_the_newest_decisions_are_shown_and_the_others_counted():
    many = [{**DECISION, "why": f"reason {i}"} for i in range(MOST + 2)]
    assert [row[-1] for row in register(findings(many)).rows] == [f"reason {i}" for i in range(2, MOST + 2)]
    assert "2 older decisions" in memo_html(findings(many))


def test_scenarios_stand_side_by_side_with_the_plan():
    rows = [scenario("As planned", "", "test_small", 3660.0), scenario("Bold", "uplift 3 times", "go", 8130.0)]
    grid = scenarios(findings(rows=rows))
    assert grid.headings == ("", "As planned", "Bold")
    told = {row[0]: row[1:] for row in grid.rows}
    assert told["What changes"] == ("nothing", "uplift 3 times")
    assert told["Verdict"] == ("Test small", "Go")
    assert told["Value result"] == ("£3,660", "£8,130")
    assert told["Chance that all cost is covered"] == ("65%", "65%")
    assert told["Cash is back in month"][0] == told["Cash is back in month"][1] != "0"


def test_one_older_decision_is_one():
    many = [DECISION] * (MOST + 1)
    (older,) = (block.text for block in decided(findings(many)).blocks if block.kind == "text")
    assert older.startswith("1 older decision is in")


def test_a_decision_without_a_readable_day_keeps_what_was_written():
    assert register(findings([{**DECISION, "when": "last autumn"}])).rows[0][4] == "last autumn"
