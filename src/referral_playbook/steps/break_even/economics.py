"""The economics of a programme at one set of parameters: inputs, futures, and the gate on them.

The step, its what-if and its scenarios all call `economics_at`, so that a setting has one verdict wherever it is shown.
"""

import math
from collections.abc import Mapping
from typing import Any

from referral_playbook.contract.evidence import Estimate
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.contract.writing.formatting import written
from referral_playbook.domain.programme.costs import fixed_cost
from referral_playbook.domain.programme.status import ProgrammeStatus
from referral_playbook.domain.programme.without_programme import is_over_uplift
from referral_playbook.facts.engagement import Engagement
from referral_playbook.steps.break_even.answers import needed, plan_of, unit_contribution
from referral_playbook.steps.break_even.counted import counted_of
from referral_playbook.steps.break_even.forecast import Forecast
from referral_playbook.steps.break_even.gate import Gate, Outlook, Thresholds, gate
from referral_playbook.steps.break_even.inputs import ProgrammeInputs, programme_inputs
from referral_playbook.steps.break_even.knowledge import worst_ends
from referral_playbook.steps.break_even.timing import timetable


def economics_at(engagement: Engagement, status: ProgrammeStatus, p: Parameters) -> dict[str, Any]:
    """The fields of a finding that the verdict rests on, as `BreakEvenFinding` names them; of valid referrals."""
    inputs, months = programme_inputs(engagement, status, p), p.count("break_even_months")
    fixed = fixed_cost(inputs.known, months=months, set_up_spent=status.running)
    contribution = unit_contribution(inputs)
    forecast = forecast_of(engagement, inputs, p)
    counts, outcomes = counted_of(inputs.known, forecast.timetable), forecast.estimates()
    return {
        "parameters": p,
        "inputs": inputs,
        "fixed": fixed,
        "contribution": contribution,
        "counted": counts,
        "plan": plan_of(inputs, fixed, counts),
        "needed": needed(engagement, inputs, fixed, counts, months=months),
        "forecast": forecast,
        "outcomes": outcomes,
        "gate": decide(forecast, outcomes, contribution, p),
    }


def forecast_of(engagement: Engagement, inputs: ProgrammeInputs, p: Parameters) -> Forecast:
    """The futures of the inputs, with the lags that the client's tables show."""
    return Forecast(
        known=inputs.known,
        timetable=timetable(engagement, inputs.offer, p),
        payback_months=p.count("payback_months"),
        draws=p.count("draws"),
        correlation=p.number("share_uplift_correlation"),
        today=inputs.beside["referrals_per_month"] if is_over_uplift(inputs.known["baseline_referrals"]) else None,
    )


def decide(forecast: Forecast, outcomes: Mapping[str, Estimate], contribution: Estimate, p: Parameters) -> Gate | None:
    """The gate on the futures; None where they cannot be run."""
    if forecast.unknown or contribution.value is None:
        return None
    payback, ends = outcomes["cash_payback_month"].value, worst_ends(forecast)
    seen = Outlook(
        probability=outcomes["probability_by_date"].value or 0.0,
        contribution=contribution.value,
        extra_conversions=outcomes["extra_conversions"].value or 0.0,
        peak_need=outcomes["peak_cash_need"].high or 0.0,
        payback=math.inf if payback is None else payback,
        at_low_end={name: result for name, (_, result) in ends.items()},
        low_end={name: written(end, forecast.known[name].unit) for name, (end, _) in ends.items()},
    )
    return gate(seen, Thresholds.of(p), currency=forecast.currency, months=p.count("break_even_months"))
