"""The verdict of step 05: from the gate, never better than the record allows, and never without what to do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from referral_playbook.contract.evidence import Check, Status
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.steps.break_even.gate import Outlook, Thresholds, gate
from referral_playbook.steps.break_even.knowledge import NO_LIST, Pilots
from referral_playbook.steps.break_even.step import find
from referral_playbook.steps.break_even.verdict import actions, checks, headline, verdict, verdict_of_gate

SURE = Outlook(
    probability=0.95,
    contribution=200.0,
    extra_conversions=20.0,
    peak_need=1_000.0,
    payback=10.0,
    at_low_end={"uplift": 500.0},
)


@pytest.fixture(scope="module")
def finding(sample):
    return find(sample(), Parameters.of("break_even", draws=1_000))


def gated(finding, thresholds=None, **changed):
    seen = replace(SURE, **changed)
    return replace(finding, gate=gate(seen, thresholds or Thresholds(), currency="GBP", months=12), record_check=None)


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({}, Status.GO),
        ({"probability": 0.5}, Status.TEST_SMALL),
        ({"probability": 0.1}, Status.STOP),
        ({"at_low_end": {"uplift": -500.0}}, Status.TEST_SMALL),
    ],
)
def test_the_gate_decides(finding, changed, status):
    assert verdict(gated(finding, **changed)).status is status


def test_a_test_small_says_what_would_lift_it_and_the_others_do_not(finding):
    small = gated(finding, probability=0.5)
    assert len(verdict(small).reason) > len(verdict_of_gate(small).reason)
    assert verdict(gated(finding)) == verdict_of_gate(gated(finding))


def test_where_only_the_cash_fails_no_measurement_is_named(finding):
    short = gated(finding, Thresholds(purse=500.0))
    assert verdict(short).status is Status.TEST_SMALL
    assert "No measurement changes the cash" in verdict(short).reason
    (action,) = actions(short, verdict(short))
    assert action.what.startswith("No measurement changes the cash")


def test_without_a_list_of_customers_it_asks_for_one_where_the_uplift_decides(finding):
    knowledge = [{"input": "uplift", "evppi": 13_300.0}]
    alone = {"first_measurement": None, "pilots": Pilots(reason=NO_LIST), "knowledge": knowledge}
    leads_only = replace(gated(finding, probability=0.5), **alone)
    found = verdict(leads_only)
    assert (
        "Knowing the uplift is worth up to £13,300, but no test of it can be planned: there is no list" in found.reason
    )
    assert actions(leads_only, found)[0].what.startswith("Bring the list of customers, so that a test can be planned")


@pytest.mark.parametrize(("months", "best"), [(4.0, Status.TEST_SMALL), (13.0, Status.NOT_ENOUGH_DATA)])
def test_a_record_that_ended_caps_the_verdict(finding, months, best):
    old = Check(name="record_reaches_the_as_of_date", passed=False, text="The record ends long before.")
    behind = replace(gated(finding), record_check=old, months_behind=months)
    assert verdict_of_gate(behind).status is best


def test_futures_that_cannot_be_run_are_not_enough_data(finding):
    bare = replace(finding, gate=None, record_check=None)
    found = verdict(bare)
    assert found.status is Status.NOT_ENOUGH_DATA
    assert actions(bare, found)[0].what.startswith("Find out what customers pay and how many")


def test_a_conversion_that_leaves_nothing_stops_it_at_any_volume(finding):
    loss = finding.contribution.as_(value=-20.0, low=-40.0, high=-5.0)
    costly = replace(gated(finding), contribution=loss)
    assert verdict(costly).status is Status.STOP
    assert "cannot break even at any volume" in headline(costly)
    positive = {c.name: c for c in checks(costly)}["contribution_positive"]
    assert positive.passed is False


@pytest.mark.parametrize(("low", "passed"), [(5.0, True), (-5.0, False)])
def test_the_low_end_of_a_contribution_decides_its_check(finding, low, passed):
    left = finding.contribution.as_(value=100.0, low=low, high=200.0)
    found = {c.name: c for c in checks(replace(finding, contribution=left))}["contribution_positive"]
    assert found.passed is passed
    assert "£100" in found.text


def test_what_is_done_depends_on_whether_a_programme_runs(finding):
    go, stop = gated(finding), gated(finding, probability=0.1)
    for running, started, stopped in (
        (True, "Continue the programme", "Stop paying rewards"),
        (False, "Launch the programme", "Do not start"),
    ):
        status = replace(finding.status, running=running)
        now = replace(go, status=status)
        assert actions(now, verdict(now))[0].what.startswith(started)
        then = replace(stop, status=status)
        assert actions(then, verdict(then))[0].what.startswith(stopped)


def test_the_headline_has_the_numbers_of_the_finding(finding):
    text = headline(finding)
    assert f"by month {finding.forecast.timetable.deadline}" in text
    assert f"{round(finding.needed['break_even_conversions'].value):,} extra conversions" in text
