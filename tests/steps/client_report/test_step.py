"""Step 10: the decision is the worst of the gates, the plan is in order, the register sorted by influence."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest

from referral_playbook.contract.evidence import Action, Basis, Estimate, Status, StepResult, Verdict, assumed, undefined
from referral_playbook.steps.client_report import step as client_report

AS_OF = date(2026, 9, 30)


def step(name, status, *, estimates=None, actions=(), tables=None):
    return StepResult(
        step=name, client="A", as_of=AS_OF, verdict=Verdict(status=status, reason=f"{name} says {status}."),
        headline=f"{name} headline", estimates=estimates or {}, actions=actions, tables=tables or {},
    )  # fmt: skip


def found(pmf, value, even, **more):
    steps = [step("pmf_check", pmf), step("value_exchange", value), step("break_even", even, **more)]
    return {s.step: s for s in steps}


GO, SMALL, STOP, UNKNOWN = Status.GO, Status.TEST_SMALL, Status.STOP, Status.NOT_ENOUGH_DATA


@pytest.mark.parametrize(
    ("gates", "decided"),
    [
        ((GO, GO, GO), GO),
        ((GO, GO, SMALL), SMALL),
        ((UNKNOWN, GO, SMALL), UNKNOWN),
        ((UNKNOWN, GO, STOP), STOP),
        ((STOP, GO, GO), STOP),
        ((GO, STOP, UNKNOWN), STOP),
    ],
)
def test_the_worst_gate_decides_and_gives_its_reason(gates, decided):
    verdict = client_report.decision(found(*gates))
    assert verdict.status is decided
    if decided is not GO:
        worst = [name for name, status in zip(client_report.GATES, gates, strict=True) if status is decided]
        assert all(name in verdict.reason for name in worst)


def test_a_gate_that_was_not_run_is_not_passed():
    only = {"pmf_check": step("pmf_check", GO)}
    assert client_report.decision(only).status is UNKNOWN


def test_the_plan_is_by_due_date_with_owners():
    actions = (
        Action(what="later", why="x", owner="Tom", due=75),
        Action(what="first", why="x", owner="Maya", due=10),
        Action(what="some day", why="x"),
    )
    rows = client_report.plan(found(GO, GO, GO, actions=actions))
    assert [(r["what"], r["period"]) for r in rows] == [
        ("first", "first 30 days"), ("later", "days 61 to 90"), ("some day", "no date"),
    ]  # fmt: skip
    assert rows[0]["due"] == "2026-10-10"
    assert rows[0]["owner"] == "Maya"


def swing(name, size):
    return {
        "input": name,
        "p10": 0,
        "p90": 1,
        "low_result": 5.0,
        "high_result": 5.0 + size,
        "basis": "assumed",
    }


def test_the_register_lists_what_was_not_measured_by_influence():
    guess = assumed(0.5, 0.2, 0.8, unit="share", per="conversion", source="client")
    measured = Estimate(
        value=0.1, low=0.05, high=0.2, confidence=0.95, n=90, unit="share", per="qualified referral",
        basis=Basis.MEASURED, source="referrals",
    )  # fmt: skip
    estimates = {"incremental_share": guess, "monthly_cost": guess.as_(unit="GBP"), "conversion_rate": measured}
    tables = {
        "tornado": [swing("monthly_cost", 100.0), swing("incremental_share", 900.0), swing("conversion_rate", 2000.0)]
    }
    rows = client_report.register(found(GO, GO, GO, estimates=estimates, tables=tables))
    assert [(r["assumption"], r["swing"]) for r in rows] == [("incremental_share", 900.0), ("monthly_cost", 100.0)]


def test_what_is_not_known_is_listed_with_its_reason():
    estimates = {"evpi": undefined("no payments", unit="GBP", per="decision")}
    assert client_report.missing(found(GO, GO, UNKNOWN, estimates=estimates)) == [
        {"number": "evpi", "step": "break_even", "why": "no payments"}
    ]


def test_conclude_on_nothing_says_what_was_not_run():
    client = SimpleNamespace(client="A", as_of=AS_OF, upstream=lambda step: None)
    result = client_report.conclude(client)
    assert result.verdict.status is UNKNOWN
    (check,) = [c for c in result.checks if c.name == "every_step_was_run"]
    assert "pmf_check" in check.text
    assert set(result.estimates) == set(client_report.KEY_NUMBERS)
