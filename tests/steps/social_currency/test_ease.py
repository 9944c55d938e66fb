"""The module `ease` of step social currency, on clients made by hand and on the samples."""

from __future__ import annotations

import pandas as pd

from referral_playbook.steps.social_currency import step as social_currency


class TestEase:
    def test_friction_adds_up_and_names_the_hardest(self, made):
        walk = pd.DataFrame({"step": ["open", "fill", "send"], "fields": [0, 4, 1], "seconds": [30.0, 20.0, 5.0]})
        client = made(friction=walk)
        rows = social_currency.audit(client)
        assert rows["friction"].tolist() == [30.0, 40.0, 10.0]
        assert rows.loc[1, "note"] == "the hardest step: change this first"
        found = social_currency.ease(client)
        assert [e.value for e in found.values()] == [3.0, 5.0, 55.0]
        assert social_currency.easy(client, seconds=55).passed is True
        assert social_currency.easy(client, seconds=54).passed is False

    def test_nobody_walked(self, sample):
        assert social_currency.audit(sample("cupboard")).empty
        assert social_currency.easy(sample("cupboard")).passed is None
