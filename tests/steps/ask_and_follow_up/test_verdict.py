"""The verdict of step 06: from the size of the ask list alone, with what to do where nobody can be asked."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from referral_playbook.contract.evidence import Status, assumed, undefined
from referral_playbook.domain.lists import ask_lists
from referral_playbook.domain.lists.ask_rules import AskRules
from referral_playbook.steps.ask_and_follow_up import verdict as ask_verdict


def test_nobody_to_ask_is_a_stop_with_what_to_do(simulated):
    lists = ask_lists.lists(simulated(seed=2, customers=250), rules=AskRules(given_within=0))
    assert ask_verdict.verdict(lists, least_asks=20).status is Status.STOP
    assert "once something was given" in ask_verdict.verdict(lists, least_asks=20).reason


def lists_of(ask, *, close=0, give=0, answered=False):
    """As much of the lists as the verdict looks at."""
    per = {"unit": "customers", "per": "month", "source": "test"}
    known = undefined("nobody was asked how they feel", unit="customers", per="month") if ask is None else None
    size = known or assumed(ask, ask, ask, **per)
    sizes = SimpleNamespace(today=670, ask=ask or 0, give=give, close=close)
    people = pd.DataFrame({"nps": [9.0 if answered else None]})
    rows = {"to_ask": range(ask or 0), "close_the_loop": range(close), "people": people}
    return SimpleNamespace(size=lambda: size, to_close=lambda: assumed(close, close, close, **per), sizes=sizes, **rows)


@pytest.mark.parametrize(
    ("ask", "status"),
    [
        (None, Status.NOT_ENOUGH_DATA),
        (0, Status.STOP),
        (1, Status.TEST_SMALL),
        (19, Status.TEST_SMALL),
        (20, Status.GO),
    ],
)
def test_the_size_of_the_ask_list_decides(ask, status):
    assert ask_verdict.verdict(lists_of(ask), least_asks=20).status is status


def test_the_reason_counts_who_may_be_asked_and_whom_to_call_first():
    reason = ask_verdict.verdict(lists_of(45, close=89), least_asks=20).reason
    assert reason == "You can ask 45 of 670 customers this month. Call 89 others first about their problem."
    few = ask_verdict.verdict(lists_of(5), least_asks=20).reason
    assert few.endswith("A steady programme needs 20 or more.")
    assert "nobody is close to it" in ask_verdict.verdict(lists_of(0), least_asks=20).reason


def test_each_list_has_its_action_and_an_empty_one_none():
    def what(lists):
        finding = SimpleNamespace(lists=lists)
        return [a.what for a in ask_verdict.actions(finding, ask_verdict.verdict(lists, least_asks=20))]

    assert len(what(lists_of(45, close=89, give=3))) == 3
    assert what(lists_of(0, give=3)) == ["Give something useful to the customers on give-first.csv"]
    assert what(lists_of(None))[0].startswith("Ask the NPS question, and record")
    assert what(lists_of(None, answered=True))[0].startswith("Record what you give")
