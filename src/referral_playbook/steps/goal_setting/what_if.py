"""What if: the goal, new customers and margin of a month at other settings, as the step itself would find them.

The verdict of step 04 rests on today's referrals and on the goal of one advocate, which no slider here moves.
"""

import math
from dataclasses import replace
from functools import lru_cache
from typing import Any

from referral_playbook.contract.evidence import Estimate
from referral_playbook.domain.lists.goal_band import Outlook, certain_uplift
from referral_playbook.domain.what_if import LiveSettings, Slider, by_name, sliders_that_moved
from referral_playbook.methods.uncertainty.propagation import propagate
from referral_playbook.steps.goal_setting.finding import GoalFinding
from referral_playbook.steps.goal_setting.plan import Plan, planned


def live_settings(found: GoalFinding) -> LiveSettings:
    """What a reader moves in step 04: settings uplift, qualified and conversion; drawn as bars."""
    sliders = _sliders(found.plan)

    @lru_cache(maxsize=8)
    def at(**settings: float) -> Plan:
        changes = by_name(sliders_that_moved(sliders, settings))
        if not changes:
            return found.plan
        return planned(found.engagement, found.status, found.today, found.parameters.with_(**changes))

    def answer(**settings: float) -> dict[str, Any]:
        plan = at(**settings)
        goal = plan.outlook.band()
        return {"referrals_a_month": goal, "new_customers_a_month": plan.customers, "margin_a_month": plan.margin}

    def drawn(**settings: float) -> dict[str, Any]:
        return bars_of(at(**settings))

    return LiveSettings(answer, drawn, sliders, {"uplift": "times", "qualified": "share", "conversion": "share"})


def bars_of(plan: Plan) -> dict[str, Any]:
    """A month of the plan beside one without the programme, ready to draw as bars."""
    goal, without = plan.outlook.band(), without_programme(plan).band()
    share = plan.qualified.as_(confidence=None)  # the band of a month has another level than the range of a share
    accepted = propagate(
        lambda r, q: r * q, unit="qualified", per="month", source="goal x qualified share", r=goal, q=share
    )
    stages = {
        "referrals without the programme": without,
        "referrals": goal,
        "qualified": accepted,
        "new customers": plan.customers,
    }
    return {"values": stages, "unit": "a month", "xlabel": "a month; without the programme, and at these settings"}


def without_programme(plan: Plan) -> Outlook:
    """The outlook of the same months at the baseline."""
    return replace(plan.outlook, rate=plan.baseline, factor=certain_uplift(1.0), counted=None)


def _sliders(plan: Plan) -> dict[str, Slider]:
    """Low, high, step and plan of each setting that a reader may move; none where the goal is not known."""
    factor = plan.outlook.factor.value
    if factor is None or not plan.outlook.rate.defined:
        return {}
    uplift = (min(0.5, factor), max(3.0, factor), 0.1, factor)
    return {"uplift": uplift, "qualified": _percents(plan.qualified), "conversion": _percents(plan.conversion)}


def _percents(share: Estimate) -> Slider:
    """Slider over the range of a share, in whole percents; at least one percent wide."""
    low, value, high = (share.low or 0.0, share.value or 0.0, share.high or 0.0)
    least, most = math.floor(100 * low) / 100, math.ceil(100 * high) / 100
    return min(least, most - 0.01, value), max(most, value), 0.01, value
