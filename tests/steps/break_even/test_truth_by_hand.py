"""The economics of the samples with a programme, recomputed from truth.json in plain Python, and the gate at the truth.

Nothing of the package computes the expected numbers: only the arithmetic below does.
"""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from steps.break_even.made import exact, forecast, inputs, reward_of

from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.domain.assumptions import decided_value
from referral_playbook.steps.break_even.economics import decide

DATA = Path(__file__).resolve().parents[3] / "data"


def by_hand(client):
    """Value of a year, extra conversions and break-even uplift, against doing nothing."""
    t = json.loads((DATA / client / "truth.json").read_text(encoding="utf-8"))["programme"]
    conversions = t["baseline_referrals_per_month"] * t["converted_per_referral"]  # a month, without the programme
    extra = conversions * (t["uplift"] - 1)
    worth = t["incremental_share"] * t["customer_value"]  # what one extra conversion brings
    month = extra * worth - conversions * t["uplift"] * t["reward_per_conversion"] - t["monthly_cost"]
    left = worth - t["reward_per_conversion"]
    to_cover = t["monthly_cost"] + conversions * t["reward_per_conversion"]  # cost, and rewards on the baseline
    return t, 12 * month, 12 * extra, 1 + to_cover / left / conversions


@pytest.mark.parametrize(("client", "gains"), [("brightdesk", True), ("lantern", False)])
def test_the_truth_of_the_sample_is_what_plain_arithmetic_gives(client, gains):
    t, value, extra, uplift = by_hand(client)
    assert t["value_against_nothing"] == pytest.approx(value, rel=1e-6)
    assert t["extra_conversions"] == pytest.approx(extra, rel=1e-6)
    assert t["break_even_uplift"] == pytest.approx(uplift, rel=1e-6)
    assert (value > 0) is gains
    assert (t["uplift"] > uplift) is gains
    # Money comes later than value, so in cash the year is worse.
    assert t["cash_against_nothing"] < value


def at_the_truth(client):
    """The gate with every input known as it truly is: only the luck of single customers is left."""
    t, *_ = by_hand(client)
    made = inputs(
        reward_of(advocate=t["reward_per_conversion"] / 2, friend=t["reward_per_conversion"] / 2),
        customer_value=t["customer_value"],
        incremental_share=t["incremental_share"],
        uplift=t["uplift"],
        baseline_referrals=t["baseline_referrals_per_month"],
        qualified_share=1.0,
        conversion_rate=t["converted_per_referral"],
        monthly_cost=t["monthly_cost"],
    )
    ahead = forecast(made, draws=20_000, margin_after=(1 / 24,) * 24)
    left = t["incremental_share"] * t["customer_value"] - t["reward_per_conversion"]
    contribution = decided_value("left", left, unit="GBP", per="extra conversion")
    return ahead, decide(ahead, ahead.estimates(), contribution, Parameters.of("break_even"))


def test_at_the_truth_of_brightdesk_the_programme_goes_on():
    ahead, gate = at_the_truth("brightdesk")
    assert ahead.value_at() == pytest.approx(by_hand("brightdesk")[1])
    assert gate.status.value == "go"


def test_at_the_truth_of_lantern_the_programme_stops():
    ahead, gate = at_the_truth("lantern")
    assert ahead.value_at() == pytest.approx(by_hand("lantern")[1])
    assert gate.status.value == "stop"


def test_at_the_break_even_uplift_of_the_truth_the_year_ends_at_zero():
    *_, uplift = by_hand("brightdesk")
    ahead, _ = at_the_truth("brightdesk")
    assert ahead.value_at(uplift=uplift) == pytest.approx(0, abs=1e-6)
    assert math.isclose(exact("uplift", uplift).point, uplift)
