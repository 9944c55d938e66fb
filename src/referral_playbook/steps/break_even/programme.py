"""The programme as planned: how many referrals a month it is reckoned to bring, and what the futures say in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from referral_playbook.contract.evidence import Estimate
from referral_playbook.contract.names import Step
from referral_playbook.domain import baseline as referral_baseline
from referral_playbook.domain import goal_band
from referral_playbook.domain.assumptions import Default, stated
from referral_playbook.domain.input_labels import INPUT_LABELS
from referral_playbook.domain.offers import Offer
from referral_playbook.domain.upstream import taken
from referral_playbook.facts.engagement import Engagement
from referral_playbook.steps.break_even.cash import stage_lag
from referral_playbook.steps.break_even.futures import Programme


def programme(
    engagement: Engagement,
    *,
    known: Mapping[str, Estimate],
    offer: Offer,
    months: int = 12,
    discount_rate: float = 0.10,
    referrals_per_month: float | None = None,
    pilot_invites: int = 100,
    draws: int = 100_000,
) -> Programme:
    """The programme to run through the futures; its inflow is what step 04 expects unless stated here.

    Raises
    ------
    ValueError
        Months, pilot or draws below 1.
    """
    for name, x in {"months": months, "pilot_invites": pilot_invites, "draws": draws}.items():
        if x < 1:
            raise ValueError(f"{name} = {x}: give a whole number from 1")
    goal = Step.GOAL_SETTING
    baseline = taken(engagement, goal, "referrals_per_month", lambda: referral_baseline.baseline(engagement))
    planned = taken(engagement, goal, "programme_rate", lambda: goal_band.programme_rate(baseline, goal_band.uplift()))
    if referrals_per_month is not None:
        planned = _stated_inflow(referrals_per_month)
    return Programme(
        referrals=planned,
        baseline=baseline,
        qualified=taken(engagement, goal, "qualified_share", lambda: referral_baseline.qualified_share(engagement)),
        known=known,
        offer=offer,
        months=months,
        discount_rate=discount_rate,
        qualified_lag=stage_lag(engagement, "referred_on", "qualified_on"),
        lag=stage_lag(engagement, "qualified_on", "converted_on"),
        pilot_invites=pilot_invites,
        draws=draws,
    )


def _stated_inflow(value: float) -> Estimate:
    return stated("referrals_per_month", value, Default(1.0, 0.5, 1.5), unit="referrals", per="month")


def inflow_words(plan: Programme, needed: Estimate) -> str:
    """What is reckoned to come beside what is needed, in words."""
    if not plan.referrals.defined or not needed.defined:
        return f"What will come cannot be set against what is needed: {plan.referrals.reason or needed.reason}."
    a_month = needed.value / plan.months  # type: ignore[operator]
    coming = plan.referrals.value * plan.qualified.value  # type: ignore[operator]
    return (
        f"Needed are about {a_month:,.1f} qualified referrals a month. "
        f"The plan reckons with {plan.referrals.value:,.1f} referrals a "
        f"month ({plan.referrals.low:,.1f} to {plan.referrals.high:,.1f}), of which about {coming:,.1f} qualify."
    )


def chance_words(plan: Programme) -> str:
    """The probability of break-even by the date and the worst tenth, in words."""
    ran = plan.estimates()
    chance, worst = ran["probability_by_date"], ran["worst_decile_result"]
    if not chance.defined:
        return f"The chance of break-even is not known: {chance.reason}."
    return (
        f"The programme breaks even by month {plan.months} in {chance.value:.0%} of the futures. "
        "In the worst tenth of them the result "
        f"by then is {worst.value:,.0f} {worst.unit} on average."
    )


def pay_back_words(plan: Programme) -> str:
    """When the programme has paid itself back, in words."""
    when = plan.estimates()["months_to_break_even"]
    if not when.defined:
        return f"There is no middle pay-back month: {when.reason}."
    late = when.reason if when.high is None else f"nine in ten by month {when.high:.0f}"
    return f"The middle future is paid back in month {when.value:.0f}; one in ten by month {when.low:.0f}, {late}."


def cash_columns(plan: Programme) -> dict[str, list[float]]:
    """Cumulative result by month, ready to draw: months, median, low, high; empty where not run."""
    rows = plan.cash_rows()
    columns = {"months": "month", "median": "p50", "low": "p10", "high": "p90"}
    return {drawn: [row[key] for row in rows] for drawn, key in columns.items()}


def tornado_bars(plan: Programme) -> list[dict[str, Any]]:
    """Swings ready to draw: input in words, its p10 and p90 as text, and the result at each."""
    return [
        {
            "input": INPUT_LABELS[row["input"]],
            "low": _input_words(row["p10"], plan.needed[row["input"]].unit),
            "high": _input_words(row["p90"], plan.needed[row["input"]].unit),
            "at_low": row["result_at_p10"],
            "at_high": row["result_at_p90"],
        }
        for row in plan.tornado_rows()
    ]


def _input_words(x: float, unit: str) -> str:
    return f"{x:.0%}" if unit == "share" else f"{x:,.1f}" if abs(x) < 100 else f"{x:,.0f}"


def flips(plan: Programme) -> list[dict[str, Any]]:
    """Where each input would flip the decision, in words: never where no value held possible does."""
    return [
        {
            "input": INPUT_LABELS[row["input"]],
            "now": row["now"],
            "flips at": _turn(row["flips_at"]),
            "unit": row["unit"],
            "per": row["per"],
        }
        for row in plan.flip_rows()
    ]


def _turn(at: float | None) -> float | str:
    return "at no value held possible" if at is None else at
