"""The gate of three tests turns where its thresholds are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.steps.break_even.gate import Outlook, Thresholds, gate

GOOD = Outlook(
    probability=0.93, contribution=200, extra_conversions=12, peak_need=900, payback=8, at_low_end={"uplift": 50.0}
)
LIMITS = Thresholds(purse=1_000, payback_months=12)


def status(limits=LIMITS, **changed):
    return gate(replace(GOOD, **changed), limits).status.value


def test_all_three_tests_passed_is_go():
    assert status() == "go"
    assert [row["passed"] for row in gate(GOOD, LIMITS).rows()] == [True, True, True]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"probability": 0.80}, "go"),
        ({"probability": 0.79}, "test_small"),
        ({"probability": 0.21}, "test_small"),
        ({"probability": 0.20}, "stop"),
        ({"peak_need": 1_001}, "test_small"),
        ({"payback": 13}, "test_small"),
        ({"payback": float("inf")}, "test_small"),
        ({"at_low_end": {"uplift": -1.0}}, "test_small"),
        ({"at_low_end": {}}, "go"),
        ({"contribution": 0.0}, "stop"),
        ({"extra_conversions": 0.0}, "test_small"),
    ],
)
def test_each_threshold_turns_the_verdict(changed, expected):
    assert status(**changed) == expected


def test_the_input_that_fails_the_evidence_is_named():
    ends = {"uplift": -9.0, "incremental_share": -20.0, "reward": 5.0}
    found = gate(replace(GOOD, at_low_end=ends, low_end={"incremental_share": "33%"}), LIMITS)
    assert found.test("evidence").text == (
        "The share who would not have come anyway is not measured. At the unfavourable end of its range, 33%, "
        "the median result is -£20."
    )


def test_a_purse_that_was_not_stated_is_said_and_does_not_fail():
    found = gate(GOOD, Thresholds(payback_months=12))
    assert found.status.value == "go"
    assert "no limit on cash was stated" in found.test("cash").text


def test_each_sentence_about_pay_back_names_its_clock():
    for test in gate(GOOD, LIMITS).tests:
        if "paid back" in test.text:
            assert "cash" in test.text
    assert "value of extra customers" in gate(GOOD, LIMITS).test("value").text


def test_thresholds_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match="stop lies below go"):
        Thresholds(go=0.2, stop=0.8)


def test_the_gate_compares_with_what_was_stated():
    t = Thresholds.of(Parameters.of("break_even", go=0.9, stop=0.1, purse=5_000.0, payback_months=24))
    assert (t.go, t.stop, t.purse, t.payback_months) == (0.9, 0.1, 5_000.0, 24)
