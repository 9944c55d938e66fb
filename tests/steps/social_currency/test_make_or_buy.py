"""The module `make_or_buy` of step social currency, on clients made by hand and on the samples."""

from __future__ import annotations

from dataclasses import replace

import pytest

from referral_playbook.contract.evidence import Basis
from referral_playbook.steps.social_currency.make_or_buy import MakeOrBuy
from tests.steps.social_currency.made import (
    make_or_buy,
    stated,
)


class TestMakeOrBuy:
    def choice(self, hours=10.0, *, bought=False, price=100.0):
        money = {"unit": "GBP"}
        return MakeOrBuy(
            hours=stated(hours),
            saved=stated(0.5),
            rate=stated(40.0),
            software=stated(price, **money),
            referrals=stated(8.0),
            bought=bought,
        )

    def test_by_hand(self):
        assert self.choice().net.value == pytest.approx(10 * 0.5 * 40 - 100)
        assert self.choice().volume.value == pytest.approx(8 * 100 / 200)
        assert self.choice(bought=True).net.value == pytest.approx(10 / 0.5 * 0.5 * 40 - 100)

    def test_the_decision_follows_the_hours(self):
        assert self.choice(hours=10).words.endswith("buy it.")
        assert self.choice(hours=1).words.endswith("run it by hand.")
        unsure = replace(self.choice(), hours=stated(5.0, 1.0, 12.0))
        assert "too close to call" in unsure.words
        assert self.choice(hours=10, bought=True).words.endswith("keep it.")

    def test_hours_and_price_from_the_cost_sheet(self, sample):
        client = sample("brightdesk")
        found = make_or_buy(client)
        sheet = client.fact("costs").query("item != 'set-up'")
        assert found.hours.value == pytest.approx(sheet.groupby("month")["hours"].sum().mean())
        assert (found.software.value, found.bought) == (49.0, True)
        assert make_or_buy(client, software_per_month=80.0).software.value == 80.0

    def test_without_a_cost_sheet_it_is_assumed(self, sample):
        client = sample("cupboard")
        found = make_or_buy(client)
        assert found.net.basis is found.volume.basis is Basis.ASSUMED
        nobody = replace(client, absent={**client.absent, "acquisition": "not exported"})
        assert not make_or_buy(nobody).volume.defined
