"""What an extra customer costs: the reward of everybody, carried by those who would not have come otherwise."""

from __future__ import annotations

import pytest
from steps.break_even.made import fixed, inputs, reward_of

from referral_playbook.contract.evidence import undefined
from referral_playbook.steps.break_even.channels import average_cost, compare_channels, marginal_cost

FIXED = fixed(1_200.0)
MADE = inputs(reward_of(advocate=60), incremental_share=0.5)


def test_the_reward_of_those_who_would_have_come_is_charged_to_those_who_would_not():
    assert marginal_cost(MADE).value == pytest.approx(60 / 0.5)


def test_the_average_carries_the_fixed_cost_and_the_rewards_on_the_baseline():
    # 12 baseline and 6 extra conversions, 3 of them incremental: (1,200 + 18 x 60) / 3
    assert average_cost(MADE, FIXED, months=12).value == pytest.approx(760)


def test_other_channels_stand_beside_it_and_are_assumed():
    rows = compare_channels(MADE, FIXED, months=12, others=["ads: 350", "fairs: 90"])
    assert [r["channel"] for r in rows] == ["referral", "ads", "fairs"]
    assert rows[1]["basis"] == "assumed"
    assert rows[1]["average"].low < 350 < rows[1]["average"].high


@pytest.mark.parametrize("entry", ["ads", "ads: much", ": 30", "ads: -3"])
def test_an_entry_that_says_no_cost_is_refused(entry):
    with pytest.raises(ValueError, match="other_channels"):
        compare_channels(MADE, FIXED, months=12, others=[entry])


def test_a_programme_without_extra_customers_has_no_average():
    assert "no extra customers" in average_cost(inputs(reward_of(advocate=60), uplift=1.0), FIXED, months=12).reason
    assert not marginal_cost(inputs(incremental_share=0.0)).defined


def test_unknown_stays_unknown():
    lost = inputs(conversion_rate=undefined("no referrals", unit="share", per="qualified referral"))
    assert "no referrals" in average_cost(lost, FIXED, months=12).reason
