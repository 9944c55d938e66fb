"""BG/NBD: gradient, truth recovered, compression, and expectations against the mixture simulated and integrated."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, optimize

from referral_playbook.methods.customer_value import bgnbd
from referral_playbook.methods.customer_value.bgnbd import (
    BgNbdFit,
    Purchases,
    bgnbd_log_likelihood,
    compress,
    conditional_purchases,
    draw_bgnbd,
    expected_purchases,
    fit_bgnbd,
    probability_alive,
)

TRUTH = BgNbdFit(r=0.5, alpha=8.0, a=0.8, b=2.5)
shape = st.floats(0.05, 15)
fits = st.builds(BgNbdFit, r=shape, alpha=shape, a=shape, b=shape)


def simulate(seed, n, *, truth=TRUTH, whole=False):
    """Customers drawn from the model itself: x, t_x, T; `whole` rounds times up to whole units."""
    rng = np.random.default_rng(seed)
    T = rng.integers(30, 60, n).astype(float)
    buys, leaves = rng.gamma(truth.r, 1 / truth.alpha, n), rng.beta(truth.a, truth.b, n)
    x, t_x, now, active = np.zeros(n), np.zeros(n), np.zeros(n), np.ones(n, dtype=bool)
    while active.any():
        i = np.flatnonzero(active)
        now[i] += rng.exponential(1 / buys[i])
        active[i[now[i] > T[i]]] = False
        bought = i[now[i] <= T[i]]
        x[bought] += 1
        t_x[bought] = now[bought]
        active[bought[rng.random(bought.size) < leaves[bought]]] = False
    return x, np.ceil(t_x) if whole else t_x, T


@given(fit=fits, seed=st.integers(0, 99))
@settings(deadline=None)
def test_the_gradient_is_the_slope(fit, seed):
    rows = compress(*simulate(seed, 60))
    theta = np.array([fit.r, fit.alpha, fit.a, fit.b])
    terms = bgnbd._by_count(rows)
    slope = bgnbd._log_likelihood(theta, rows, terms)[1]
    numeric = optimize.approx_fprime(theta, lambda z: bgnbd._log_likelihood(z, rows, terms)[0], 1e-6 * theta)
    np.testing.assert_allclose(slope, numeric, rtol=2e-3, atol=2e-2 * max(1, np.abs(slope).max() * 1e-2))


def test_likelihood_is_the_published_one_customer_by_customer():
    from scipy.special import beta, gamma

    f, total = TRUTH, 0.0
    rows = [(0, 0.0, 12.0), (1, 3.0, 20.0), (4, 15.0, 16.0)]
    for x, t_x, T in rows:
        base = gamma(f.r + x) * f.alpha**f.r / gamma(f.r)
        lik = beta(f.a, f.b + x) / beta(f.a, f.b) * base / (f.alpha + T) ** (f.r + x)
        if x:
            lik += beta(f.a + 1, f.b + x - 1) / beta(f.a, f.b) * base / (f.alpha + t_x) ** (f.r + x)
        total += np.log(lik)
    assert bgnbd_log_likelihood(f, compress(*np.array(rows).T)) == pytest.approx(total)


def test_the_fit_gives_back_the_truth():
    fit = fit_bgnbd(compress(*simulate(3, 40_000)))
    found = [fit.r, fit.alpha, fit.a, fit.b]
    np.testing.assert_allclose(found, [TRUTH.r, TRUTH.alpha, TRUTH.a, TRUTH.b], rtol=0.08)
    assert fit.edge == ()


def test_compression_changes_nothing_and_saves_rows():
    x, t_x, T = simulate(5, 3000, whole=True)
    packed = compress(x, t_x, T)
    assert packed.x.size < 2500
    assert packed.n == 3000
    order = np.argsort(x, kind="stable")
    loose = Purchases(x[order], t_x[order], T[order], np.ones(3000))
    assert bgnbd_log_likelihood(TRUTH, packed) == pytest.approx(bgnbd_log_likelihood(TRUTH, loose))


def test_order_and_time_unit_do_not_matter():
    x, t_x, T = simulate(6, 1500)
    one, turned, days = (
        fit_bgnbd(compress(*rows)) for rows in ((x, t_x, T), (x[::-1], t_x[::-1], T[::-1]), (x, 7 * t_x, 7 * T))
    )
    assert one == turned
    found, wanted = [days.r, days.alpha, days.a, days.b], [one.r, 7 * one.alpha, one.a, one.b]
    np.testing.assert_allclose(found, wanted, rtol=1e-3)


@pytest.mark.parametrize("fit", [TRUTH, BgNbdFit(r=2, alpha=3, a=30, b=40), BgNbdFit(r=2, alpha=3, a=1, b=0.5)])
def test_expectations_are_those_of_the_mixture(fit):
    """Second route: ``E_p[(1 - (alpha/(alpha + p t))^r) / p]`` by numerical integration over who drops out."""
    from scipy.stats import beta

    def mean(t, size, start, b):
        def of_one(p):
            return -np.expm1(-size * np.log1p(p * t / start)) / p * beta.pdf(p, fit.a, b)

        return integrate.quad(of_one, 0, 1, limit=400)[0]

    assert expected_purchases(fit, 20.0) == pytest.approx(mean(20, fit.r, fit.alpha, fit.b), rel=1e-4)
    alive = probability_alive(fit, x=3, t_x=9, T=12)
    wanted = alive * mean(20, fit.r + 3, fit.alpha + 12, fit.b + 3)
    assert conditional_purchases(fit, 20.0, x=3, t_x=9, T=12) == pytest.approx(wanted, rel=1e-4)


def test_what_is_expected_is_what_simulated_customers_do():
    x, _, T = simulate(8, 200_000)
    assert x.mean() == pytest.approx(expected_purchases(TRUTH, T).mean(), rel=0.02)


@given(fit=fits, x=st.integers(0, 300), last=st.floats(0.01, 1), T=st.floats(1, 500), t=st.floats(0, 300))
def test_expectations_stay_within_bounds(fit, x, last, T, t):
    t_x = last * T if x else 0.0
    alive = probability_alive(fit, x=x, t_x=t_x, T=T)
    assert 0 <= alive <= 1
    found, more = (conditional_purchases(fit, time, x=x, t_x=t_x, T=T) for time in (t, t + 10))
    ceiling = alive * (fit.r + x) / (fit.alpha + T) * t  # if nobody ever left
    assert -1e-6 <= found <= ceiling * (1 + 1e-6) + 1e-6
    assert more >= found - 1e-6


def test_the_longer_the_silence_the_less_alive():
    seen = probability_alive(TRUTH, x=4, t_x=10.0, T=np.array([10.0, 20, 40, 80]))
    assert np.all(np.diff(seen) < 0)
    assert probability_alive(TRUTH, x=0, t_x=0, T=80) == 1


def test_without_repeat_purchase_there_is_no_fit():
    with pytest.raises(ValueError, match="no customer has bought again"):
        fit_bgnbd(compress([0, 0], [0, 0], [5, 9]))


@pytest.mark.parametrize(
    "row", [(1.5, 2, 5), (1, 6, 5), (1, 0, 5), (0, 2, 5), (-1, 0, 5), (0, 0, 0), (1, float("nan"), 5)]
)
def test_a_customer_who_cannot_be_is_named(row):
    good = (1, 2, 5)
    with pytest.raises(ValueError, match=r"row 1|not a finite number"):
        compress(*np.array([good, row]).T)


def test_no_customers_and_unsorted_rows_are_refused():
    with pytest.raises(ValueError, match="no rows"):
        compress([], [], [])
    with pytest.raises(ValueError, match="use compress"):
        Purchases(np.array([1.0, 0]), np.array([1.0, 0]), np.array([2.0, 2]), np.ones(2))


def test_draws_spread_around_the_fit_as_the_data_allow():
    spreads = []
    for n in (400, 6400):
        rows = compress(*simulate(9, n))
        drawn = draw_bgnbd(fit_bgnbd(rows), rows, draws=200)
        spreads.append(np.std([expected_purchases(f, 40.0) for f in drawn]))
    assert 2.5 < spreads[0] / spreads[1] < 6.5


def test_nobody_ever_leaves_is_named_at_the_edge_and_still_expects():
    rng = np.random.default_rng(2)
    rate, T = rng.gamma(1.0, 0.1, 4000), np.full(4000, 50.0)
    x = rng.poisson(rate * T)
    fit = fit_bgnbd(compress(x, np.where(x > 0, T * rng.beta(np.maximum(x, 1), 1), 0), T))
    assert fit.a / (fit.a + fit.b) < 0.01
    assert expected_purchases(fit, 50.0) == pytest.approx(5.0, rel=0.1)
