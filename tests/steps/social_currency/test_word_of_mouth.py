"""The module `word_of_mouth` of step social currency, on clients made by hand and on the samples."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral_playbook.contract.evidence import Basis
from referral_playbook.steps.social_currency import step as social_currency
from referral_playbook.steps.social_currency.verdict import describe_end, describe_naive_k, where_it_ends
from referral_playbook.steps.social_currency.word_of_mouth import so_far
from tests.steps.social_currency.made import (
    concluded,
    finding,
    word,
)


class TestK:
    @given(st.floats(0.0, 0.95), st.integers(1, 500))
    def test_seeds_end_at_n_over_one_minus_k(self, k, seeds):
        assert word(k).end(seeds).value == pytest.approx(seeds / (1 - k))

    def test_a_hundred_at_0_6_end_at_250_not_thousands(self):
        assert word(0.6).end(100).value == pytest.approx(250.0)
        assert "250" in describe_end(word(0.6))

    @pytest.mark.parametrize("dispersion", [None, 0.3])
    def test_the_band_holds_four_simulated_cascades_in_five(self, dispersion):
        random, totals = np.random.default_rng(2), []
        for _ in range(3000):
            alive, total = 20, 20
            while alive:
                mean = 0.5 * alive if dispersion is None else random.gamma(dispersion * alive, 0.5 / dispersion)
                alive = int(random.poisson(mean))
                total += alive
            totals.append(total)
        band = word(0.5, dispersion=dispersion).outcomes(20)
        inside = np.mean([(band.low <= t <= band.high) for t in totals])
        assert inside == pytest.approx(0.80, abs=0.04)

    def test_very_many_seeds_end_as_the_central_limit_says(self):
        band = word(0.5).outcomes(1_000_000)
        sd = (1_000_000 * 0.5 / 0.5**3) ** 0.5
        assert band.low == pytest.approx(2_000_000 - 1.2816 * sd, rel=1e-5)
        assert band.high == pytest.approx(2_000_000 + 1.2816 * sd, rel=1e-5)
        nobody = word(0.0).outcomes(1_000_000)
        assert (nobody.low, nobody.high) == (1_000_000, 1_000_000)

    @pytest.mark.parametrize(("seeds", "k"), [(400, 0.98), (30_000, 0.5)])
    def test_the_limit_is_near_what_counting_one_by_one_gives(self, seeds, k, monkeypatch):
        counted = word(k).outcomes(seeds)
        monkeypatch.setattr("referral_playbook.steps.social_currency.word_of_mouth.MOST", seeds + 5)
        limit = word(k).outcomes(seeds)
        assert (limit.low, limit.high) == pytest.approx((counted.low, counted.high), rel=0.01)

    def test_a_heavy_tail_spreads_more(self):
        even, heavy = word(0.5).outcomes(100), word(0.5, dispersion=0.1).outcomes(100)
        assert heavy.high - heavy.low > even.high - even.low

    def test_at_one_it_has_no_end_to_state(self):
        found = word(1.2)
        assert found.cascade.value is None
        assert found.end().value is None
        assert "cannot say" in describe_end(found)

    def test_a_range_that_reaches_one_is_open_above(self):
        found = word(0.8, low=0.6, high=1.1).cascade
        assert found.value == pytest.approx(5.0)
        assert found.high is None

    def test_the_naive_one_mixes_denominators_and_is_higher(self, sample):
        client = sample("brightdesk")
        text = describe_naive_k(finding(client))
        assert float(text.rstrip(".").split()[-1]) > 5 * social_currency.word_of_mouth(client).k.value

    def test_more_invites_more_friends(self, sample):
        rows = where_it_ends(social_currency.word_of_mouth(sample("brightdesk")))
        ks = [row["k"].value for row in rows]
        assert ks == sorted(ks)
        assert ks[2] == pytest.approx(2 * ks[1])

    def test_counts_stand_in_for_invites(self, simulated):
        def counted(tables):
            return {"customers": tables["customers"].assign(referrals_made=lambda c: np.arange(len(c)) % 4)}

        client = simulated(seed=5, customers=80, fraud=False, without=("referrals", "leads"), edit=counted)
        found = social_currency.word_of_mouth(client)
        assert found.invites.value == pytest.approx(client.fact("customer_profile")["referrals_made"].mean())
        assert found.conversion.value == pytest.approx(0.05)
        assert found.k.basis is Basis.ASSUMED

    def test_stated_factors_are_taken_and_said_to_be_stated(self, sample):
        found = social_currency.word_of_mouth(sample("cupboard"), invites=2.0, conversion=0.05)
        assert found.k.value == pytest.approx(0.1)
        assert found.k.basis is Basis.ASSUMED

    def test_it_is_k_so_far(self, sample):
        months = sample("brightdesk").fact("customer_profile")["tenure_months"].mean()
        assert f"{months:.0f} months on average" in so_far(sample("brightdesk")).text

    def test_a_goal_on_it_is_refused_with_the_reason(self, sample):
        client = sample("brightdesk")
        check = next(c for c in concluded(client, k_goal=1.1).checks if c.name == "no_goal_on_k")
        assert check.passed is False
        assert "K = 1.1 is refused" in check.text
        assert "side effect" in check.text
        assert next(c for c in concluded(client).checks if c.name == "no_goal_on_k").passed

    def test_the_cycle_is_the_median_with_exact_limits(self, sample):
        client = sample("harlow-partners")
        rows = client.fact("referrals").query("referrer_type == 'customer'")["days_to_converted"].dropna()
        found = social_currency.cycle_days(client)
        assert found.value == rows.median()
        assert {found.low, found.high} <= set(rows)
        assert not social_currency.cycle_days(sample("cupboard")).defined
