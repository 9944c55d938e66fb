from datetime import date

import pytest

from referral_playbook.facts.touchpoints import care, service, touchpoint_months


def _touch(who, day, kind, channel=None, resolved=None, score=None):
    return {
        "customer_id": who,
        "on": date(2026, *day),
        "kind": kind,
        "channel": channel,
        "resolved_on": resolved and date(2026, *resolved),
        "score": score,
    }


TOUCHES = [
    _touch("a", (1, 1), "support", "mail", (1, 2), 5.0),
    _touch("a", (1, 3), "support", "mail", (1, 6), 3.0),
    _touch("a", (2, 1), "complaint", None, (7, 5)),  # resolved only after the as-of date
    _touch("b", (2, 1), "complaint", None, (2, 9), 4.0),
    _touch("b", (3, 1), "ask"),
    _touch("b", (4, 1), "ask"),
    _touch("b", (5, 1), "delight"),
    _touch("b", (6, 1), "kind_act"),
    _touch("b", (7, 1), "ask"),  # after the as-of date
]


def test_service_by_hand(rows):
    found = rows(service, keys=["kind", "channel"], touchpoints=TOUCHES)
    assert found[1] == ("complaint", "(none)", 2, 1, 8.0, 8.0, 1, 1)
    assert found[-1] == ("support", "mail", 2, 2, 2.0, pytest.approx(2.8), 2, 1)
    assert sum(row[2] for row in found) == 8


def test_contacts_by_month(rows):
    found = rows(touchpoint_months, keys=["month", "kind"], touchpoints=TOUCHES)
    assert found[:2] == [("2026-01", "support", "mail", 2), ("2026-02", "complaint", "(none)", 2)]


def test_care_by_hand(run):
    found = run(care, keys=["customer_id"], touchpoints=TOUCHES)
    assert found.open_complaint.tolist() == [True, False]
    assert found.asks.tolist() == [0, 2]
    assert found.kind_acts.tolist() == [0, 2]
    assert found.last_ask_on.tolist() == [None, date(2026, 4, 1)]
    assert found.last_kind_act_on.tolist() == [None, date(2026, 6, 1)]
    assert found.last_touch_on.tolist() == [date(2026, 2, 1), date(2026, 6, 1)]


def test_a_complaint_without_any_record_of_resolution_is_open(run):
    bare = [{"customer_id": "a", "on": date(2026, 1, 1), "kind": "complaint"}]
    assert run(care, touchpoints=bare).open_complaint.tolist() == [True]
