"""Step 01 against the simulator's truth, real exports, and verdicts that turn with the answers."""

from __future__ import annotations

import pytest

from referral_playbook.contract.evidence import Status
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.domain.lists.segments import very_disappointed
from referral_playbook.domain.value import retention
from referral_playbook.steps.pmf_check import step as pmf_check
from referral_playbook.steps.pmf_check import surveys
from referral_playbook.steps.pmf_check.surveys import scores
from tests.steps.shared import holds

REQUIRED = {"very_disappointed_share", "nps", "csat", "retention_rate", "organic_referral_share"}


def concluded(client):
    return pmf_check.build_result(pmf_check.find(client))


def test_the_truth_lies_in_the_ranges(sample, truth):
    told, client = truth()["surveys"], sample()
    assert holds(very_disappointed(client), told["very_disappointed_share"]["all"])
    found = scores(client)
    assert holds(found["nps"], told["nps"]["all"])
    for segment, share in told["very_disappointed_share"]["by_segment"].items():
        assert holds(very_disappointed(client, segment=segment), share)


def test_retention_holds_the_truth(sample, truth):
    survival = truth()["retention"]["all"]["survival"]
    for months in (6, 12, 24):
        stay = retention.retention(sample(), months=months)["retention_at_horizon"]
        assert holds(stay, survival[str(months)])


def test_the_sample_passes_and_its_segments_are_sorted_as_they_were_made(sample):
    result = concluded(sample())
    assert result.verdict.status is Status.GO
    assert result.estimates.keys() >= REQUIRED
    assert {row["segment"]: row["sorted_into"] for row in result.tables["segments"]} == {
        "agencies": "ask here",
        "clinics": "ask here",
        "shops": "fix first",
    }


def test_58_percent_of_30_does_not_clear_40(sample):
    result = concluded(sample("cupboard"))
    share = result.estimate("very_disappointed_share")
    assert (share.n, round(share.value * share.n)) == (30, 17)
    assert result.verdict.status is Status.NOT_ENOUGH_DATA
    assert "further answers" in result.verdict.reason


def test_telco_has_retention_but_no_survey_and_says_so(real_client):
    result = concluded(real_client("telco"))
    assert result.verdict.status is Status.NOT_ENOUGH_DATA
    assert not result.estimate("very_disappointed_share").defined
    stay = result.estimate("retention_rate")
    assert stay.value == pytest.approx(0.9918, abs=0.0005)  # 1,869 left in 227,990 customer-months
    assert stay.n == 7043
    assert stay.basis == "measured"


def test_olist_has_neither_and_every_null_has_its_reason(real_client):
    result = concluded(real_client("olist"))
    said = {check.name: check.text for check in result.checks}
    for name, estimate in result.estimates.items():
        assert not estimate.defined
        assert said[f"{name}_defined"]


@pytest.mark.parametrize("table", ["surveys", "customers", "touchpoints", "payments"])
def test_without_a_table_it_goes_on(simulated, table):
    result = concluded(simulated(customers=250, without=(table,)))
    assert result.estimates.keys() >= REQUIRED
    assert result.estimate("nps").defined is (table != "surveys")
    assert result.estimate("retention_rate").defined is (table != "customers")


def test_where_no_leaving_is_recorded_retention_is_not_certainty(sample):
    result = concluded(sample("cupboard"))
    for name in ("retention_rate", "retention_at_horizon"):
        assert not result.estimate(name).defined
        assert "recorded" in result.estimate(name).reason


def test_the_confidence_level_reaches_every_range(sample):
    """One computation: the level that was set stands in each number and moves the curve's check."""
    wide, usual = (pmf_check.find(sample(), Parameters.of("pmf_check", confidence=c)) for c in (0.99, 0.95))
    for name, estimate in wide.estimates.items():
        assert estimate.confidence == 0.99
        assert estimate.high - estimate.low > usual.estimates[name].high - usual.estimates[name].low
    assert wide.plateau.text != usual.plateau.text


def test_a_segment_that_fails_is_named_in_the_headline(sample):
    result = concluded(sample())
    share = (
        sample().fact("survey_counts").query("question == 'pmf' and segment == 'shops' and answer != 'no longer use'")
    )
    yes = share.loc[share["answer"] == "very disappointed", "answers"].sum()
    assert f"not in shops ({yes / share['answers'].sum():.0%}" in result.headline


def test_the_notebook_parameters_are_the_declared_ones(sample):
    found = pmf_check.find(sample(), Parameters.of("pmf_check", threshold=0.6, surveyed=2000))
    assert found.verdict.status is Status.STOP
    assert "481 of 2,000" in surveys.describe_non_response(found.ellis, surveyed=found.surveyed)
