"""What if: the answer and its futures at other settings, with fewer futures so that it answers at once."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

from referral_playbook.domain.assumptions import decided_value
from referral_playbook.domain.what_if import Moves, moved
from referral_playbook.facts.engagement import Engagement
from referral_playbook.steps.break_even.answers import fixed_cost, needed
from referral_playbook.steps.break_even.finding import BreakEvenFinding
from referral_playbook.steps.break_even.forecast import Forecast

LIVE_DRAWS = 4_000
MOVED = ("uplift", "incremental_share", "conversion_rate")


def moves(engagement: Engagement, found: BreakEvenFinding, *, draws: int = LIVE_DRAWS) -> Moves:
    """Extra conversions needed, the probability and both results, as a reader moves what they hang on.

    Returns
    -------
    Moves
        Settings uplift, incremental_share, conversion_rate, reward and monthly_cost; drawn as fifty futures.
    """

    @lru_cache(maxsize=1)  # the table and the picture of one setting are of the same futures
    def at(reward: float, **settings: float) -> Forecast:
        known = {**found.inputs.known, **{k: moved(found.inputs.known[k], x) for k, x in settings.items()}}
        known["reward"] = decided_value("reward", reward, unit=found.currency, per="conversion")
        return replace(found.forecast, known=known, draws=min(draws, found.forecast.draws))

    def answer(**settings: float) -> dict[str, Any]:
        return _outcomes(engagement, found, at(**settings)) if settings else dict.fromkeys(("extra_conversions",))

    def drawn(**settings: float) -> dict[str, Any]:
        forecast = at(**settings) if settings else found.forecast
        values = [row["value_result"] for row in forecast.sample()]
        return {"futures": values, "threshold": 0.0, "unit": found.currency, "does": "cover all cost"}

    money = found.currency
    units = {"uplift": "times", "incremental_share": "share", "conversion_rate": "share", "reward": money}
    return Moves(answer, drawn, _sliders(found), units | {"monthly_cost": money})


def caption(draws: int = LIVE_DRAWS) -> str:
    """What the table is called: it says how many futures it rests on."""
    return f"What if: {draws:,} futures at each setting, each with its relative range"


def _outcomes(engagement: Engagement, found: BreakEvenFinding, forecast: Forecast) -> dict[str, Any]:
    months = found.parameters.months
    inputs = replace(found.inputs, known=forecast.known)
    fixed = fixed_cost(forecast.known, months=months, status=found.status)
    outcomes = forecast.estimates()
    shown = ("probability_by_date", "value_result", "cash_result", "cash_payback_month")
    return {
        "extra_conversions_needed": needed(engagement, inputs, fixed, months=months)["break_even_conversions"],
        **{name: outcomes[name] for name in shown},
    }


def _sliders(found: BreakEvenFinding) -> dict[str, tuple[float, float, float, float]]:
    if found.inputs.unknown:
        return {}
    known = {name: found.inputs.known[name].value or 0.0 for name in (*MOVED, "reward", "monthly_cost")}
    value = max(found.inputs.known["customer_value"].value or 0.0, 0.0)
    uplift, conversion = known["uplift"], known["conversion_rate"]
    most_reward, most_cost = (
        max(2 * known["reward"], round(value / 2), 1.0),
        float(max(round(3 * known["monthly_cost"]), 1)),
    )
    return {
        "reward": (0.0, most_reward, _step(most_reward), known["reward"]),
        "uplift": (min(0.8, uplift), max(3.0, uplift), 0.05, uplift),
        "incremental_share": (0.0, 1.0, 0.05, known["incremental_share"]),
        "conversion_rate": (min(0.01, conversion), max(0.5, conversion), 0.01, conversion),
        "monthly_cost": (0.0, most_cost, _step(most_cost), known["monthly_cost"]),
    }


def _step(most: float) -> float:
    return max(1.0, float(f"{most / 100:.1g}"))
