"""What if: the verdict, the outcomes and the futures at other settings, with fewer futures so that it answers at once.

A moved slider is a changed parameter: the answer is what the step would find after "make this the plan", by the same
inputs, futures and gate.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from referral_playbook.contract.evidence import Verdict
from referral_playbook.contract.writing.formatting import number
from referral_playbook.domain.programme.offers import moved_parameters
from referral_playbook.domain.programme.valid_referrals import valid
from referral_playbook.domain.what_if import LiveSettings, Slider, sliders_that_moved
from referral_playbook.facts.engagement import Engagement
from referral_playbook.steps.break_even.finding import BreakEvenFinding
from referral_playbook.steps.break_even.scenarios import finding_at
from referral_playbook.steps.break_even.verdict import verdict, verdict_of_gate

LIVE_DRAWS = 2_500
SHOWN = ("probability_by_date", "value_result", "cash_result", "peak_cash_need", "cash_payback_month")


def live_settings(engagement: Engagement, found: BreakEvenFinding, *, draws: int = LIVE_DRAWS) -> LiveSettings:
    """What a reader moves in step 05, and what follows from it, drawn as fifty futures.

    As planned, everything is that of the step itself.
    """
    client, sliders = valid(engagement), _sliders(found)
    fewer = min(draws, found.parameters.count("draws"))

    @lru_cache(maxsize=8)  # verdict, table and picture of one setting are of the same futures
    def at(**settings: float) -> BreakEvenFinding:
        changes = decides(sliders_that_moved(sliders, settings))
        return finding_at(client, found, {**changes, "draws": fewer}) if changes else found

    def decides(settings: Mapping[str, float]) -> dict[str, Any]:
        return moved_parameters(found.inputs.offer, settings, trigger=found.parameters.text("reward_trigger"))

    def answer(**settings: float) -> dict[str, Any]:
        here = at(**settings)
        needed = {"extra_conversions_needed": here.needed["break_even_conversions"]}
        return needed | {name: here.outcomes[name] for name in SHOWN}

    def drawn(**settings: float) -> dict[str, Any]:
        values = [row["value_result"] for row in at(**settings).forecast.sample()]
        label = f"value result by month {found.forecast.timetable.deadline}"
        return {
            "futures": values,
            "threshold": 0.0,
            "unit": found.currency,
            "does": "cover all cost in value",
            "xlabel": label,
        }

    def judged(**settings: float) -> Verdict:
        here = at(**settings)
        return verdict(found) if here is found else verdict_of_gate(here)

    money = dict.fromkeys(("reward_both_sides", "monthly_cost"), found.currency)
    units = {"uplift": "times", "incremental_share": "share", "conversion_rate": "share"} | money
    return LiveSettings(answer, drawn, sliders, units, verdict=judged, decides=decides)


def caption(draws: int = LIVE_DRAWS) -> str:
    """What the table is called: it says how many futures it rests on."""
    return f"What if: {number(draws)} futures at each setting, the step's own number as planned"


def _sliders(found: BreakEvenFinding) -> dict[str, Slider]:
    if found.inputs.unknown:
        return {}
    names = ("uplift", "incremental_share", "conversion_rate", "monthly_cost")
    uplift, share, conversion, cost = (float(found.inputs.known[name].value or 0.0) for name in names)
    value = max(found.inputs.known["customer_value"].value or 0.0, 0.0)
    reward = found.inputs.offer.both_sides
    most_reward, most_cost = max(2 * reward, round(value / 2), 1.0), float(max(round(3 * cost), 1))
    return {
        "uplift": (min(0.8, uplift), max(3.0, uplift), 0.05, uplift),
        "incremental_share": (0.0, 1.0, 0.05, share),
        "conversion_rate": (min(0.01, conversion), max(0.5, conversion), 0.01, conversion),
        "reward_both_sides": (0.0, most_reward, _step(most_reward), reward),
        "monthly_cost": (0.0, most_cost, _step(most_cost), cost),
    }


def _step(most: float) -> float:
    return max(1.0, float(f"{most / 100:.1g}"))
