"""Step 01 against the simulator's truth, real exports, and verdicts that turn with the answers."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from referral_playbook.contract.evidence import Status
from referral_playbook.domain import retention, segments
from referral_playbook.domain.segments import very_disappointed
from referral_playbook.methods.proportions import proportion
from referral_playbook.steps.pmf_check import step as pmf_check

REQUIRED = {"very_disappointed_share", "nps", "csat", "retention_rate", "organic_referral_share"}


def holds(estimate, truth):
    return estimate.low <= truth <= estimate.high


def surveyed(counts):
    """A client of whom nothing is known but survey answers: (question, answer, segment) to how many."""
    rows = [
        {"question": q, "answer": a, "segment": s, "incentive": "", "answers": n} for (q, a, s), n in counts.items()
    ]
    facts = {"survey_counts": pd.DataFrame(rows)}
    return SimpleNamespace(fact=facts.get, client="Small", as_of=pd.Timestamp("2026-09-30").date(), currency="GBP")


def ellis(yes, no, gone=0):
    counts = {("pmf", "very disappointed", "a"): yes, ("pmf", "somewhat disappointed", "a"): no}
    return surveyed(counts | ({("pmf", "no longer use", "a"): gone} if gone else {}))


def test_the_truth_lies_in_the_ranges(sample, truth):
    told, client = truth()["surveys"], sample()
    assert holds(very_disappointed(client), told["very_disappointed_share"]["all"])
    found = pmf_check.scores(client)
    assert holds(found["nps"], told["nps"]["all"])
    for segment, share in told["very_disappointed_share"]["by_segment"].items():
        assert holds(very_disappointed(client, segment=segment), share)


def test_retention_holds_the_truth(sample, truth):
    survival = truth()["retention"]["all"]["survival"]
    for months in (6, 12, 24):
        stay = retention.retention(sample(), months=months)["retention_at_horizon"]
        assert holds(stay, survival[str(months)])


def test_the_sample_passes_and_its_segments_are_sorted_as_they_were_made(sample):
    result = pmf_check.conclude(sample())
    assert result.verdict.status is Status.GO
    assert result.estimates.keys() >= REQUIRED
    assert {row["segment"]: row["sorted_into"] for row in result.tables["segments"]} == {
        "agencies": "ask here", "clinics": "ask here", "shops": "fix first",
    }  # fmt: skip


def test_58_percent_of_30_does_not_clear_40(sample):
    result = pmf_check.conclude(sample("cupboard"))
    share = result.estimate("very_disappointed_share")
    assert (share.n, round(share.value * share.n)) == (30, 17)
    assert result.verdict.status is Status.NOT_ENOUGH_DATA
    assert "further answers" in result.verdict.reason


@pytest.mark.parametrize(
    ("yes", "no", "status"),
    [(60, 40, Status.GO), (45, 55, Status.NOT_ENOUGH_DATA), (20, 80, Status.STOP), (0, 5, Status.NOT_ENOUGH_DATA)],
)
def test_the_verdict_turns_with_the_answers(yes, no, status):
    assert pmf_check.verdict(very_disappointed(ellis(yes, no)), threshold=0.40).status is status


def test_those_who_left_are_not_users():
    assert very_disappointed(ellis(30, 30, gone=40)).n == 60


def test_the_number_of_further_answers_settles_it():
    share = very_disappointed(ellis(17, 13))
    words = pmf_check.further_answers(share, threshold=0.40)
    more = int(words.split()[1])
    assert proportion(17 / 30 * (30 + more), 30 + more).low >= 0.40
    assert proportion(17 / 30 * (29 + more), 29 + more).low < 0.40


def test_nobody_asked_is_not_enough_data_and_says_how_many_to_ask():
    nobody = surveyed({("nps", "9", "a"): 3})
    share = very_disappointed(nobody)
    assert not share.defined
    assert pmf_check.verdict(share, threshold=0.4).status is Status.NOT_ENOUGH_DATA
    assert "Ask at least" in pmf_check.further_answers(share, threshold=0.4)


def test_many_alike_segments_are_not_told_apart_by_chance():
    """Ten segments at the threshold: without a correction one in two such clients would show one."""
    counts = {}
    for i in range(10):
        counts[("pmf", "very disappointed", f"s{i}")] = 40 + (12 if i == 0 else 0)
        counts[("pmf", "not disappointed", f"s{i}")] = 60 - (12 if i == 0 else 0)
    found = segments.segments(SimpleNamespace(fact=surveyed(counts).fact), threshold=0.40)
    assert set(found["sorted_into"]) == {"not enough data"}


def test_silent_customers_widen_the_bounds():
    share = very_disappointed(ellis(60, 40))
    assert "between 30% and 80%" in pmf_check.non_response(share, surveyed=200)
    assert "not known" in pmf_check.non_response(share, surveyed=None)


def test_telco_has_retention_but_no_survey_and_says_so(real_client):
    result = pmf_check.conclude(real_client("telco"))
    assert result.verdict.status is Status.NOT_ENOUGH_DATA
    assert not result.estimate("very_disappointed_share").defined
    stay = result.estimate("retention_rate")
    assert stay.value == pytest.approx(0.9918, abs=0.0005)  # 1,869 left in 227,990 customer-months
    assert stay.n == 7043
    assert stay.basis == "measured"


def test_olist_has_neither_and_every_null_has_its_reason(real_client):
    result = pmf_check.conclude(real_client("olist"))
    said = {check.name: check.text for check in result.checks}
    for name, estimate in result.estimates.items():
        assert not estimate.defined
        assert said[f"{name}_defined"]


@pytest.mark.parametrize("table", ["surveys", "customers", "touchpoints", "payments"])
def test_without_a_table_it_goes_on(simulated, table):
    result = pmf_check.conclude(simulated(customers=250, without=(table,)))
    assert result.estimates.keys() >= REQUIRED
    assert result.estimate("nps").defined is (table != "surveys")
    assert result.estimate("retention_rate").defined is (table != "customers")


def test_ces_counts_little_effort():
    client = surveyed({("ces", "1", "a"): 6, ("ces", "2", "a"): 2, ("ces", "7", "a"): 2})
    assert pmf_check.low_effort(client).value == pytest.approx(0.8)


def test_where_no_leaving_is_recorded_retention_is_not_certainty(sample):
    result = pmf_check.conclude(sample("cupboard"))
    for name in ("retention_rate", "retention_at_horizon"):
        assert not result.estimate(name).defined
        assert "recorded" in result.estimate(name).reason
