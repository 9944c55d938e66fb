"""The module `advocates` of step social currency, on clients made by hand and on the samples."""

from __future__ import annotations

import pytest

from referral_playbook.benchmarks.registry import benchmark
from referral_playbook.contract.evidence import Basis
from referral_playbook.steps.social_currency import step as social_currency
from tests.steps.social_currency.made import (
    referral_rows,
)


class TestWhoAdvocates:
    def test_the_top_tenth_by_hand(self, made, ids):
        one = ("2026-01-05", "2026-01-06", None, None)
        rows = [(ids[0], *one)] * 11 + [(i, *one) for i in ids[1:10]]
        found = social_currency.top_decile_share(made(referrals=referral_rows(rows)))
        assert found.value == pytest.approx(11 / 20)

    def test_a_benchmark_where_nobody_counts(self, sample):
        found = social_currency.top_decile_share(sample("cupboard"))
        assert found == benchmark("top_decile_share")
        assert found.basis is Basis.BENCHMARK

    def test_whom_to_recruit(self, sample):
        client = sample("brightdesk")
        rows = social_currency.recruits(client)
        profile = client.fact("customer_profile").set_index("customer_id").loc[rows["customer_id"]]
        assert len(rows) > 0
        assert (profile["tenure_months"] >= 6).all()
        assert not profile["left"].any()
        assert not profile["open_complaint"].any()
        assert not (profile["nps"] <= 6).any()
        assert (profile["referrals_made"] == 0).all()
        assert rows["nps"].iloc[0] >= 9

    def test_groups_hold_every_active_customer_once(self, sample):
        client = sample("brightdesk")
        active = (~client.fact("customer_profile")["left"].astype(bool)).sum()
        assert set(social_currency.groups(client).groupby("by")["customers"].sum()) == {active}
