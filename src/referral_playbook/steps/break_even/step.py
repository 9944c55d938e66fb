"""Step 05: how many referrals must there be, and does the programme pay against doing nothing?

`find` computes everything once; `build_result` turns the finding into what later steps and the report read.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from referral_playbook.contract.evidence import Estimate, StepResult
from referral_playbook.contract.names import Step
from referral_playbook.contract.parameters import Parameters
from referral_playbook.domain.programme.costs import cost_rows
from referral_playbook.domain.programme.status import programme_record, programme_status
from referral_playbook.domain.programme.valid_referrals import valid, with_flagged
from referral_playbook.domain.upstream import upstream_check
from referral_playbook.facts.engagement import Engagement
from referral_playbook.steps.break_even.answers import (
    advocates_and_customers,
    answer_rows,
    error_rows,
    fixed_cost,
    needed,
    plan_of,
    unit_contribution,
    waterfall,
)
from referral_playbook.steps.break_even.channels import compare_channels
from referral_playbook.steps.break_even.finding import BreakEvenFinding
from referral_playbook.steps.break_even.forecast import Forecast
from referral_playbook.steps.break_even.gate import Gate, Outlook, gate
from referral_playbook.steps.break_even.inputs import ProgrammeInputs, programme_inputs
from referral_playbook.steps.break_even.knowledge import evppi_rows, flip_rows, pilots, tornado_rows, worst_ends
from referral_playbook.steps.break_even.parameters import BreakEvenParameters
from referral_playbook.steps.break_even.timing import lag_rows, timetable
from referral_playbook.steps.break_even.verdict import actions, checks, headline, verdict

STEP = Step.BREAK_EVEN


def find(engagement: Engagement, parameters: Parameters | None = None) -> BreakEvenFinding:
    """Compute step 05 once, from the facts and the parameters.

    Parameters
    ----------
    engagement : Engagement
    parameters : Parameters, optional
        Of this step; what the client set, and the defaults, where it is not given.
    """
    p = BreakEvenParameters.of(parameters or engagement.parameters_of(STEP))
    every, engagement = engagement, valid(engagement)
    status = programme_status(engagement, programme_start=p.programme_start)
    inputs = programme_inputs(engagement, status, p)
    fixed = fixed_cost(inputs.known, months=p.months, status=status)
    contribution = unit_contribution(inputs)
    forecast = forecast_of(engagement, inputs, p)
    outcomes = forecast.estimates()
    tests = pilots(forecast, status, customers=advocates_and_customers(engagement)[1])
    outcomes["evsi_of_pilot"] = tests.estimate(inputs.currency, forecast.basis)
    return BreakEvenFinding(
        client=engagement.client,
        currency=engagement.currency,
        as_of=engagement.as_of,
        parameters=p,
        status=status,
        record=programme_record(engagement, status),
        inputs=inputs,
        fixed=fixed,
        contribution=contribution,
        plan=plan_of(inputs, fixed, months=p.months),
        needed=needed(engagement, inputs, fixed, months=p.months),
        forecast=forecast,
        outcomes=outcomes,
        gate=decide(forecast, outcomes, contribution, p),
        pilots=tests,
        costs=cost_rows(engagement, dict(inputs.known), months=p.months, hourly_rate=p.hourly_rate),
        channels=compare_channels(inputs, fixed, months=p.months, others=p.other_channels),
        tornado=tornado_rows(forecast),
        flips=flip_rows(forecast),
        knowledge=evppi_rows(forecast),
        beside=with_flagged(every, engagement),
        checks=(upstream_check(engagement, Step.VALUE_EXCHANGE, Step.GOAL_SETTING),),
    )


def forecast_of(engagement: Engagement, inputs: ProgrammeInputs, p: BreakEvenParameters) -> Forecast:
    """The futures of the inputs, with the lags that the client's tables show."""
    when = timetable(
        engagement,
        inputs.offer,
        months=p.months,
        payback_months=p.payback_months,
        discount_rate=p.discount_rate,
        hold_days=p.hold_days,
    )
    return Forecast(
        known=inputs.known,
        timetable=when,
        payback_months=p.payback_months,
        draws=p.draws,
        seed=p.seed,
        correlation=p.share_uplift_correlation,
    )


