"""The asks that a goal takes, and whether as many are made."""

from __future__ import annotations

import pytest

from referral_playbook.contract.parameters import Parameters
from referral_playbook.steps.goal_setting.step import find


class TestBand:
    def test_the_asks_must_carry_the_goal(self, sample):
        client = sample("brightdesk")
        stated = {"baseline_referrals": 10.0, "uplift": 2.0}
        found = find(client, Parameters.of("goal_setting", **stated)).asks
        assert found.extra.value == pytest.approx(10.0)
        assert found.needed.value == pytest.approx(10.0 / found.per_ask.value)
        assert found.check().passed is (found.made.value >= found.needed.value)
        assert "asks a month" in found.words
