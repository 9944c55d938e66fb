"""Step 05: how many referrals must there be, and does the programme pay against doing nothing?

`find` computes everything once; `build_result` turns the finding into what later steps and the report read.
"""

from dataclasses import replace
from typing import Any

from referral_playbook.contract.evidence import Estimate, StepResult
from referral_playbook.contract.names import Step
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.domain.programme.baseline import customers_share
from referral_playbook.domain.programme.costs import cost_rows
from referral_playbook.domain.programme.new_referrals import without_uplift
from referral_playbook.domain.programme.status import programme_record, programme_status
from referral_playbook.domain.programme.valid_referrals import valid, with_flagged
from referral_playbook.domain.record_end import months_behind, reaches_as_of
from referral_playbook.domain.upstream import upstream_check
from referral_playbook.facts.engagement import Engagement
from referral_playbook.steps.break_even.answers import (
    advocates_and_customers,
    answer_rows,
    error_rows,
    waterfall,
)
from referral_playbook.steps.break_even.channels import compare_channels
from referral_playbook.steps.break_even.economics import economics_at
from referral_playbook.steps.break_even.finding import BreakEvenFinding
from referral_playbook.steps.break_even.knowledge import evppi_rows, flip_rows, pilots, tornado_rows, worst_ends
from referral_playbook.steps.break_even.measurements import (
    Possible,
    first_to_measure,
    measurement_rows,
    measurements,
)
from referral_playbook.steps.break_even.scenarios import scenario_rows
from referral_playbook.steps.break_even.timing import lag_rows
from referral_playbook.steps.break_even.verdict import actions, checks, headline, verdict

STEP = Step.BREAK_EVEN


def find(engagement: Engagement, parameters: Parameters | None = None) -> BreakEvenFinding:
    """Compute step 05 once, from the facts and the parameters."""
    p = parameters or engagement.parameters_of(STEP)
    hourly, others = p.optional_number("hourly_rate"), p.optional_texts("other_channels") or ()
    every, engagement = engagement, valid(engagement)
    status = programme_status(engagement, programme_start=p.optional_text("programme_start"))
    core = economics_at(engagement, status, p)
    inputs, forecast, gate = core["inputs"], core["forecast"], core["gate"]
    customers, rate = advocates_and_customers(engagement)[1], inputs.beside["hourly_rate"].value or 0.0
    tests = pilots(forecast, status, customers=customers, share=customers_share(engagement))
    ways = measurements(Possible(forecast=forecast, status=status, customers=customers, hourly_rate=rate), tests)
    finding = BreakEvenFinding(
        client=engagement.client,
        currency=engagement.currency,
        as_of=engagement.as_of,
        status=status,
        record=programme_record(engagement, status),
        pilots=tests,
        measurements=ways,
        first_measurement=first_to_measure(ways, worst_ends(forecast)) if gate and gate.open else None,
        costs=cost_rows(engagement, dict(inputs.known), months=forecast.timetable.deadline, hourly_rate=hourly),
        channels=compare_channels(inputs, core["fixed"], months=core["counted"].months, others=others),
        tornado=tornado_rows(forecast),
        flips=flip_rows(forecast),
        knowledge=evppi_rows(forecast),
        beside=with_flagged(every, engagement),
        checks=(upstream_check(engagement, Step.VALUE_EXCHANGE, Step.GOAL_SETTING),),
        record_check=reaches_as_of(every),
        months_behind=months_behind(every),
        **core,
    )
    return replace(finding, scenarios=scenario_rows(engagement, finding))


def build_result(f: BreakEvenFinding) -> StepResult:
    """What step 05 hands over: the finding in the form of the contract."""
    decision = verdict(f)
    return StepResult(
        step=STEP,
        client=f.client,
        as_of=f.as_of,
        verdict=decision,
        headline=headline(f),
        estimates=estimates(f),
        checks=checks(f),
        actions=actions(f, decision),
        tables=tables(f),
    )


def estimates(f: BreakEvenFinding) -> dict[str, Estimate]:
    """Every estimate by its contract name."""
    known = f.inputs.known
    used = (
        "baseline_referrals",
        "uplift",
        "new_referrals",
        "incremental_share",
        "conversion_rate",
        "qualified_share",
        "customer_value",
    )
    return {
        "fixed_cost": f.fixed,
        "monthly_cost": known["monthly_cost"],
        "set_up_cost": known["set_up_cost"],
        "unit_contribution": f.contribution,
        **{name: known[name] for name in used},
        **({"uplift": without_uplift(known["uplift"])} if f.inputs.from_nothing else {}),
        "reward_per_conversion": f.inputs.reward_per_conversion(),
        "claim_share": f.inputs.beside["claim_share"],
        **f.needed,
        **f.outcomes,
        "evsi_of_pilot": f.pilots.estimate(f.inputs.currency, f.forecast.basis),
    }


def tables(f: BreakEvenFinding) -> dict[str, list[dict[str, Any]]]:
    """The tables of the contract, and those that the notebook shows beside them."""
    return {
        "three_answers": answer_rows(f.plan, f.fixed),
        "calculator_errors": error_rows(f.plan),
        "gate": [] if f.gate is None else f.gate.rows(),
        "scenarios": f.scenarios,
        "record": f.record,
        "months": f.forecast.by_month(),
        "futures": f.forecast.sample(),
        "tornado": f.tornado,
        "flips": f.flips,
        "waterfall": waterfall(f.inputs),
        "knowledge": f.knowledge,
        "pilots": f.pilots.rows(),
        "measurements": measurement_rows(f.measurements, f.first_measurement),
        "inputs": input_rows(f),
        "costs": f.costs,
        "valid_referrals": f.beside,
        "channels": f.channels,
        "lags": lag_rows(f.forecast.timetable),
        "plan": plan_rows(f),
    }


def plan_rows(f: BreakEvenFinding) -> list[dict[str, Any]]:
    """What the workbook needs beside the inputs: dates, discount rate, thresholds, the result at the values."""
    when = f.forecast.timetable
    values = {
        "deadline": when.deadline,
        "months_followed": when.months,
        "discount_rate": when.discount_rate,
        "payback_months": f.parameters.count("payback_months"),
        "purse": f.parameters.optional_number("purse"),
        "result_at_values": f.middle,
        "months_counted": f.counted.months,
    }
    return [{"name": name, "value": value} for name, value in values.items()]


def input_rows(f: BreakEvenFinding) -> list[dict[str, Any]]:
    """Inputs as rows: name, value, low, high, unit, per, basis, source."""
    rows = {**f.inputs.known, "fixed_cost_to_date": f.fixed, **f.inputs.beside}
    if not f.inputs.from_nothing:
        del rows["new_referrals"]
    columns = ("value", "low", "high", "unit", "per", "basis", "source")
    return [{"name": name, **e.fields(*columns)} for name, e in rows.items()]
