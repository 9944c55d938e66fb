"""The verdict of step 01 turns with the answers, with who leaves and with segments; limits by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from referral_playbook.contract.evidence import Basis, Estimate, Status, Verdict, undefined
from referral_playbook.domain.lists.segments import FIX, UNKNOWN
from referral_playbook.methods.proportions import proportion
from referral_playbook.steps.pmf_check import verdict as ruling


def share(yes, n):
    return proportion(yes, n, per="answer of a user", source="surveys")


GOOD = share(60, 100)


@pytest.mark.parametrize(
    ("yes", "no", "status"),
    [(60, 40, Status.GO), (45, 55, Status.NOT_ENOUGH_DATA), (20, 80, Status.STOP), (0, 5, Status.NOT_ENOUGH_DATA)],
)
def test_the_verdict_turns_with_the_answers(yes, no, status):
    assert ruling.verdict(share(yes, yes + no), threshold=0.40).status is status


@pytest.mark.parametrize(("kept", "status"), [(49, Status.TEST_SMALL), (51, Status.GO)])
def test_a_client_that_keeps_less_than_half_does_not_pass_on_the_survey(kept, status):
    found = ruling.verdict(GOOD, threshold=0.40, kept=("the recurring revenue", share(kept, 100)))
    assert found.status is status
    assert ("remained after a year" in found.reason) is (status is Status.TEST_SMALL)


def test_what_is_kept_does_not_lift_a_stop_and_an_unknown_changes_nothing():
    kept = ("the customers", undefined("nobody knows", unit="share", per="customer"))
    assert ruling.verdict(GOOD, threshold=0.40, kept=kept).status is Status.GO
    assert ruling.verdict(share(20, 100), threshold=0.40, kept=("x", share(90, 100))).status is Status.STOP
    assert ruling.keeps_half(*kept).passed is None
    assert ruling.keeps_half("the customers", share(51, 100)).passed is True


def segments(*rows):
    return pd.DataFrame(rows, columns=["segment", "very_disappointed", "sorted_into"])


def test_only_a_main_segment_that_fails_is_named():
    """Shops are 100 of 310 answers, kiosks 10 of 310."""
    found = segments(
        ("shops", share(20, 100), FIX), ("kiosks", share(0, 10), FIX), ("clinics", share(120, 200), UNKNOWN)
    )
    failing = ruling.failing_segments(found)
    assert [name for name, _ in failing] == ["shops"]
    line = ruling.headline(ruling.verdict(GOOD, threshold=0.4), failing, GOOD, 0.4)
    assert "not in shops (20%" in line
    assert "customers of today" not in line


def test_customers_of_today_who_would_not_miss_it_are_said():
    line = ruling.headline(ruling.verdict(GOOD, threshold=0.4), [], share(20, 100), 0.4)
    assert "Of the customers of today only 20%" in line


def test_sensitivity_and_actions_follow_the_status():
    rows = {row["threshold"]: row["verdict"] for row in ruling.sensitivity(GOOD)}
    assert (rows["40%"], rows["50%"]) == ("go", "go")
    low = ruling.verdict(share(13, 30), threshold=0.4)
    assert "About 800 further answers" in ruling.actions(low, share(13, 30), threshold=0.4, confidence=0.95)[0].what
    nothing = undefined("nobody has answered", unit="share", per="answer")
    assert ruling.verdict(nothing, threshold=0.4).reason == "Nobody has answered the Ellis question."


def test_estimates_without_limits_are_not_enough():
    assert ruling.status(undefined("x", unit="share", per="y"), threshold=0.4) is Status.NOT_ENOUGH_DATA
    exact = Estimate(
        value=0.4, low=0.4, high=0.5, confidence=0.95, n=9, unit="share", per="y", basis=Basis.MEASURED, source="x"
    )
    assert ruling.status(exact, threshold=0.4) is Status.GO


@pytest.mark.parametrize(
    ("kept", "line", "action"),
    [
        (share(30, 100), "many leave", "Talk to ten customers who left"),
        (share(80, 100), "the record ends too early", "Bring exports up to the as-of date"),
        (undefined("nobody left", unit="share", per="customer"), "the record ends too early", "Bring exports"),
    ],
)
def test_a_test_small_says_whether_customers_leave_or_the_record_ends(kept, line, action):
    held = Verdict(status=Status.TEST_SMALL, reason="the record ends in June")
    assert line in ruling.headline(held, [], GOOD, 0.4, kept=kept)
    assert ruling.actions(held, GOOD, threshold=0.4, confidence=0.95, kept=kept)[0].what.startswith(action)
