"""Step 05 as a whole: every name of the contract, whatever the client lacks, and verdicts that are right."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
from scipy import stats

from referral_playbook.contract.evidence import Status, StepResult
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.domain.programme import costs
from referral_playbook.steps.break_even import sentences
from referral_playbook.steps.break_even.step import build_result, find
from tests.steps import shared

REQUIRED = {
    "fixed_cost",
    "unit_contribution",
    "baseline_referrals",
    "uplift",
    "break_even_uplift",
    "break_even_conversions",
    "break_even_referrals",
    "referrals_per_advocate",
    "value_result",
    "cash_result",
    "probability_by_date",
    "cash_payback_month",
    "peak_cash_need",
    "months_to_break_even",
    "worst_decile_result",
    "evpi",
    "evsi_of_pilot",
    "extra_conversions",
    "incremental_share",
    "conversion_rate",
    "customer_value",
}
TABLES = {
    "three_answers": {"answer", "conversions", "referrals", "uplift"},
    "gate": {"test", "value", "threshold", "passed"},
    "months": {"month", "value_p10", "value_p50", "value_p90", "cash_p10", "cash_p50", "cash_p90"},
    "futures": {"future", "value_result", "cash_result"},
    "tornado": {"input", "low_input", "high_input", "low_result", "high_result", "basis", "unit"},
    "waterfall": {"part", "amount"},
    "knowledge": {"input", "evppi"},
    "pilots": {"asked", "held_out", "months", "cost", "evsi", "net"},
    "calculator_errors": {"error", "conversions", "ours"},
    "flips": {"input", "value", "low", "high"},
}
FEW = {"draws": 2_000}


def concluded(client, **given) -> StepResult:
    return shared.concluded("break_even", client, **FEW, **given)


@pytest.fixture(scope="module")
def finding(sample):
    return find(sample(), Parameters.of("break_even", **FEW))


def test_the_sample_gives_every_number_and_table_of_the_contract(finding):
    result = build_result(finding)
    assert result.estimates.keys() >= REQUIRED
    for name, columns in TABLES.items():
        assert result.tables[name], name
        assert set(result.tables[name][0]) >= columns, name
    assert {"period", "customer_months", "referrals", "conversions"} <= set(result.tables["record"][0])
    again = StepResult.from_dict(json.loads(json.dumps(result.to_dict())))
    assert again.verdict == result.verdict


def test_a_running_programme_is_recognised_and_its_set_up_is_spent(finding):
    assert finding.status.running
    assert finding.inputs.known["set_up_cost"].value == 0
    assert "continue, change or stop" in sentences.describe_record(finding)
    assert "not an effect" in sentences.describe_record(finding)


def test_with_the_uplift_at_one_no_client_gets_go(sample, simulated):
    for client in (sample(), sample("harlow-partners"), simulated(customers=250)):
        for value in (0.7, 1.0):
            assert concluded(client, uplift=value).verdict.status is not Status.GO


def test_go_needs_evidence_and_a_stated_uplift_has_none(sample):
    result = concluded(sample(), uplift=4.0, customer_value=20_000.0, incremental_share=0.9)
    assert result.estimate("probability_by_date").value > 0.8
    assert result.verdict.status is Status.TEST_SMALL
    (evidence,) = [row for row in result.tables["gate"] if row["test"] == "evidence"]
    assert evidence["passed"] is False


def test_what_is_stated_is_used(sample):
    result = concluded(sample(), uplift=2.0, baseline_referrals=40.0, claim_share=0.5)
    assert result.estimate("uplift").value == 2.0
    assert result.estimate("baseline_referrals").value == 40.0
    assert result.estimate("uplift").low < 1


def test_every_sentence_about_pay_back_names_its_clock(finding):
    result = build_result(finding)
    said = [
        result.verdict.reason,
        result.headline,
        sentences.describe_both_clocks(finding),
        sentences.describe_probability(finding),
        *(c.text for c in result.checks),
        *(a.what for a in result.actions),
    ]
    for sentence in re.split(r"(?<=[.?!])\s", " ".join(said)):
        if "paid back" in sentence or "pay-back" in sentence:
            assert "cash" in sentence.lower(), sentence
        if "cover" in sentence:
            assert "value of" in sentence or "against doing nothing" in sentence, sentence
    both = sentences.describe_both_clocks(finding)
    assert "value of customers won" in both
    assert "cash" in both


@pytest.mark.parametrize("name", ["harlow-partners", "cupboard"])
def test_the_other_samples_go_through(sample, name):
    result = concluded(sample(name))
    assert result.estimates.keys() >= REQUIRED
    said = {check.name for check in result.checks}
    assert all(f"{n}_defined" in said for n, e in result.estimates.items() if not e.defined)


@pytest.mark.parametrize("table", ["customers", "payments", "referrals", "costs", "rewards"])
def test_without_a_table_it_goes_on(simulated, table):
    result = concluded(simulated(customers=250, without=(table,)))
    assert result.estimates.keys() >= REQUIRED


def test_a_customer_who_costs_more_than_they_bring_is_stop(sample):
    result = concluded(sample().with_facts(), customer_value=0.0)
    assert result.verdict.status is Status.STOP
    assert "any volume" in result.verdict.reason


def test_the_cost_sheet_is_read_with_the_range_of_the_hourly_rate(sample):
    client = sample()
    cheap, dear = (costs.costs(client, hourly_rate=r)["monthly_cost"] for r in (20, 60))
    assert cheap.value < dear.value
    sheet = costs.cost_sheet(client)
    months = sheet[~sheet["once"]].groupby("month")[["hours", "amount"]].sum().mean()
    assert cheap.value == pytest.approx(20 * months["hours"] + months["amount"])


def test_telco_breaks_even_on_counts_without_dates(real_client):
    result = concluded(real_client("telco"))
    assert result.estimate("break_even_conversions").defined
    assert result.estimate("probability_by_date").defined
    assert result.verdict.status is not Status.GO


def test_the_declared_parameters_reach_the_step(sample):
    found = find(sample(), Parameters.of("break_even", break_even_months=6, payback_months=9, claim_share=0.4))
    assert found.forecast.timetable.deadline == 6
    assert found.forecast.payback_months == 9
    assert found.inputs.beside["claim_share"].value == 0.4


@pytest.mark.parametrize("name", ["break_even_months", "payback_months", "draws"])
def test_a_number_of_nothing_is_refused_by_its_name(name):
    with pytest.raises(ValueError, match=f"{name} = 0"):
        Parameters.of("break_even", **{name: 0})


class TestSampleTruth:
    def test_where_the_reward_leaks_the_answer_is_stop(self, sample, truth):
        result = concluded(sample("lantern"))
        assert truth("lantern")["programme"]["value_against_nothing"] < 0
        assert result.verdict.status is Status.STOP

    def test_where_it_truly_gains_the_answer_is_no_stop_and_names_what_to_measure(self, sample, truth):
        result = concluded(sample())
        assert truth()["programme"]["value_against_nothing"] > 0
        assert result.verdict.status is Status.TEST_SMALL
        named = ("Measure the share who would not have come anyway", "hold out")
        assert any(words in result.verdict.reason for words in named)

    def test_the_hold_out_measures_the_true_uplift_and_baseline(self, sample, truth):
        result, true = concluded(sample()), truth()["programme"]
        for name, value in (("uplift", true["uplift"]), ("baseline_referrals", true["baseline_referrals_per_month"])):
            found = result.estimate(name)
            assert found.low <= value <= found.high, name
            assert found.basis.value == "measured"

    def test_the_true_value_lies_among_the_futures(self, sample, truth):
        found = concluded(sample(), hourly_rate=40.0, claim_share=1.0).estimate("value_result")
        assert found.low <= truth()["programme"]["value_against_nothing"] <= found.high


def test_a_stated_correlation_of_the_share_with_the_uplift_reaches_the_futures(sample):
    found = find(sample(), Parameters.of("break_even", draws=2_000, share_uplift_correlation=-0.6)).forecast
    uplift, share = found.futures.drawn["uplift"], found.futures.drawn["incremental_share"]
    assert np.corrcoef(stats.rankdata(uplift), stats.rankdata(share))[0, 1] == pytest.approx(-0.6, abs=0.06)
