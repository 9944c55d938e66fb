from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral_playbook.contract.evidence import (
    Action,
    Basis,
    Check,
    Estimate,
    Status,
    StepResult,
    Verdict,
    assumed,
    records,
    undefined,
    weakest,
)
from referral_playbook.contract.handover import load, record

finite = st.floats(-1e9, 1e9)


def make(value=0.4, low=0.3, high=0.5, basis=Basis.MEASURED):
    return Estimate(
        value=value,
        low=low,
        high=high,
        confidence=0.95,
        n=100,
        unit="share",
        per="answer",
        basis=basis,
        source="survey",
    )


def result(**changes):
    given = {
        "step": "pmf_check",
        "client": "Brightdesk",
        "as_of": date(2026, 9, 30),
        "verdict": Verdict(status=Status.GO, reason="clear"),
        "headline": "They would miss it.",
        "estimates": {"nps": make(), "csat": undefined("no csat question", unit="share", per="answer")},
        "checks": (Check(name="survey", passed=True, text="there"),),
        "actions": (Action(what="ask", why="they are glad", due=30),),
        "tables": {"segments": [{"segment": "shops", "share": float("nan")}]},
    }
    return StepResult(**{**given, **changes})


@given(finite, finite, finite)
def test_a_range_holds_its_value(a, b, c):
    low, value, high = sorted((a, b, c))
    assert make(value, low, high).value == value


@pytest.mark.parametrize("numbers", [(1.0, 2.0, 3.0), (0.4, 0.3, float("inf")), (float("nan"), 0, 1), (0.4, None, 0.5)])
def test_what_is_not_a_range_is_refused(numbers):
    with pytest.raises(ValueError, match=r"range|finite"):
        make(*numbers)


def test_undefined_needs_a_reason():
    with pytest.raises(ValueError, match="reason"):
        undefined("", unit="share", per="answer")


def test_undefined_becomes_a_check_that_says_why():
    (check,) = [c for c in result().checks if c.name == "csat_defined"]
    assert check.passed is None
    assert check.text == "no csat question"


def test_json_has_the_contract_keys_and_null_for_undefined():
    data = json.loads(json.dumps(result().to_dict(), allow_nan=False))
    assert set(data) == {
        "step",
        "client",
        "as_of",
        "verdict",
        "headline",
        "estimates",
        "checks",
        "actions",
        "tables",
    }
    assert set(data["estimates"]["nps"]) == {
        "value",
        "low",
        "high",
        "confidence",
        "n",
        "unit",
        "per",
        "basis",
        "source",
    }
    assert data["estimates"]["csat"]["value"] is None
    assert data["actions"][0]["due"] == "2026-10-30"
    assert data["tables"]["segments"][0]["share"] is None


def test_record_and_load_come_back_the_same(tmp_path):
    path = record(result(), tmp_path)
    again = load("pmf_check", tmp_path)
    assert again.to_dict() == result().to_dict()
    before = path.read_bytes()
    assert record(again, tmp_path).read_bytes() == before
    assert load("break_even", tmp_path) is None


def test_infinity_in_a_table_is_refused():
    with pytest.raises(ValueError, match="infinite"):
        records([{"a": float("inf")}])


def test_weakest_basis_and_the_cap_on_go():
    guess = assumed(0.1, 0.05, 0.2, unit="share", per="qualified referral", source="client")
    assert weakest(make(), make(basis=Basis.BENCHMARK)) is Basis.BENCHMARK
    assert weakest(make(), guess, make(basis=Basis.BENCHMARK)) is Basis.ASSUMED
    go = Verdict(status=Status.GO, reason="It pays.")
    assert go.capped(make()).status is Status.GO
    assert go.capped(make(), guess).status is Status.TEST_SMALL
    assert Verdict(status=Status.STOP, reason="no").capped(guess).status is Status.STOP


def test_a_range_may_be_open_above_with_its_reason(tmp_path):
    open_ = make(1.0, 0.5, 1.5).as_(high=None, reason="it may never pay")
    record(result(estimates={"break_even_conversions": open_}), tmp_path)
    again = load("pmf_check", tmp_path)
    assert again.estimate("break_even_conversions").open_above
    (check,) = [c for c in again.checks if c.name == "break_even_conversions_upper_limit"]
    assert check.text == "it may never pay"
    with pytest.raises(ValueError, match="finite"):
        make(1.0, 0.5, None)


def test_value_and_limits_of_a_defined_estimate_are_numbers():
    found = assumed(0.4, 0.3, 0.5, unit="share", per="answer", source="survey")
    assert (found.point, found.lower, found.upper) == (0.4, 0.3, 0.5)


@pytest.mark.parametrize("end", ["point", "lower", "upper"])
def test_an_undefined_estimate_has_no_numbers_and_says_why(end):
    with pytest.raises(ValueError, match="nobody was asked"):
        getattr(undefined("nobody was asked", unit="share", per="answer"), end)
