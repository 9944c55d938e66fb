"""How far a reward may go: without a baseline, and shared with the referrals that come anyway."""

from __future__ import annotations

import pytest
from steps.value_exchange.made import concluded, known_as

from referral_playbook.domain.assumptions import decided_value
from referral_playbook.domain.programme.offers import Offer
from referral_playbook.domain.programme.uplift import stated_uplift
from referral_playbook.methods.decisions.economics import Reward
from referral_playbook.steps.value_exchange.ceilings import ceiling_for, ceilings


class TestRewardCeiling:
    def test_with_a_baseline_it_is_shared_with_the_referrals_that_come_anyway(self, sample):
        result = concluded(sample(), uplift=2.0)
        without = result.estimate("reward_ceiling_without_baseline").value
        assert result.estimate("reward_ceiling").value == pytest.approx(without / 2)
        assert result.estimate("reward_ceiling_naive").value == result.estimate("customer_value").value
        rows = {r["way"]: r["ceiling"] for r in result.tables["ceilings"]}
        assert rows["naive"] > rows["without a baseline"] > rows["with the baseline"]

    def test_without_a_baseline_it_is_what_a_conversion_brings(self, sample):
        known = known_as(value=400.0, share=0.8) | {
            "uplift": stated_uplift(2.0),
            "baseline_referrals": decided_value("baseline", 0.0, unit="referrals", per="month"),
        }
        found = ceilings(known)
        assert found.that_counts == found.without_baseline
        assert found.without_baseline.value == pytest.approx(310)
        assert found.with_baseline.value == pytest.approx(320 / 2 - 10)

    @pytest.mark.parametrize(("trigger", "hold"), [("conversion", 1.0), ("hold", 0.8), ("lead", 1.0)])
    def test_at_its_ceiling_a_reward_eats_up_what_the_programme_adds(self, trigger, hold):
        """Per month ``b q c [(u - 1) s V - u (R + fulfilment)]``, as step 05 counts it, is nothing then."""
        known = known_as(value=400.0, share=0.8, conversion=0.1, qualified=0.5, fulfilment=10.0) | {
            "uplift": stated_uplift(2.5),
            "baseline_referrals": decided_value("baseline", 7.0, unit="referrals", per="month"),
        }
        offer = Offer(
            name="x", kind="cash", rewards=(Reward(cost=50.0, side="advocate", trigger=trigger, hold_survival=hold),)
        )
        most = ceiling_for(known, offer).value
        per_conversion = {"conversion": most, "hold": most * hold, "lead": most / (0.1 * 0.5)}[trigger]
        assert 1.5 * 0.8 * 400 - 2.5 * (per_conversion + 10) == pytest.approx(0)

    def test_a_programme_that_may_do_nothing_may_pay_no_reward(self, sample):
        check = next(c for c in concluded(sample(), uplift=1.2).checks if c.name == "under_ceiling_with_baseline")
        assert check.passed is not True
