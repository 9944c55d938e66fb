"""What a run seals: counts, the goal with its chance, and the chances that the programme pays in value and in cash."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pandas as pd
import pytest
from learning_clients import counts_of

from referral_playbook.contract.estimate import Basis, Estimate
from referral_playbook.contract.evidence import Status, StepResult, Verdict
from referral_playbook.contract.names import Step
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.domain.forecasts import make_forecasts

AS_OF = date(2026, 9, 30)


def _estimate(value, low, high, unit, confidence=0.8):
    return Estimate(
        value=value,
        low=low,
        high=high,
        confidence=confidence,
        n=9,
        unit=unit,
        per="x",
        basis=Basis.MEASURED,
        source="x",
    )


def _result(step, tables=None, **estimates):
    verdict = Verdict(status=Status.GO, reason="x")
    return StepResult(
        step=step, client="x", as_of=AS_OF, headline="x", verdict=verdict, estimates=estimates, tables=tables or {}
    )


@pytest.fixture
def client():
    """Ten referrals in each of 24 months, every second one converted; step 05 with its futures by month."""
    days = [
        m.start_time + pd.Timedelta(days=d) for m in pd.period_range("2024-10", "2026-09", freq="M") for d in range(10)
    ]
    rows = pd.DataFrame({"referred_on": days, "converted_on": [d if i % 2 else pd.NaT for i, d in enumerate(days)]})
    months = [{"month": m, "value_ahead": 0.05 * m, "cash_ahead": 0.0} for m in range(1, 13)]
    results = {
        Step.GOAL_SETTING: _result(Step.GOAL_SETTING, programme_goal=_estimate(14, 9, 20, "referrals")),
        Step.BREAK_EVEN: _result(
            Step.BREAK_EVEN,
            {"months": months},
            probability_by_date=_estimate(0.62, 0.1, 0.9, "share", None),
            probability_cash=_estimate(0.7, 0.7, 0.7, "share", None),
            cash_payback_month=_estimate(30, 12, 40, "months"),
        ),
    }
    return SimpleNamespace(
        fact=counts_of(rows).get, as_of=AS_OF, upstream=results.get, parameters_of=lambda step: Parameters.of(step)
    )


def test_the_chances_of_both_clocks_are_sealed_for_months_that_come_soon_and_for_their_dates(client):
    chances = {f.name: (f.value, f.due_on) for f in make_forecasts(client) if "_pays_" in f.name}
    assert chances == {
        "value_pays_3": (pytest.approx(0.15), date(2026, 12, 31)),
        "value_pays_6": (pytest.approx(0.30), date(2027, 3, 31)),
        "value_pays_12": (0.62, date(2027, 9, 30)),
        "cash_pays_3": (0.001, date(2026, 12, 31)),
        "cash_pays_6": (0.001, date(2027, 3, 31)),
        "cash_pays_12": (0.001, date(2027, 9, 30)),
        "cash_pays_36": (0.7, date(2029, 9, 30)),
    }


def test_the_goal_is_sealed_with_the_chance_of_reaching_it(client):
    forecasts = {f.name: f for f in make_forecasts(client)}
    assert forecasts["programme_goal"].low == 9
    reach = forecasts["referrals_1_reach_14"]
    assert reach.kind == "chance"
    assert 0.02 < reach.value < 0.35  # ten a month on average; Poisson alone gives 14%
    assert (forecasts["referrals_1"].value, forecasts["conversions_3"].value) == (10, 15)
    assert set(forecasts["referrals_1"].ranges) == {"0.5", "0.95"}
