"""When a customer may be asked, and the reasons as a client reads them."""

from __future__ import annotations

import pandas as pd
import pytest

from referral_playbook.domain.lists.ask_rules import AskRules, what_first, why_ask, why_close

RULES = AskRules()
ROW = {
    "nps": 10.0,
    "tenure_months": 14.4,
    "last_given": "kind act",
    "days_since_given": 1,
    "last_given_on": pd.Timestamp("2026-09-29"),
    "given": 2.0,
    "asks": 1.0,
    "last_asked_on": pd.Timestamp("2026-05-03"),
    "days_since_asked": 150,
    "complains": False,
    "complaint_since": pd.NaT,
}


def test_the_reason_to_ask_names_score_time_gift_and_last_ask():
    assert why_ask(ROW) == (
        "promoter (10); a customer for 14 months; kind act 1 day ago; last asked 150 days ago; "
        "given to twice, asked once; no open complaint"
    )
    first = why_ask({**ROW, "last_asked_on": pd.NaT, "days_since_asked": None, "asks": 0.0, "days_since_given": 0})
    assert "kind act today; never asked; given to twice, asked never;" in first
    assert "given to 5 times" in why_ask({**ROW, "given": 5.0})


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"nps": 6.0}, "detractor (6): listen, put it right, and ask for nothing"),
        ({"nps": 7.0, "complains": True}, "complaint open: listen, put it right, and ask for nothing"),
        (
            {"nps": 0.0, "complains": True, "complaint_since": pd.Timestamp("2026-09-01")},
            "detractor (0); complaint open since 1 Sept 2026: listen, put it right, and ask for nothing",
        ),
    ],
)
def test_who_is_listened_to_first_and_why(change, text):
    assert why_close({**ROW, **change}, RULES) == text


def test_a_missing_score_is_no_detractor():
    assert why_close({**ROW, "nps": float("nan"), "complains": True}, RULES).startswith("complaint open")


@pytest.mark.parametrize(
    ("change", "first", "why"),
    [
        ({"nps": float("nan")}, "ask the NPS question first", "never answered"),
        ({"given": float("nan")}, "ask the account manager", "is not known"),
        ({"asks": 3.0}, "give before asking again", "asked 3 times and given to twice"),
        ({}, "give something this month", "given nothing within 90 days (last on 29 Sept 2026)"),
        ({"last_given_on": pd.NaT, "given": 0.0, "asks": 0.0}, "give something this month", "(nothing yet)"),
    ],
)
def test_what_comes_before_an_ask(change, first, why):
    what, reason = what_first({**ROW, **change}, RULES)
    assert what.startswith(first)
    assert why in reason


def test_the_days_of_the_firm_are_named_in_the_reason():
    assert "within 30 days" in what_first(ROW, AskRules(given_within=30))[1]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"detractor_to": 9}, "detractor_to = 9 must be below promoter_from = 9"),
        ({"detractor_to": 8, "promoter_from": 7}, "detractor_to = 8 must be below promoter_from = 7"),
        ({"minimum_tenure": -1}, "are 0 or more"),
        ({"given_within": -1}, "are 0 or more"),
        ({"not_asked_within": -1}, "are 0 or more"),
    ],
)
def test_rules_that_contradict_themselves_are_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        AskRules(**changes)


def test_neighbouring_scores_leave_no_passives_and_are_allowed():
    assert AskRules(detractor_to=8, promoter_from=9).promoter_from == 9
