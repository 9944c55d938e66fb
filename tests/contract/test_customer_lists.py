"""A customer stands on the first list that fits, and the control group on its own."""

from __future__ import annotations

from datetime import date

from referral_playbook.contract.customer_lists import LIST_TABLES, candidates, list_of_each
from referral_playbook.contract.evidence import StepResult, Verdict
from referral_playbook.run.report.lists import LISTS


def handed_over(step, **tables):
    verdict = Verdict(status="go", reason="R")
    rows = {name: [{"customer_id": i} if isinstance(i, str) else i for i in ids] for name, ids in tables.items()}
    return StepResult(step=step, client="A", as_of=date(2026, 9, 30), headline="H", verdict=verdict, tables=rows)


RESULTS = {
    "ask_and_follow_up": handed_over(
        "ask_and_follow_up",
        close_the_loop=["a"],
        ask_list=["a", "b", {"customer_id": "k", "control": True}],
        give_first=["b", "g", "u", {"customer_id": None}],
    ),
    "loyalty_and_upsell": handed_over("loyalty_and_upsell", follow_up=["q", "k"], upsell_list=["q", "u"]),
}


def test_complaint_comes_before_ask_before_quiet_before_upsell_before_give_first():
    assert list_of_each(RESULTS) == {
        "a": "complaint",
        "b": "ask",
        "k": "control",
        "q": "follow-up",
        "u": "upsell",
        "g": "give-first",
    }


def test_rows_without_a_customer_are_nobody():
    assert all(row["customer_id"] for _, row, _ in candidates(RESULTS))


def test_the_report_describes_each_list_in_the_same_order():
    assert list(LISTS) == list(LIST_TABLES)
