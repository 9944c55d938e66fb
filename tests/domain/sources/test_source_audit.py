"""The audit of sources: what came by referral, within which bounds, and on which basis."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from referral_playbook.contract.evidence import Basis
from referral_playbook.domain.sources.source_audit import (
    audit,
    by_group,
    contract_rows,
    describe_negative_deals,
    describe_pareto,
    describe_unknown,
    describe_unsorted,
    introducers,
    mean_of_next,
    pareto,
    projection,
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


@pytest.mark.parametrize(
    ("unknown", "empty", "words"),
    [
        (10, 5, "10 are written down as unknown and 5 were left empty, of 65."),
        (1, 1, "1 is written down as unknown and 1 was left empty, of 52."),
        (0, 2, "0 are written down as unknown and 2 were left empty, of 52."),
    ],
)
def test_the_unknown_are_told_apart_from_the_empty(unknown, empty, words):
    found = made(search=(50, 1), **{"unknown": (unknown, 0), "(empty)": (empty, 0)})
    assert describe_unknown(found, unknown_share(found)) == words


def test_without_a_table_of_sources_the_unknown_share_is_not_known():
    found = made("")
    assert "no table has a source" in describe_unknown(found, unknown_share(found))


class TestAudit:
    @pytest.fixture
    def found(self):
        return made(search=(50, 12), referral=(20, 6), fair=(4, 0), **{"unknown": (10, 2), "(empty)": (3, 1)})

    def test_the_most_valuable_comes_first_and_the_unknown_last(self, found):
        rows = audit(found)
        assert rows["source"].tolist() == ["search", "referral", "fair", "unknown", "(empty)"]
        assert rows["share_of_won"].tolist() == pytest.approx([12 / 21, 6 / 21, 0, 2 / 21, 1 / 21])

    def test_the_conversion_is_a_share_of_leads_with_wilsons_range(self, found):
        (search, *_) = contract_rows(audit(found))
        interval = binomtest(12, 50).proportion_ci(method="wilson")
        limits = (search["low"], search["conversion"], search["high"])
        assert limits == pytest.approx((interval.low, 0.24, interval.high))

    def test_where_lost_leads_are_not_recorded_there_is_no_conversion(self):
        rows = contract_rows(audit(made("customers", search=(50, 12))))
        assert rows[0]["conversion"] is None
        assert rows[0]["won"] == 12

    def test_the_few_that_make_four_fifths_are_named(self, found):
        """Of 18 won from known sources search has 12 and referral 6: 67% is not enough, both are."""
        ranked = pareto(audit(found))
        assert ranked["running"].tolist() == pytest.approx([12 / 18, 1.0, 1.0])
        assert ranked["among_the_few"].tolist() == [True, True, False]
        assert describe_pareto(audit(found)) == "2 of 3 known sources (67%) make 100% of value won: search, referral."
        one = made(search=(100, 90), referral=(20, 6))
        assert describe_pareto(audit(one)) == "1 of 2 known sources (50%) makes 94% of value won: search."
        even = made(search=(100, 10), referral=(20, 10))
        assert describe_pareto(audit(even)) == "No few sources stand out: it takes both to make most of value won."
        assert describe_pareto(audit(made(search=(100, 10)))) == "The only known source is search."


class TestProjection:
    def client(self, months=12, won=4):
        """`won` deals a month from search, worth 100 and 300 in turn."""
        when = [str(m) for m in pd.period_range("2025-07", periods=months + 1, freq="M")]
        rows = pd.DataFrame({"month": when, "source": "search", "leads": 10, "won": won, "value": 200.0 * won})
        deals = pd.DataFrame({"source": "search", "value": [100.0, 300.0], "deals": won * (months + 1) // 2})
        whole = made(search=(1, 1))
        found = type(whole)(table="leads", per="lead", rows=rows, deals=deals, group=whole.group)
        return SimpleNamespace(as_of=date(2026, 7, 31), currency="GBP"), found

    def test_a_steady_source_goes_on_as_it_did(self):
        client, found = self.client()
        (row,) = projection(client, found, months_to_win=0).to_dict("records")
        assert (row["months_seen"], row["won_in_them"]) == (12, 48)  # the record's first month may be half of one
        assert row["won_next_12_months"].value == pytest.approx(48)
        assert row["value_next_12_months"].value == pytest.approx(48 * 200)
        assert row["value_next_12_months"].low < 48 * 200 < row["value_next_12_months"].high

    def test_the_youngest_months_are_left_out_where_deals_take_time(self):
        client, found = self.client()
        (row,) = projection(client, found, months_to_win=3).to_dict("records")
        assert (row["months_seen"], row["won_in_them"]) == (9, 36)

    def test_the_mean_of_the_next_deals_is_drawn_as_widely_as_said(self):
        """48 deals to come after 52 seen: means of simulated worlds of this kind, against the range of each."""
        client, found = self.client()
        won = projection(client, found, months_to_win=0)["won_next_12_months"].iloc[0]
        band = mean_of_next(found, "search", won, band=0.80, unit="GBP")
        rng = np.random.default_rng(2)
        past, ahead = (rng.choice([100.0, 300.0], (4_000, n)).mean(axis=1) for n in (52, 48))
        factor = band.high / band.value
        held = (ahead >= past / factor) & (ahead <= past * factor)
        assert held.mean() == pytest.approx(0.80, abs=0.04)

    def test_one_deal_with_a_value_is_too_few_for_a_range(self):
        client, found = self.client()
        single = found.deals.assign(deals=[1, 0])
        found = type(found)(table="leads", per="lead", rows=found.rows, deals=single, group=found.group)
        worth = projection(client, found, months_to_win=0)["value_next_12_months"].iloc[0]
        assert "too few for a range" in worth.reason
