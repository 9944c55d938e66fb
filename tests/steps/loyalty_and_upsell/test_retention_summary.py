"""How much is kept: stated numbers go first, the best measure leads, and churn that is unknown is not zero."""

from __future__ import annotations

import pytest

from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.domain.value.value_terms import USUAL
from referral_playbook.steps.loyalty_and_upsell import retention_summary


def known_of(client, **stated):
    return retention_summary.known(client, Parameters.of("loyalty_and_upsell", **stated), USUAL)


def test_stated_numbers_go_before_measured_ones(sample):
    known = known_of(sample(), gross_margin=0.4, customer_value=700.0)
    assert (known["gross_margin"].value, known["customer_value"].value) == (0.4, 700.0)
    assert known["customer_value"].basis == "assumed"


def test_customers_kept_by_plain_pandas(sample):
    profile = sample().fact("customer_profile")
    start = profile["joined_on"].max().replace(year=2025, month=9, day=30)
    there = profile[(profile["joined_on"] <= start) & ~(profile["left_on"] <= start)]
    known = known_of(sample())
    assert known["customers_kept"].value == pytest.approx((~there["left"].astype(bool)).mean())
    assert known["customers_kept"].n == len(there)


def test_where_nobody_is_recorded_as_leaving_no_rate_is_given(sample):
    known = known_of(sample("cupboard"))
    for name in ("retention_rate", "churn_rate", "kept_at_horizon", "customers_kept"):
        assert not known[name].defined
    assert known["bought_again"].defined
