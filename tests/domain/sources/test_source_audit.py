"""The audit of sources: what came by referral, within which bounds, and on which basis."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from referral_playbook.contract.evidence import Basis
from referral_playbook.domain.sources.source_audit import (
    audit,
    by_group,
    describe_negative_deals,
    describe_pareto,
    describe_unsorted,
    introducers,
    pareto,
    referral_share,
    unknown_share,
)
from tests.domain.sources.test_sources import made


class TestReferralShare:
    def test_all_words_assigned_is_measured(self):
        found = made(referral=(20, 6), search=(50, 12), unknown=(10, 2))
        share = referral_share(audit(found), found)
        assert share.basis is Basis.MEASURED
        assert (share.low, share.value, share.high) == pytest.approx((6 / 20, 6 / 18, 8 / 20))

    def test_an_unassigned_word_may_mean_referral_so_the_share_is_not_measured(self):
        found = made(Empfehlung=(20, 6), search=(50, 12), unknown=(10, 2))
        share = referral_share(audit(found), found)
        assert share.basis is Basis.ASSUMED
        assert (share.low, share.value, share.high) == pytest.approx((0, 0, 8 / 20))
        assert "6 won under words" in share.source
        assert "Empfehlung (20)" in describe_unsorted(found)

    def test_referrals_marked_and_nothing_else_is_a_floor_not_100_percent(self):
        found = made("customers", **{"referral": (4, 4), "(empty)": (36, 36)})
        share = referral_share(audit(found), found)
        assert not share.defined
        assert "at least 10%" in share.reason

    def test_a_table_of_referrals_alone_does_not_make_all_business_come_by_referral(self):
        found = made("referrals", customer=(30, 9), employee=(5, 1))
        share = referral_share(audit(found), found)
        assert not share.defined
        assert "only referrals are recorded" in share.reason

    def test_nothing_won(self):
        found = made(search=(5, 0), referral=(3, 0))
        assert not referral_share(audit(found), found).defined
        assert describe_pareto(audit(found)) == "No known source has brought anything yet."
        assert unknown_share(found).value == 0


class TestNegativeDeals:
    @pytest.fixture
    def refunded(self):
        rows = pd.DataFrame(
            {
                "month": "2026-01",
                "source": ["referral", "search"],
                "leads": [5, 5],
                "won": [3, 2],
                "value": [900.0, -200.0],
            }
        )
        deals = pd.DataFrame({"source": ["referral", "search"], "value": [300.0, -100.0], "deals": [3, 2]})
        whole = made(referral=(5, 3), search=(5, 2))
        return type(whole)(table="leads", per="lead", rows=rows, deals=deals, group=whole.group)

    def test_shares_of_value_are_never_above_one_or_below_zero(self, refunded):
        few = pareto(audit(refunded))
        assert few["share"].tolist() == [1.0, 0.0]
        assert by_group(audit(refunded))["share_of_value"].isna().all()

    def test_they_are_named_with_count_and_sum(self, refunded):
        assert describe_negative_deals(refunded, "GBP").startswith("2 won deals have a negative value, -£200 in all")
        assert describe_negative_deals(made(referral=(2, 1)), "GBP") == ""


def test_an_unknown_referrer_is_nobody():
    ids = ["A"] * 6 + list("BCDE") + [None] * 40 + [""] * 40 + ["unknown"] * 40
    rows = pd.DataFrame({"referrer_id": ids})
    share = introducers(SimpleNamespace(fact=lambda name: rows))
    assert share.value == pytest.approx(6 / 10)
    assert share.n == 5
    assert introducers(SimpleNamespace(fact=lambda name: rows), confidence=0.8).confidence == 0.8
