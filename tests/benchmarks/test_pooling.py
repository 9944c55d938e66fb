"""Pooling reproduces published meta-analyses, is wide where studies are few, and refuses to mix questions."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import dblquad

from referral_playbook.benchmarks.pooling import (
    EstimandMismatch,
    Study,
    bayesian,
    pool,
    random_effects,
)
from referral_playbook.benchmarks.registry import DenominatorMismatch

# BCG vaccine against tuberculosis, 13 trials (Colditz et al. 1994): vaccinated ill and well, others ill and well.
BCG = np.array(
    [
        (4, 119, 11, 128),
        (6, 300, 29, 274),
        (3, 228, 11, 209),
        (62, 13536, 248, 12619),
        (33, 5036, 47, 5761),
        (180, 1361, 372, 1079),
        (8, 2537, 10, 619),
        (505, 87886, 499, 87892),
        (29, 7470, 45, 7232),
        (17, 1699, 65, 1600),
        (186, 50448, 141, 27197),
        (5, 2493, 3, 2338),
        (27, 16886, 29, 17825),
    ],
    dtype=float,
)
TREATED, CONTROL = BCG[:, 0] + BCG[:, 1], BCG[:, 2] + BCG[:, 3]
EFFECTS = np.log(BCG[:, 0] / TREATED) - np.log(BCG[:, 2] / CONTROL)
ERRORS = np.sqrt(1 / BCG[:, 0] - 1 / TREATED + 1 / BCG[:, 2] - 1 / CONTROL)


def test_bcg_trials_as_metafor_prints_them():
    """R package metafor, README: `rma(yi, vi, test = "knha")` on dat.bcg, `predict(res, transf = exp, digits = 2)`.

    Read there in its stored copy: tau2 0.3132, -0.7145 (SE 0.1808; -1.1084 to -0.3206), 0.49 (0.33 to 0.73), prediction
    interval 0.14 to 1.76. This is the model that pools five studies or more here; only the freedom of the prediction
    interval differs, k - 2, with which it is the 0.14 to 1.77 of Borenstein, Hedges, Higgins & Rothstein.
    """
    found = random_effects(EFFECTS, ERRORS)
    assert round(found.tau2, 4) == 0.3132
    assert round(found.mean, 4) == -0.7145
    assert round(found.standard_error, 4) == 0.1808
    assert (round(found.mean_low, 4), round(found.mean_high, 4)) == (-1.1084, -0.3206)
    half = stats.t.ppf(0.975, len(EFFECTS) - 1) * math.hypot(found.standard_error, math.sqrt(found.tau2))
    ends = (found.mean - half, found.mean + half)
    ratios = [round(math.exp(x), 2) for x in (found.mean, found.mean_low, found.mean_high, *ends)]
    assert ratios == [0.49, 0.33, 0.73, 0.14, 1.76]
    # `rma(yi, vi)`: the same tau2 with the classical standard error.
    assert round(float((1 / (ERRORS**2 + found.tau2)).sum() ** -0.5), 4) == 0.1798


def test_studies_that_agree_by_chance_do_not_look_more_exact_than_their_errors():
    found = random_effects([0.2, 0.2, 0.2, 0.2, 0.2], [0.1] * 5)
    assert found.tau2 == 0
    assert found.standard_error == pytest.approx(0.1 / math.sqrt(5))


def test_bayesian_pool_agrees_with_integration_over_both_unknowns():
    effects, errors = np.array([0.1, 0.5]), np.array([0.2, 0.3])

    def density(tau, mu):
        likelihood = np.prod(np.exp(-((effects - mu) ** 2) / (2 * (errors**2 + tau**2))) / np.sqrt(errors**2 + tau**2))
        return likelihood * math.exp(-(mu**2) / 2 - tau**2 / (2 * 0.25))

    total = dblquad(density, -4, 4, 0, 3, epsabs=1e-7)[0]
    mean = dblquad(lambda tau, mu: mu * density(tau, mu), -4, 4, 0, 3, epsabs=1e-7)[0] / total
    found = bayesian(effects, errors)
    assert found.mean == pytest.approx(mean, abs=1e-4)
    within = dblquad(density, found.mean_low, found.mean_high, 0, 3, epsabs=1e-7)[0] / total
    assert within == pytest.approx(0.95, abs=1e-3)


def test_a_second_and_a_third_study_narrow_the_range():
    widths = [(p := bayesian([0.2] * k, [0.1] * k)).high - p.low for k in (1, 2, 3, 4)]
    assert widths == sorted(widths, reverse=True)
    assert widths[0] > 2  # on the logarithm: a factor of more than 7 between the two ends


def _study(**changes):
    return Study(
        **{"name": "A", "log_ratio": 0.2, "standard_error": 0.1, "estimand": "asked against not", "per": "customer"}
        | changes
    )


def test_different_questions_are_not_pooled():
    with pytest.raises(EstimandMismatch, match="cannot be pooled"):
        pool([_study(), _study(name="B", estimand="large reward against small")])
    with pytest.raises(DenominatorMismatch, match="per customer and B per invite"):
        pool([_study(), _study(name="B", per="invite")])


def test_few_studies_are_pooled_with_a_prior_and_many_without():
    assert pool([_study(name=str(i)) for i in range(4)]).method == "bayesian"
    assert pool([_study(name=str(i)) for i in range(5)]).method == "hartung-knapp"


@pytest.mark.parametrize("errors", [[0.1, 0.0, 0.1], [0.1, 0.2], [0.1, math.nan, 0.2]])
def test_errors_that_cannot_be_are_refused(errors):
    with pytest.raises(ValueError, match=r"pooling needs|above 0"):
        random_effects([0.1, 0.2, 0.3], errors)


def test_weights_are_shares():
    assert sum(random_effects(EFFECTS, ERRORS).weights) == pytest.approx(1)
    assert sum(bayesian(EFFECTS[:3], ERRORS[:3]).weights) == pytest.approx(1)
