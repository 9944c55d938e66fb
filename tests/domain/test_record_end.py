"""Where the record ends, and what a go on an old record becomes."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pandas as pd
import pytest

from referral_playbook.contract.evidence import Status, Verdict
from referral_playbook.domain.record_end import capped_by_record, months_behind, reaches_as_of, record_end

GO = Verdict(status=Status.GO, reason="All is well.")


def client(as_of, *, last=date(2026, 8, 30), left=None):
    profile = pd.DataFrame({"left_on": pd.to_datetime([left, None])})
    facts = {"customer_profile": profile}
    tables = {"customers": {"last": last}, "goals": {"last": None}}
    return SimpleNamespace(fact=facts.get, tables=tables, as_of=as_of, real_dates=True)


def test_leaving_is_the_end_of_the_record_too():
    assert record_end(client(date(2026, 9, 30), left="2026-09-29")) == date(2026, 9, 29)
    assert record_end(client(date(2026, 9, 30))) == date(2026, 8, 30)


@pytest.mark.parametrize(
    ("as_of", "passed", "status"),
    [
        (date(2026, 9, 30), True, Status.GO),
        (date(2027, 1, 30), False, Status.TEST_SMALL),
        (date(2027, 9, 30), False, Status.NOT_ENOUGH_DATA),
    ],
)
def test_a_go_on_an_old_record_is_held_back(as_of, passed, status):
    found = client(as_of)
    assert reaches_as_of(found).passed is passed
    ruled = capped_by_record(GO, found, months=12)
    assert ruled.status is status
    assert ("the record ends on 30 Aug 2026" in ruled.reason) is (not passed)


def test_other_verdicts_stay():
    stop = Verdict(status=Status.STOP, reason="No.")
    assert capped_by_record(stop, client(date(2028, 1, 1)), months=12) is stop


def test_a_year_late_by_hand():
    """30 August 2026 to 30 September 2027 are 396 days."""
    assert months_behind(client(date(2027, 9, 30))) == pytest.approx(396 / 30.4375)


def test_without_dates_nothing_is_said():
    nothing = SimpleNamespace(fact={}.get, tables={"arms": {"last": None}}, as_of=date(2026, 1, 1), real_dates=True)
    assert reaches_as_of(nothing).passed is None
    assert months_behind(nothing) == 0
