"""What a subscription client's programme is truly worth against doing nothing, by plain calculation."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from referral_playbook.simulate.judgement import MONTHLY
from referral_playbook.simulate.money import mean_value
from referral_playbook.simulate.people import expected_referrals
from referral_playbook.simulate.simulated import day
from referral_playbook.simulate.world import SubscriptionWorld

MONTHS = 12
HOUR = 40.0  # what an hour of work costs


def programme_truth(world: SubscriptionWorld, people: pd.DataFrame) -> dict[str, Any]:
    """Uplift, baseline, and the value and cash of the next 12 months against doing nothing, no discount, no lags.

    Value: extra conversions x incremental share x customer value - rewards on all conversions - running cost. Cash: the
    same with the margin of a customer as it comes in, month by month.
    """
    end = day(world.as_of)
    year = expected_referrals(people, world, (end.astype("M8[M]") - 11).astype("M8[D]"), end, programme=False)
    baseline, value = float(year.sum()) / 12, mean_value(people, world)
    per_referral = world.invited * world.qualified * _converted(world) * (1 - world.friend_refund)
    flow, lift = baseline * per_referral, world.programme_uplift
    share, cost = world.incremental_share, sum(hours * HOUR + money for hours, money in MONTHLY.values())
    reward = 2 * world.reward
    spent = MONTHS * (lift * flow * reward + cost)
    received = sum(_received(world, people, months) for months in range(1, MONTHS + 1))
    return {
        "uplift": lift,
        "held_out_share": world.holdout,
        "incremental_share": share,
        "from": world.programme_start,
        "baseline_referrals_per_month": baseline,
        "converted_per_referral": per_referral,
        "months": MONTHS,
        "reward_per_conversion": reward,
        "monthly_cost": cost,
        "hourly_rate": HOUR,
        "extra_conversions": MONTHS * (lift - 1) * flow,
        "value_against_nothing": MONTHS * (lift - 1) * flow * share * value - spent,
        "cash_against_nothing": (lift - 1) * flow * share * received - spent,
        "customer_value": value,
        "break_even_uplift": (share * value + cost / flow) / left if (left := share * value - reward) > 0 else None,
        "friends_refunded": world.friend_refund,
        "note": "next 12 months of a programme that goes on; every conversion claims both rewards",
    }


def _converted(world: SubscriptionWorld) -> float:
    mix = sum(share for share, _ in world.channels.values())
    return sum(share * chance for share, chance in world.channels.values()) / mix


def _received(world: SubscriptionWorld, people: pd.DataFrame, months: int) -> float:
    """Mean margin that a new customer brings in so many months, the first at once."""
    return mean_value(people, replace(world, horizon=months, discount_rate=0.0))
