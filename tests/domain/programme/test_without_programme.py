"""The baseline comes from the best source that there is, and rates before the programme are per customer-month."""

from __future__ import annotations

import pandas as pd
import pytest

from referral_playbook.contract.estimate import Basis, Estimate
from referral_playbook.domain.headcount import customers_now
from referral_playbook.domain.programme.status import ProgrammeStatus, programme_status
from referral_playbook.domain.programme.uplift import published_uplift, stated_uplift
from referral_playbook.domain.programme.without_programme import baseline_referrals, before_programme, over_uplift
from referral_playbook.domain.value.customer_months import all_referrals


def rate(value, basis=Basis.MEASURED):
    return Estimate(
        value=value,
        low=0.8 * value,
        high=1.2 * value,
        confidence=0.95,
        n=None,
        unit="referrals",
        per="month",
        basis=basis,
        source="test",
    )


def test_where_no_programme_runs_today_is_the_baseline(sample):
    status = ProgrammeStatus(running=False)
    found = baseline_referrals(sample(), status=status, uplift=published_uplift(), now=rate(12.0))
    assert (found.value, found.basis) == (12.0, Basis.MEASURED)
    assert "no programme runs" in found.source


def test_with_a_measured_uplift_the_baseline_is_today_over_it(sample):
    measured = stated_uplift(1.5).as_(basis=Basis.MEASURED, confidence=0.95)
    found = baseline_referrals(sample(), status=programme_status(sample()), uplift=measured, now=rate(12.0))
    assert found.value == pytest.approx(8.0)
    assert found.basis is Basis.MEASURED
    assert found.low < 8.0 < found.high


def test_without_one_it_is_the_rate_before_at_todays_customers(sample):
    client = sample()
    found = baseline_referrals(client, status=programme_status(client), uplift=published_uplift(), now=rate(12.0))
    assert found == before_programme(client, programme_status(client))
    assert "description" in found.source


def test_with_no_time_before_it_is_today_over_the_published_uplift(sample):
    client = sample()
    status = programme_status(client, programme_start="2020-01")
    found = baseline_referrals(client, status=status, uplift=published_uplift(), now=rate(12.0))
    assert found.value == pytest.approx(over_uplift(rate(12.0), published_uplift()).value)
    assert found.basis is Basis.BENCHMARK


def test_a_stated_baseline_goes_before_all(sample):
    found = baseline_referrals(
        sample(), status=programme_status(sample()), uplift=published_uplift(), now=rate(12.0), stated=30.0
    )
    assert (found.value, found.basis) == (30.0, Basis.ASSUMED)


def test_the_rate_before_is_referrals_over_customer_months_times_customers(sample):
    client = sample()
    start = pd.Period("2025-07", "M")
    rows = all_referrals(client)
    early = [r for r in rows.to_dict("records") if rows["month"].min() < r["month"] < start][-24:]
    made, there = sum(r["referrals"] for r in early), sum(r["customers"] for r in early)
    found = before_programme(client, ProgrammeStatus(running=True, start=start))
    assert found.value == pytest.approx(made / there * customers_now(client))
    assert found.n == made


def test_two_months_before_the_programme_are_too_few(sample):
    client = sample()
    start = all_referrals(client)["month"].min() + 3
    found = before_programme(client, ProgrammeStatus(running=True, start=start))
    assert not found.defined
    assert "fewer than 3 months" in found.reason
    assert before_programme(client, ProgrammeStatus(running=True, start=start + 1)).defined


def test_a_programme_without_a_start_has_no_time_before_it(sample):
    assert "no dates" in before_programme(sample(), ProgrammeStatus(running=True)).reason
