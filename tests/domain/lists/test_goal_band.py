"""The band of a month holds what simulated months do, with chance and what is not known both in it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from referral_playbook.contract.evidence import Basis, Estimate, assumed
from referral_playbook.domain.lists.goal_band import Outlook, average, certain_uplift, programme_rate

RATE = Estimate(
    value=20.0,
    low=20.0,
    high=20.0,
    confidence=None,
    n=12,
    unit="referrals",
    per="month",
    basis=Basis.MEASURED,
    source="referrals.csv",
)
UPLIFT = assumed(1.4, 1.0, 2.0, unit="times", per="referral without the programme", source="client.toml")


def test_with_rate_and_uplift_known_the_band_is_that_of_poisson():
    outlook = Outlook(rate=RATE, factor=certain_uplift(1.5))
    band = outlook.band()
    assert (band.value, band.low, band.high) == (30.0, *stats.poisson(30).ppf([0.1, 0.9]))
    assert outlook.below(30) == pytest.approx(stats.poisson(30).cdf(30))


def test_dispersion_widens_the_band_as_the_negative_binomial_does():
    band = Outlook(rate=RATE, factor=certain_uplift(1.0), dispersion=0.5).band()
    mean, size = 20.0, 1 / 0.5
    assert (band.low, band.high) == tuple(stats.nbinom(size, size / (size + mean)).ppf([0.1, 0.9]))


@pytest.mark.parametrize("months", [1, 6])
def test_eight_of_ten_simulated_totals_lie_in_the_band(months):
    rng = np.random.default_rng(1)
    spread = np.log(UPLIFT.high / UPLIFT.low) / 2 / stats.norm.ppf(0.9)
    middle = np.sqrt(UPLIFT.low * UPLIFT.high)
    uplift = middle * np.exp(spread * rng.standard_normal(200_000))
    totals = rng.poisson(months * 20.0 * uplift)
    outlook = Outlook(rate=RATE, factor=UPLIFT)
    band = outlook.band(months=months)
    inside = np.mean((totals >= band.low) & (totals <= band.high))
    assert 0.78 <= inside <= 0.86
    assert outlook.quantile(0.5, months=months) == pytest.approx(np.median(totals), rel=0.03)


def test_a_rate_that_is_not_known_gives_a_reason_and_no_band():
    unknown = RATE.as_(value=None, low=None, high=None, reason="no referral has a date")
    band = Outlook(rate=unknown, factor=UPLIFT).band()
    assert not band.defined
    assert "no referral has a date" in band.reason


def test_the_rate_under_the_programme_is_the_product_and_as_weak_as_its_inputs():
    rate = programme_rate(RATE, UPLIFT)
    assert rate.value == pytest.approx(28.0)
    assert rate.basis is Basis.ASSUMED
    assert rate.low < 28.0 < rate.high


def test_where_the_referrals_of_a_programme_were_counted_the_uplift_does_not_widen_the_band():
    """The baseline is what is left of today's rate: low where the uplift is high, so that a month is as today."""
    outlook = Outlook(rate=RATE.as_(value=20 / 1.4, low=10.0, high=20.0), factor=UPLIFT, counted=RATE)
    band = outlook.band()
    assert (band.value, band.low, band.high) == (20.0, *stats.poisson(20).ppf([0.1, 0.9]))
    assert (average(outlook), band.basis) == (RATE, Basis.MEASURED)
    apart = Outlook(rate=outlook.rate, factor=UPLIFT).band()
    assert apart.high - apart.low > band.high - band.low
