"""The module `sharing` of step social currency, on clients made by hand and on the samples."""

from __future__ import annotations

import pandas as pd
import pytest

from referral_playbook.steps.social_currency import step as social_currency
from referral_playbook.steps.social_currency.sharing import Funnel
from tests.steps.social_currency.made import (
    SENT,
    referral_rows,
    stated,
)


class TestFunnel:
    def test_counts_and_denominators_by_hand(self, made, ids):
        referred = referral_rows([(ids[0], *SENT[0]), (ids[0], *SENT[1]), (ids[1], *SENT[2]), (ids[2], *SENT[3])])
        asked = pd.DataFrame([{"customer_id": i, "on": pd.Timestamp("2026-01-02"), "kind": "ask"} for i in ids[1:5]])
        found = social_currency.share_funnel(made(referrals=referred, touchpoints=asked))
        customers = found.stages["customers"]
        assert found.stages == {
            "customers": customers,
            "aware": 5,
            "sharing": 2,
            "invites": 3,
            "qualified": 2,
            "converted": 1,
        }, "the one that was never sent is no invite, and who was never asked but shared is aware"
        per = {name: e.per for name, e in found.rates.items()}
        assert per == {
            "aware": "customer",
            "sharing": "aware customer",
            "invites": "sharing customer",
            "qualified": "invite",
            "converted": "qualified referral",
        }
        assert found.rates["sharing"].value == pytest.approx(2 / 5)
        assert found.rates["invites"].value == pytest.approx(3 / 2)
        assert "enrolled" in found.unknown

    def test_what_had_no_time_yet_does_not_count_as_failed(self, made, ids):
        old = [(ids[0], *SENT[0])] * 4
        new = [(ids[1], "2026-09-28", "2026-09-29", None, None)] * 20
        found = social_currency.word_of_mouth(made(referrals=referral_rows(old + new))).conversion
        assert (found.value, found.n) == (1.0, 4)

    def test_enrolled_is_stated_and_must_fit(self, sample):
        client = sample("brightdesk")
        found = social_currency.share_funnel(client, enrolled=300)
        assert list(found.stages)[1:4] == ["aware", "enrolled", "sharing"]
        assert found.rates["sharing"].per == "enrolled customer"
        wrong = social_currency.share_funnel(client, enrolled=3)
        assert "3 are stated to have joined" in wrong.unknown["enrolled"]
        assert "enrolled" not in wrong.stages

    def test_the_steepest_drop_is_the_smallest_share_and_never_the_count_of_invites(self):
        rates = {
            "sharing": stated(0.4, unit="share"),
            "invites": stated(0.1, unit="invites"),
            "converted": stated(0.2, unit="share"),
        }
        found = Funnel(stages={}, rates=rates, unknown={})
        assert found.steepest == "converted"
        assert found.words.startswith("The steepest drop is into 'converted': 20%")

    def test_without_an_invite_date_the_referral_is_the_invite(self, sample):
        client = sample("harlow-partners")
        rows = client.fact("referrals")
        assert rows["invited_on"].isna().all()
        mine = rows[(rows["referrer_type"] == "customer")]
        assert social_currency.share_funnel(client).stages["invites"] == len(mine)
