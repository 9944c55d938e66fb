"""The sentences of step 05, from a finding whose numbers are set by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from referral_playbook.contract.evidence import assumed, undefined
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.steps.break_even import sentences
from referral_playbook.steps.break_even.knowledge import Measurement
from referral_playbook.steps.break_even.step import find


@pytest.fixture(scope="module")
def finding(sample):
    return find(sample(), Parameters.of("break_even", draws=1_000))


def month(value, low, high):
    return assumed(value, low, value if high is None else high, unit="months", per="x", source="test").as_(high=high)


def money(value, high):
    return assumed(value, value, high, unit="GBP", per="programme", source="test")


def with_outcomes(finding, **outcomes):
    return replace(finding, outcomes={**finding.outcomes, **outcomes})


def test_both_clocks_stand_in_one_sentence(finding):
    told = with_outcomes(
        finding,
        months_to_break_even=month(7.0, 5.0, 9.0),
        cash_payback_month=month(23.0, 18.0, 30.0),
        peak_cash_need=money(3_296.0, 5_000.0),
    )
    text = sentences.describe_both_clocks(told)
    assert "by the value of customers won by month 7" in text
    assert "paid back in month 23 (one future in ten by month 18, nine in ten by month 30)" in text
    assert "£3,296" in text or "£3,300" in text
    assert "one in ten above £5,000" in text


def test_a_cost_that_never_comes_back_is_said_with_the_months_that_were_followed(finding):
    never = undefined("never", unit="months", per="x")
    told = with_outcomes(
        finding, months_to_break_even=never, cash_payback_month=never, peak_cash_need=money(100.0, 100.0)
    )
    text = sentences.describe_both_clocks(told)
    followed = finding.forecast.timetable.months
    assert f"does not cover all cost within {followed} months" in text
    assert f"not paid back within {followed} months" in text


def test_an_unknown_need_gives_its_reason(finding):
    told = with_outcomes(finding, peak_cash_need=undefined("there are no prices", unit="GBP", per="x"))
    assert sentences.describe_both_clocks(told) == "When the cost is covered is not known: there are no prices."


@pytest.mark.parametrize(
    ("loses", "left", "never"), [(-0.1, 50.0, True), (0.8, 0.0, True), (0.8, -3.0, True), (0.8, 3.0, False)]
)
def test_no_volume_is_enough_where_the_margin_or_a_conversion_leaves_nothing(finding, loses, left, never):
    margin = assumed(loses, loses, loses, unit="share", per="x", source="test").as_(value=loses, low=loses, high=loses)
    inputs = replace(finding.inputs, beside={**finding.inputs.beside, "gross_margin": margin})
    told = replace(finding, inputs=inputs, contribution=finding.contribution.as_(value=left, low=left, high=left))
    assert sentences.never(told) is never


def test_the_reason_for_no_volume_names_what_would_have_to_change(finding):
    left = finding.contribution.as_(value=-20.0, low=-30.0, high=-10.0)
    text = sentences.describe_no_volume(replace(finding, contribution=left))
    assert "one extra conversion leaves -£20" in text


MEASURED = Measurement(input="uplift", size=200, months=6, cost=500.0, worth=900.0, held_out=100)


def test_a_measurement_is_named_with_its_size_duration_cost_and_worth():
    text = sentences.describe_measurement(MEASURED, "GBP")
    for words in ("ask 200 customers and hold out 100", "takes 6 months", "costs about £500", "worth about £900"):
        assert words in text
    assert sentences.describe_start(MEASURED, "GBP").startswith("Start the test that decides: ask 200 customers")


def test_a_measurement_that_costs_more_than_it_is_worth_says_so():
    dear = replace(MEASURED, worth=100.0, months=1)
    text = sentences.describe_measurement(dear, "GBP")
    assert "takes 1 month " in text
    assert "more than it is worth on average (£100)" in text
    assert "No measurement would change the decision" in sentences.describe_measurement(None, "GBP")


def test_measurements_are_shown_by_what_they_are_worth_after_their_cost(finding):
    rows = sentences.measurements_shown(finding)
    nets = [row["net"] for row in rows]
    assert nets == sorted(nets, reverse=True)
    assert len(rows) == len(finding.measurements)


def test_channels_that_cost_more_are_named(finding):
    average = assumed(100.0, 80.0, 120.0, unit="GBP", per="extra customer", source="test")
    own = {"channel": "referral", "marginal": average.as_(value=60.0, low=50.0, high=70.0), "average": average}
    others = [
        {"channel": name, "marginal": average, "average": average.as_(value=x, low=x, high=x)}
        for name, x in (("search", 250.0), ("fairs", 90.0))
    ]
    text = sentences.describe_channels(replace(finding, channels=[own, *others]))
    assert "about £60" in text
    assert text.endswith("More expensive on average: search.")
    assert "No other channel was named" in sentences.describe_channels(replace(finding, channels=[own]))


def test_where_no_value_changes_the_sign_the_table_says_so(finding):
    row = {"input": "uplift", "now": 1.5, "low": 0.8, "high": 3.0, "value": None, "unit": "times"}
    (shown,) = sentences.flips_shown(replace(finding, flips=[row]))
    assert shown["result changes its sign at"] == "no value in this range"
    (shown,) = sentences.flips_shown(replace(finding, flips=[row | {"value": 1.2}]))
    assert shown["result changes its sign at"].startswith("1.2")


def test_the_record_is_called_a_description(finding):
    text = sentences.describe_record(finding)
    if finding.status.running and len(finding.record) == 2:
        assert "not an effect" in text
    stopped = replace(finding, status=replace(finding.status, running=False))
    assert sentences.describe_record(stopped) == "No programme runs yet, so there is no record."
