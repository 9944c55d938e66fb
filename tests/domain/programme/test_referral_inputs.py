"""Inputs of the economics: stated before measured before assumed, each with its basis."""

from __future__ import annotations

import pytest
from learning_clients import programme

from referral_playbook.domain.programme.referral_inputs import assumed_share, incremental_share, inputs
from referral_playbook.domain.value.customer_value import Horizon


def test_the_share_counts_as_measured_once_it_is_narrower_than_the_assumption():
    client = programme(5, customers=12_000)
    assert incremental_share(client).basis == "assumed"
    client.stated.update({"control_since": "2025-10", "control_share": 0.10})
    measured = incremental_share(client)
    assert measured.basis == "measured"
    assert measured.low <= 0.6 <= measured.high
    assert incremental_share(client, 0.8).basis == "assumed"
    small = programme(6, customers=1_500)
    small.stated.update({"control_since": "2025-10", "control_share": 0.10})
    assert incremental_share(small).basis == "assumed"


def test_the_default_share_and_a_stated_one_keep_the_same_relative_range():
    default, stated, high = assumed_share(), assumed_share(0.4), assumed_share(0.9)
    assert (default.low, default.value, default.high) == (0.25, 0.5, 0.75)
    assert (stated.low, stated.value, stated.high) == (pytest.approx(0.2), 0.4, pytest.approx(0.6))
    assert (high.low, high.value, high.high) == (pytest.approx(0.45), 0.9, 1.0)  # no share is above 1
    with pytest.raises(ValueError, match=r"incremental_share = 1.2: give a share from 0 to 1"):
        assumed_share(1.2)


@pytest.fixture(scope="module")
def found(sample):
    return inputs(sample())


def test_what_the_tables_hold_is_measured_and_what_nobody_can_see_is_assumed(found, sample):
    bases = {name: estimate.basis.value for name, estimate in found.items()}
    assert bases == {
        "gross_margin": "measured",
        "customer_value": "measured",
        "referred_value_difference": bases["referred_value_difference"],
        "incremental_share": "assumed",
        "conversion_rate": "measured",
        "qualified_share": "measured",
        "fulfilment": "assumed",
    }
    paid = sample().fact("customer_months")
    assert found["gross_margin"].value == pytest.approx(paid["margin"].sum() / paid["amount"].sum(), rel=0.01)
    rows = sample().fact("referrals")
    qualified = rows["qualified_on"].notna()
    assert found["qualified_share"].value == pytest.approx(qualified.mean(), abs=0.15)


def test_stated_numbers_go_before_measured_ones(sample, found):
    stated = inputs(sample(), gross_margin=0.5, customer_value=321.0, share=0.3, conversion_rate=0.2, fulfilment=4.0)
    points = {name: stated[name].value for name in ("gross_margin", "customer_value", "incremental_share")}
    assert points == {"gross_margin": 0.5, "customer_value": 321.0, "incremental_share": 0.3}
    assert stated["conversion_rate"].value == 0.2
    assert (stated["fulfilment"].low, stated["fulfilment"].value, stated["fulfilment"].high) == (4.0, 4.0, 4.0)
    assert {e.basis.value for n, e in stated.items() if n in points} == {"assumed"}
    assert stated["qualified_share"] == found["qualified_share"]  # nobody stated this one


def test_half_the_margin_is_half_the_value_and_a_longer_horizon_is_worth_more(sample):
    client = sample()
    whole, half = (inputs(client, gross_margin=m)["customer_value"] for m in (0.6, 0.3))
    assert half.value == pytest.approx(whole.value / 2)
    values = [inputs(client, horizon=Horizon(months=m))["customer_value"].value for m in (12, 36)]
    assert values[0] < values[1] < 3 * values[0]
