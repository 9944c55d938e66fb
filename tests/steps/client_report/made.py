"""Results of steps as small as a test needs them."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

from referral_playbook.contract.evidence import Basis, Estimate, Status, StepResult, Verdict

AS_OF = date(2026, 9, 30)
GO, SMALL, STOP, UNKNOWN = Status.GO, Status.TEST_SMALL, Status.STOP, Status.NOT_ENOUGH_DATA


def step(name, status=GO, *, estimates=None, actions=(), tables=None, checks=()):
    return StepResult(
        step=name,
        client="A",
        as_of=AS_OF,
        verdict=Verdict(status=status, reason=f"{name} says {status}."),
        headline=f"{name} headline",
        estimates=estimates or {},
        actions=actions,
        checks=checks,
        tables=tables or {},
    )


def by_step(*steps):
    return {result.step: result for result in steps}


def gates(pmf, value, even, **more):
    return by_step(step("pmf_check", pmf), step("value_exchange", value), step("break_even", even, **more))


def measured(value, *, unit="share", per="lead", low=None, high=None):
    return Estimate(
        value=value,
        low=value if low is None else low,
        high=value if high is None else high,
        confidence=0.95,
        n=90,
        unit=unit,
        per=per,
        basis=Basis.MEASURED,
        source="test",
    )


def client(results, results_dir="nowhere"):
    return SimpleNamespace(
        client="A",
        currency="GBP",
        as_of=AS_OF,
        upstream=results.get,
        results_dir=results_dir,
        client_dir="no/such/client",
    )
