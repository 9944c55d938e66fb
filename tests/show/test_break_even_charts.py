"""The charts of the break-even step: what is added up, left out and named, and a frame that says why it is empty."""

from __future__ import annotations

from datetime import date

import pytest

from referral_playbook.contract.evidence import Status, StepResult, Verdict
from referral_playbook.show.break_even_charts import (
    CHARTS,
    INPUTS_DRAWN,
    chart,
    conversion_bars,
    drivers,
    future_values,
    futures,
)
from referral_playbook.show.picture import SVG


def result(**tables):
    return StepResult(
        step="break_even",
        client="Acme",
        as_of=date(2026, 9, 30),
        headline="Test small.",
        verdict=Verdict(status=Status.TEST_SMALL, reason="why"),
        tables=tables,
    )


def swing(name, low, high, **more):
    return {"input": name, "low_result": low, "high_result": high, **more}


PARTS = [
    {"part": "customer value", "amount": 800.0},
    {"part": "reward to advocate", "amount": -50.0},
    {"part": "reward to friend", "amount": -30.0},
    {"part": "fulfilment", "amount": -0.0},
    {"part": "reward on referrals that come anyway", "amount": -125.0},
    {"part": "contribution", "amount": 595.0},
]
DATE = [{"name": "deadline", "value": 12}]


def test_both_rewards_of_a_conversion_are_one_bar_and_a_part_of_nothing_is_none():
    bars = conversion_bars(result(waterfall=PARTS))
    assert bars == {"value of a customer": 800.0, "its own rewards": -80.0, "rewards on the others": -125.0}
    assert "left over £595" in chart("conversion", result(waterfall=PARTS), "GBP").alt


@pytest.mark.parametrize("rows", [[], [*PARTS[:4], {**PARTS[4], "amount": None}, {**PARTS[5], "amount": None}]])
def test_where_it_is_not_known_what_is_left_over_no_bar_is_drawn(rows):
    assert conversion_bars(result(waterfall=rows)) == {}
    assert "is not known" in chart("conversion", result(waterfall=rows), "GBP").alt


def test_the_strongest_inputs_are_drawn_with_their_ends_and_the_date():
    rows = [swing(f"input_{i}", -i, i) for i in range(12)] + [swing("uplift", None, None)]
    ax = drivers(result(tornado=rows, plan=DATE), "GBP")
    assert [text.get_text() for text in ax.get_yticklabels()] == [
        f"Input {i}" for i in range(11, 11 - INPUTS_DRAWN, -1)
    ]
    assert ax.get_xlabel() == "value result by month 12"
    ends = swing("baseline_referrals", -400, 900, low_input=7.01, high_input=12.94, unit="referrals")
    assert "low (7.0 referrals) -£400, high (13 referrals) £900" in drivers(result(tornado=[ends]), "GBP").alt_text
    assert "not known" in drivers(result(tornado=[swing("uplift", None, None)]), "GBP").alt_text


def test_futures_that_are_not_known_are_left_out():
    rows = [{"value_result": x} for x in (-5.0, None, 10.0)]
    assert future_values(result(futures=rows)) == [-5.0, 10.0]
    ax = futures(result(futures=rows), "GBP")
    assert "Of 2 equally likely futures, 1 cover" in ax.alt_text
    assert ax.get_xlabel() == "value result by the date, against doing nothing"


@pytest.mark.parametrize("name", CHARTS)
def test_each_is_found_by_its_name_and_without_any_number_says_why_it_is_empty(name):
    data, about = chart(name, result(), "GBP")._repr_mimebundle_()
    assert about[SVG]["name"] == name
    assert "not known" in data["text/plain"]
