"""The module `verdict` of step social currency, on clients made by hand and on the samples."""

from __future__ import annotations

import pandas as pd

from referral_playbook.contract.evidence import Basis, Check, Status
from referral_playbook.methods.proportions import proportion
from referral_playbook.steps.social_currency import step as social_currency
from referral_playbook.steps.social_currency.sharing import Funnel
from referral_playbook.steps.social_currency.verdict import verdict
from referral_playbook.steps.social_currency.word_of_mouth import WordOfMouth
from tests.steps.social_currency.made import (
    SENT,
    concluded,
    referral_rows,
    stated,
)


class TestVerdict:
    def judged(self, *, easy=True, sharing=(200, 400), customers=1000, conversion=Basis.MEASURED):
        share, aware = sharing
        rate = proportion(share, aware, per="aware customer", source="test")
        shown = Funnel(
            stages={"customers": customers, "aware": aware, "sharing": share}, rates={"sharing": rate}, unknown={}
        )
        found = WordOfMouth(invites=stated(1.0), conversion=stated(0.1, basis=conversion))
        return verdict(Check(name="sharing_is_easy", passed=easy, text="it takes a while"), shown, found).status

    def test_it_follows_the_data(self):
        assert self.judged() is Status.GO
        assert self.judged(easy=False) is Status.TEST_SMALL
        assert self.judged(easy=None) is Status.TEST_SMALL
        assert self.judged(customers=20_000) is Status.TEST_SMALL
        assert self.judged(sharing=(1, 400)) is Status.STOP
        assert self.judged(conversion=Basis.ASSUMED) is Status.TEST_SMALL

    def test_nothing_known(self, sample):
        assert concluded(sample("cupboard")).verdict.status is Status.NOT_ENOUGH_DATA

    def test_a_slow_walk_made_quick_lets_the_sample_go(self, simulated, sample):
        assert concluded(sample("brightdesk")).verdict.status is Status.TEST_SMALL
        quick = pd.DataFrame({"step": ["share"], "fields": [1], "seconds": [20.0]})
        found = concluded(simulated(edit=lambda _: {"friction": quick}))
        assert found.verdict.status is Status.GO

    def test_all_were_asked_and_nobody_shares(self, simulated, made):
        """What a partner sends is no customer's referral."""
        everyone = simulated(seed=5, customers=80, fraud=False).fact("customer_profile")["customer_id"]
        asked = pd.DataFrame({"customer_id": everyone, "on": pd.Timestamp("2026-01-02"), "kind": "ask"})
        partner = referral_rows([("P1", *SENT[0])]).assign(referrer_type="intermediary")
        client = made(touchpoints=asked, referrals=partner)
        assert social_currency.share_funnel(client).stages["sharing"] == 0
        assert concluded(client).verdict.status is Status.STOP