def decide(
    forecast: Forecast, outcomes: Mapping[str, Estimate], contribution: Estimate, p: BreakEvenParameters
) -> Gate | None:
    """The gate on the futures; None where they cannot be run."""
    if forecast.unknown or contribution.value is None:
        return None
    payback = outcomes["cash_payback_month"].value
    seen = Outlook(
        probability=outcomes["probability_by_date"].value or 0.0,
        contribution=contribution.value,
        extra_conversions=outcomes["extra_conversions"].value or 0.0,
        peak_need=outcomes["peak_cash_need"].high or 0.0,
        payback=math.inf if payback is None else payback,
        at_low_end=worst_ends(forecast),
    )
    return gate(seen, p.thresholds, currency=forecast.currency, months=p.months)


def build_result(f: BreakEvenFinding) -> StepResult:
    """What step 05 hands over: the finding in the form of the contract."""
    found = verdict(f)
    return StepResult(
        step=STEP,
        client=f.client,
        as_of=f.as_of,
        verdict=found,
        headline=headline(f),
        estimates=estimates(f),
        checks=checks(f),
        actions=actions(f, found),
        tables=tables(f),
    )


def estimates(f: BreakEvenFinding) -> dict[str, Estimate]:
    """Every estimate by its contract name."""
    known = f.inputs.known
    used = ("baseline_referrals", "uplift", "incremental_share", "conversion_rate", "qualified_share", "customer_value")
    return {
        "fixed_cost": f.fixed,
        "monthly_cost": known["monthly_cost"],
        "set_up_cost": known["set_up_cost"],
        "unit_contribution": f.contribution,
        **{name: known[name] for name in used},
        "reward_per_conversion": f.inputs.reward_per_conversion(),
        "claim_share": f.inputs.beside["claim_share"],
        **f.needed,
        **f.outcomes,
    }


def tables(f: BreakEvenFinding) -> dict[str, list[dict[str, Any]]]:
    """The tables of the contract, and those that the notebook shows beside them."""
    return {
        "three_answers": answer_rows(f.plan),
        "calculator_errors": error_rows(f.plan),
        "gate": [] if f.gate is None else f.gate.rows(),
        "record": f.record,
        "months": f.forecast.by_month(),
        "futures": f.forecast.sample(),
        "tornado": f.tornado,
        "flips": f.flips,
        "waterfall": waterfall(f.inputs),
        "knowledge": f.knowledge,
        "pilots": f.pilots.rows(),
        "inputs": input_rows(f),
        "costs": f.costs,
        "valid_referrals": f.beside,
        "channels": f.channels,
        "lags": lag_rows(f.forecast.timetable),
        "plan": plan_rows(f),
    }


def plan_rows(f: BreakEvenFinding) -> list[dict[str, Any]]:
    """What the workbook needs beside the inputs: dates, discount rate, thresholds, and the result of every mean."""
    when = f.forecast.timetable
    values = {
        "deadline": when.deadline,
        "months_followed": when.months,
        "discount_rate": when.discount_rate,
        "payback_months": f.parameters.payback_months,
        "purse": f.parameters.purse,
        "result_at_means": f.middle,
    }
    return [{"name": name, "value": value} for name, value in values.items()]


def input_rows(f: BreakEvenFinding) -> list[dict[str, Any]]:
    """Inputs as rows: name, value, low, high, unit, per, basis, source."""
    rows = {**f.inputs.known, "fixed_cost_to_date": f.fixed, **f.inputs.beside}
    return [
        {
            "name": name,
            "value": e.value,
            "low": e.low,
            "high": e.high,
            "unit": e.unit,
            "per": e.per,
            "basis": e.basis.value,
            "source": e.source,
        }
        for name, e in rows.items()
    ]
