"""The futures as estimates: ranges, probabilities, and what cannot be known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from steps.break_even.made import forecast, inputs, reward_of, uncertain_uplift

from referral_playbook.contract.evidence import ONLY_CONVERTED, Basis, assumed, undefined
from referral_playbook.domain.programme.distributions_of import input_distribution
from referral_playbook.domain.programme.without_programme import over_uplift
from referral_playbook.methods.uncertainty.futures import futures
from referral_playbook.methods.uncertainty.propagation import propagate


@pytest.fixture(scope="module")
def made():
    share = assumed(0.6, 0.4, 0.8, unit="share", per="conversion", source="test")
    return inputs(reward_of(advocate=40), uplift=uncertain_uplift(1.8), incremental_share=share)


@pytest.fixture(scope="module")
def ran(made):
    return forecast(made)


def test_every_name_has_a_value_within_its_range(ran):
    for name, e in ran.estimates().items():
        assert e.value is None or e.low <= e.value <= (e.high if e.high is not None else float("inf")), name


def test_the_range_of_the_probability_is_what_uplift_and_share_do_to_it(ran):
    p = ran.estimates()["probability_by_date"]
    assert p.low < 0.05 < p.value < 0.95 < p.high  # the low uplift is below 1, where nothing is gained
    assert "one at a time, at its low or high end" in p.source


def test_with_the_uplift_fixed_at_one_nothing_is_gained():
    p = forecast(inputs(reward_of(advocate=40), uplift=1.0)).estimates()
    assert p["probability_by_date"].value < 0.01
    assert p["value_result"].value < 0
    assert p["cash_payback_month"].value is None
    assert p["extra_conversions"].value == 0


def test_the_fifty_futures_and_the_probability_say_the_same(ran):
    rows = ran.sample()
    assert [r["future"] for r in rows] == list(range(1, 51))
    ahead = sum(r["value_result"] >= 0 for r in rows) / 50
    assert ahead == pytest.approx(ran.estimates()["probability_by_date"].value, abs=0.021)


def test_the_months_lead_to_both_results(ran):
    months = ran.by_month()
    assert len(months) == 36
    at = months[11]
    e = ran.estimates()
    assert at["value_p50"] == pytest.approx(e["value_result"].value, abs=30)
    assert at["cash_p10"] == pytest.approx(e["cash_result"].low, abs=30)
    assert at["value_p10"] <= at["value_p50"] <= at["value_p90"]


def test_the_same_inputs_give_the_same_futures(made, ran):
    assert forecast(made).estimates() == ran.estimates()


def test_an_input_that_nobody_knows_makes_every_outcome_unknown():
    lost = undefined("nobody counts referrals", unit="referrals", per="month")
    blind = forecast(inputs(baseline_referrals=lost))
    assert blind.unknown == "nobody counts referrals"
    assert {e.value for e in blind.estimates().values()} == {None}
    assert blind.sample() == blind.by_month() == []


def test_margin_that_comes_in_later_is_paid_back_later():
    sure = inputs(reward_of(advocate=40), uplift=2.5)
    at_once = forecast(sure).estimates()
    later = forecast(sure, margin_after=(1 / 24,) * 24).estimates()
    assert later["value_result"].value == pytest.approx(at_once["value_result"].value, rel=0.02)
    assert later["cash_payback_month"].value > at_once["cash_payback_month"].value
    assert later["peak_cash_need"].value > at_once["peak_cash_need"].value


def test_the_worst_tenth_is_the_mean_of_the_worst_tenth(ran):
    worst = ran.estimates()["worst_decile_result"]
    values = sorted(ran.futures.value_result)[:400]
    assert worst.value == pytest.approx(sum(values) / 400)


def test_a_baseline_divided_by_two_shares_leaves_the_conversions_as_well_known_as_they_were_counted():
    """1 to 2 referred customers a month; both shares are assumed, and drop out again of baseline x q x c."""
    labels = {"per": "month", "source": ONLY_CONVERTED}
    shares = {
        "conversion_rate": assumed(0.10, 0.05, 0.15, unit="share", per="qualified referral", source="test"),
        "qualified_share": assumed(0.5, 0.3, 0.7, unit="share", per="referral", source="test"),
    }
    came = assumed(1.5, 1.0, 2.0, unit="customers", **labels)
    rate = propagate(
        lambda n, q, c: n / q / c,
        unit="referrals",
        product=True,
        n=came,
        q=shares["qualified_share"],
        c=shares["conversion_rate"],
        **labels,
    )
    seen = forecast(inputs(reward_of(advocate=40), baseline_referrals=rate, **shares))
    drawn = next(iter(futures(seen.distributions, draws=20_000, correlations=seen.correlations)))
    made = drawn["baseline"] * drawn["conversion_rate"] * drawn["qualified_share"]
    low, middle, high = np.quantile(made, [0.1, 0.5, 0.9])
    assert middle == pytest.approx(1.5, abs=0.2)
    assert 0.9 < low < high < 2.6
    alone = next(iter(futures(seen.distributions, draws=20_000)))
    apart = alone["baseline"] * alone["conversion_rate"] * alone["qualified_share"]
    assert np.subtract(*np.quantile(apart, [0.9, 0.1])) > 2 * (high - low)


TODAY = assumed(20.0, 17.0, 23.0, unit="referrals", per="month", source="referrals").as_(basis=Basis.MEASURED)


@pytest.fixture(scope="module")
def counted():
    """A running programme: 20 referrals a month were counted, and the uplift says how many of them are extra."""
    factor = uncertain_uplift(2.0)
    made = inputs(reward_of(advocate=40), uplift=factor, baseline_referrals=over_uplift(TODAY, factor))
    return replace(forecast(made, draws=20_000), today=TODAY)


def test_a_baseline_made_of_the_uplift_is_low_where_the_uplift_is_high(counted):
    levels = [0.1, 0.5, 0.9]
    drawn, apart = counted.futures.drawn, replace(counted, today=None).futures.drawn
    product, of_two = (np.quantile(x["baseline"] * x["uplift"], levels) for x in (drawn, apart))
    assert product == pytest.approx(input_distribution(TODAY).ppf(levels), rel=0.01)
    assert np.ptp(of_two) > 3 * np.ptp(product)


def test_extra_conversions_are_those_of_a_plain_simulation(counted):
    rng = np.random.default_rng(5)
    low, high = counted.known["uplift"].low, counted.known["uplift"].high  # one in ten below, one in ten above
    factors = np.sqrt(low * high) * (high / low) ** (rng.standard_normal(200_000) / 2.563)
    rates = input_distribution(TODAY).ppf(rng.random(200_000))
    plain = np.quantile(12 * 0.5 * 0.2 * rates * (1 - 1 / factors), [0.1, 0.5, 0.9])
    found = counted.estimates()["extra_conversions"]
    assert (found.low, found.value, found.high) == pytest.approx(tuple(plain), abs=0.15)


def test_at_another_uplift_the_counted_referrals_stay_as_counted(counted):
    """20 a month: at an uplift of 4 of them 15 are extra, at 1 none; 0.5 x 0.2 of them convert."""
    per_extra, reward, cost = 0.75 * 400, 40, 100
    x = {name: np.full(2, v) for name, v in counted.values.items()} | {"uplift": np.array([4.0, 1.0])}
    by_hand = [12 * (0.1 * (15 * per_extra - 20 * reward) - cost), 12 * (0.1 * -20 * reward - cost)]
    assert counted.value_if(x) == pytest.approx(by_hand)
    alone = counted.one_at_a_time["baseline_referrals"]
    assert (alone.low, alone.value, alone.high) == pytest.approx((8.5, 10.0, 11.5))


def test_a_stated_correlation_with_the_share_can_stand_beside_it(counted):
    assert replace(counted, correlation=-0.5, draws=500).futures.value_result.size == 500


def test_a_stated_correlation_of_uplift_and_share_is_in_every_future(made, ran):
    """Negative, a large uplift brings those who would have come anyway: less is to be won, and less can be lost."""
    tied = replace(ran, correlation=-0.8)
    drawn = tied.futures.drawn
    assert stats.spearmanr(drawn["uplift"], drawn["incremental_share"]).statistic == pytest.approx(-0.786, abs=0.02)
    assert np.sort(drawn["uplift"]) == pytest.approx(np.sort(ran.futures.drawn["uplift"]))
    assert tied.futures.expected.std() < 0.95 * ran.futures.expected.std()
    assert tied.futures.expected.mean() < ran.futures.expected.mean()
