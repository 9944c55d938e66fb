"""The goal of an advocate: near for most, one more is not, and a stretch is refused with its reason."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from steps.goal_setting.made import concluded, referral_rows

from referral_playbook.contract.evidence import Status
from referral_playbook.steps.goal_setting import step as goal_setting
from referral_playbook.steps.goal_setting.advocate_goals import Engaged, advocate_goal


class TestGoalOfAnAdvocate:
    @given(st.lists(st.integers(0, 12), min_size=5, max_size=80))
    def test_the_goal_is_near_and_one_more_is_not(self, counts):
        found = Engaged(counts=np.array(counts), months=3)
        goal = found.near(0.70)
        assert found.reached(goal + 1).value < 0.70
        if goal:
            assert found.reached(goal).value >= 0.70

    def test_known_truth(self):
        true = stats.nbinom(4, 4 / (4 + 8.0))
        counts = true.rvs(4000, random_state=np.random.default_rng(1))
        found = advocate_goal(Engaged(counts=counts, months=3))
        largest = max(x for x in range(1, 30) if true.sf(x - 1) >= 0.70)
        assert found.referrals.value == largest
        assert found.referrals.low <= largest <= found.referrals.high
        assert found.probability.low <= true.sf(largest - 1) <= found.probability.high

    def test_a_stretch_is_refused_with_its_reason(self):
        found = Engaged(counts=np.array([0] * 8 + [1, 2]), months=3)
        goal = advocate_goal(found, wanted=1)
        assert goal.accepted is False
        assert goal.referrals.value is None
        assert "fewer than half" in goal.referrals.reason

    def test_between_half_and_near_it_stands_but_is_not_called_near(self):
        found = Engaged(counts=np.array([0] * 40 + [1] * 45 + [2] * 15), months=3)
        goal = advocate_goal(found, wanted=1)
        assert goal.accepted is True
        assert "within reach" in goal.words
        assert advocate_goal(found).accepted is None

    def test_a_goal_below_one_is_an_error(self):
        with pytest.raises(ValueError, match="1 referral or more"):
            advocate_goal(Engaged(counts=np.array([1, 2]), months=3), wanted=0)

    def test_who_referred_in_the_period_alone_is_not_engaged(self, made, stayers):
        """Else one referral would be certain: they are picked by what is to be foretold."""
        engaged, late = stayers[:4], stayers[4:]
        rows = referral_rows(["2025-08-10"] * 4 + ["2026-08-10"] * 4, engaged + late)
        found = goal_setting.engaged(made(rows), periods=1)
        assert found.counts.tolist() == [0, 0, 0, 0]
        rows = referral_rows(["2025-06-10"] * 4 + ["2026-08-10"] * 4, engaged + late)
        assert goal_setting.engaged(made(rows), periods=1).counts.size == 0, "a year ago and more is long ago"

    def test_the_verdict_follows_the_data(self, made, stayers):
        before = [f"2025-{m:02d}-05" for m in (2, 5, 8, 11) for _ in stayers]
        after = [f"2026-{m:02d}-0{k}" for m in (1, 3, 5, 8) for k in (3, 4, 5) for _ in stayers]
        busy = made(referral_rows(before + after, stayers * 16))
        assert concluded(busy).verdict.status is Status.GO
        assert concluded(busy).estimates["advocate_goal"].value >= 1
        assert concluded(busy, wanted=20).verdict.status is Status.STOP
        idle = made(referral_rows(before, stayers * 4))
        assert concluded(idle).verdict.status is Status.TEST_SMALL
        assert concluded(busy, rate=8.0).verdict.status is Status.TEST_SMALL

    def test_who_left_does_not_count(self, simulated, made):
        client = simulated(seed=5, customers=80, fraud=False)
        profile = client.fact("customer_profile")
        gone = profile.loc[profile["left_on"] < "2026-06-01", "customer_id"].tolist()[:5]
        rows = referral_rows(["2026-01-10"] * 5, gone)
        found = goal_setting.engaged(made(rows), periods=1)
        assert found.counts.size == 0
        assert "nobody referred" in found.reason
