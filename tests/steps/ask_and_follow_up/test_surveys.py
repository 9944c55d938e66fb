"""What an incentive for a survey answer gains, what an extra answer costs, and whether paid answers differ."""

from __future__ import annotations

import pytest

from referral_playbook.contract.evidence import assumed
from referral_playbook.steps.ask_and_follow_up import surveys as survey_incentives


def test_incentive_is_measured_where_both_invitations_are_known(sample):
    answers = survey_incentives.answers_by_incentive(sample()).set_index("question").loc["pmf"]
    found = survey_incentives.measured_gain(sample(), question="pmf", invited_with=500, invited_without=1000)
    assert found.value == pytest.approx(answers["with_incentive"] / 500 - answers["without"] / 1000)
    assert found.basis.value == "measured"
    assert "not stated" in survey_incentives.measured_gain(sample(), question="pmf").reason
    with pytest.raises(ValueError, match="counts"):
        survey_incentives.measured_gain(sample(), question="pmf", invited_with=10, invited_without=1000)


def test_web_gain_is_göritz_at_the_stated_rates():
    found = survey_incentives.web_gain(start=0.30, finish=0.80)
    start, finish = 1.19 * 3 / 7, 1.27 * 4
    assert found.value == pytest.approx(start / (1 + start) * finish / (1 + finish) - 0.24)
    assert found.low < found.value < found.high


def test_cost_of_an_extra_answer_counts_all_who_are_paid():
    gain = assumed(0.10, 0.05, 0.20, unit="share", per="person asked", source="x")
    answered = assumed(0.40, 0.40, 0.40, unit="share", per="person asked", source="x")
    cost = assumed(10, 10, 10, unit="EUR", per="incentive", source="x")
    promised = survey_incentives.cost_per_extra(gain, answered, cost)
    assert (promised.value, promised.low, promised.high) == pytest.approx((40, 20, 80))
    assert survey_incentives.cost_per_extra(gain, answered, cost, prepaid=True).value == pytest.approx(100)
    assert survey_incentives.cost_per_extra(gain.as_(low=-0.01), answered, cost).open_above
    nothing = survey_incentives.cost_per_extra(gain.as_(value=0.0, low=-0.1), answered, cost)
    assert "no extra answers" in nothing.reason


def test_the_paid_answer_like_the_others_in_the_sample(sample):
    found = survey_incentives.answers_differ(sample())
    assert found.low <= 0 <= found.high  # the simulator pays at random
    assert "no difference" in "".join(x for x in survey_incentives.describe_differ(found) if isinstance(x, str))
