"""Pool published effects that share an estimand into a range for the next client.

Effects are ratios (referrals with a measure over referrals without it), pooled on the logarithm. Five studies or more
are pooled by random effects with the Hartung-Knapp variance. With fewer, the spread between studies cannot be estimated
from the studies themselves, so a Bayesian model with a weakly informative prior takes its place; the source says so.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.special import ndtr, stdtrit

from referral_playbook.benchmarks.registry import DenominatorMismatch

FEW_STUDIES = 5
HETEROGENEITY_SCALE = 0.5
MEAN_SCALE = 1.0

Floats = NDArray[np.float64]


class EstimandMismatch(ValueError):  # noqa: N818
    """Two effects that answer different questions were to be pooled."""


@dataclass(frozen=True, kw_only=True)
class Study:
    """One published effect on the logarithm of a ratio, with its standard error and what it estimates."""

    name: str
    log_ratio: float
    standard_error: float
    estimand: str
    per: str


@dataclass(frozen=True, kw_only=True)
class Pooled:
    """Studies pooled, all on the logarithm of the ratio.

    The average effect has its interval; `low` to `high` is the prediction interval, where the true effect of the next,
    similar client lies. `standard_error` is that of the mean, and `tau2` the variance of true effects between studies
    (in the Bayesian model its posterior mean). `weights` are the share of each study in the mean, in the order given;
    they add up to 1.
    """

    mean: float
    mean_low: float
    mean_high: float
    low: float
    high: float
    standard_error: float
    tau2: float
    confidence: float
    weights: tuple[float, ...]
    method: Literal["hartung-knapp", "bayesian"]


def pool(studies: Sequence[Study], *, confidence: float = 0.95) -> Pooled:
    """Pool studies of one estimand, by the method that fits their number.

    Raises
    ------
    ValueError
        No study.
    EstimandMismatch, DenominatorMismatch
        Studies that measure different things are never averaged.

    Examples
    --------
    >>> one = Study(name="A", log_ratio=0.19, standard_error=0.1, estimand="asked against not", per="customer")
    >>> found = pool([one])
    >>> found.method, found.low < 0 < found.high
    ('bayesian', True)
    """
    _check_alike(studies)
    effects = [s.log_ratio for s in studies]
    errors = [s.standard_error for s in studies]
    if len(studies) < FEW_STUDIES:
        return bayesian(effects, errors, confidence=confidence)
    return random_effects(effects, errors, confidence=confidence)


def _check_alike(studies: Sequence[Study]) -> None:
    if not studies:
        raise ValueError("there is no study to pool")
    first = studies[0]
    for other in studies[1:]:
        if other.estimand != first.estimand:
            raise EstimandMismatch(
                f"{first.name} estimates '{first.estimand}' and {other.name} '{other.estimand}'; "
                "effects that answer different questions cannot be pooled"
            )
        if other.per != first.per:
            raise DenominatorMismatch(f"{first.name} is per {first.per} and {other.name} per {other.per}")


def random_effects(effects: ArrayLike, errors: ArrayLike, *, confidence: float = 0.95) -> Pooled:
    """Random-effects mean with its Hartung-Knapp interval and the prediction interval for a new study.

    The mean is weighted by ``1/(v + tau2)``. Its variance is ``sum w (y - m)^2 / ((k - 1) sum w)``, never taken below
    the classical ``1/sum w`` (the modified Hartung-Knapp variance, which keeps similar studies from looking too exact).
    The prediction interval is ``m +- t(k-2) sqrt(tau2 + variance)``. Three or more studies are needed.

    References
    ----------
    Hartung & Knapp (2001) Statistics in Medicine 20:3875-3889; Higgins, Thompson & Spiegelhalter (2009) JRSS A
    172:137-159; IntHout, Ioannidis, Rovers & Goeman (2016) BMJ Open 6:e010247; Röver, Knapp & Friede (2015) BMC Medical
    Research Methodology 15:99 for the modified variance.

    Examples
    --------
    >>> found = random_effects([0.1, 0.3, 0.35, 0.65, 0.45], [0.2, 0.15, 0.1, 0.3, 0.25])
    >>> round(found.mean, 3), round(found.low, 2), round(found.high, 2)
    (0.332, 0.1, 0.56)
    """
    y, v = _arrays(effects, errors, at_least=3)
    k = y.size
    tau2 = tau2_reml(y, v)
    w = 1 / (v + tau2)
    mean = float(w @ y / w.sum())
    classical = float(1 / w.sum())
    spread = float(w @ (y - mean) ** 2 / ((k - 1) * w.sum()))
    variance = max(spread, classical)
    upper = (1 + confidence) / 2
    half = float(stdtrit(k - 1, upper)) * math.sqrt(variance)
    ahead = float(stdtrit(k - 2, upper)) * math.sqrt(tau2 + variance)
    return Pooled(
        mean=mean,
        mean_low=mean - half,
        mean_high=mean + half,
        low=mean - ahead,
        high=mean + ahead,
        standard_error=math.sqrt(variance),
        tau2=tau2,
        confidence=confidence,
        weights=tuple((w / w.sum()).tolist()),
        method="hartung-knapp",
    )


def bayesian(effects: ArrayLike, errors: ArrayLike, *, confidence: float = 0.95) -> Pooled:
    """Random effects with priors, for the few studies that cannot show how much studies differ.

    The average log ratio is Normal(0, 1), so before any study a programme may divide referrals by seven or multiply
    them by seven. The standard deviation between studies is half-normal with scale 0.5: its median is 0.34, so that
    true effects typically lie within a factor of 1.4 of their average. The posterior is integrated on a grid of that
    standard deviation; everything else is normal given it. One study is enough.

    References
    ----------
    Röver (2020) Journal of Statistical Software 93(6); Röver, Bender, Dias, Schmid, Schmidli, Sturtz, Weber & Friede
    (2021) Research Synthesis Methods 12:448-474 for the prior.

    Examples
    --------
    >>> found = bayesian([0.19], [0.1])
    >>> [round(math.exp(x), 2) for x in (found.mean, found.low, found.high)]
    [1.18, 0.31, 4.22]
    """
    y, v = _arrays(effects, errors, at_least=1)
    sd = np.linspace(0.0, 6 * HETEROGENEITY_SCALE, 601)
    precision = 1 / (v[:, None] + sd**2)
    total = precision.sum(axis=0) + MEAN_SCALE**-2
    centre = precision.T @ y / total
    posterior = _posterior_of_spread(y, precision, total, centre, sd / HETEROGENEITY_SCALE)
    mean = float(posterior @ centre)
    error = math.sqrt(float(posterior @ (1 / total + (centre - mean) ** 2)))
    about = _mixture_interval(posterior, centre, 1 / total, confidence)
    ahead = _mixture_interval(posterior, centre, 1 / total + sd**2, confidence)
    shares = (precision / precision.sum(axis=0)) @ posterior
    return Pooled(
        mean=mean,
        mean_low=about[0],
        mean_high=about[1],
        low=ahead[0],
        high=ahead[1],
        standard_error=error,
        tau2=float(posterior @ sd**2),
        confidence=confidence,
        weights=tuple(shares.tolist()),
        method="bayesian",
    )


def _posterior_of_spread(y: Floats, precision: Floats, total: Floats, centre: Floats, scaled: Floats) -> Floats:
    """Posterior weight of each standard deviation on the grid, by the trapezoidal rule."""
    misfit = (precision * (y[:, None] - centre) ** 2).sum(axis=0) + (centre / MEAN_SCALE) ** 2
    log_density = 0.5 * (np.log(precision).sum(axis=0) - np.log(total) - misfit - scaled**2)
    density = np.exp(log_density - log_density.max())
    density[[0, -1]] /= 2
    return np.asarray(density / density.sum())


def _mixture_interval(weights: Floats, means: Floats, variances: Floats, confidence: float) -> tuple[float, float]:
    deviations = np.sqrt(variances)
    reach = 12 * float(deviations.max())
    start, stop = float(means.min()) - reach, float(means.max()) + reach

    def above(share: float) -> Callable[[float], float]:
        return lambda x: float(weights @ ndtr((x - means) / deviations)) - share

    tail = (1 - confidence) / 2
    return brentq(above(tail), start, stop, xtol=1e-9), brentq(above(1 - tail), start, stop, xtol=1e-9)


def tau2_reml(effects: Floats, variances: Floats) -> float:
    """Variance between studies by restricted maximum likelihood (Viechtbauer 2005)."""

    def score(tau2: float) -> float:
        w = 1 / (variances + tau2)
        mean = w @ effects / w.sum()
        return float(w**2 @ (effects - mean) ** 2 - w.sum() + (w**2).sum() / w.sum())

    if score(0.0) <= 0:  # it falls
        return 0.0
    top = float(np.var(effects, ddof=1)) + 1e-9
    while score(top) > 0:
        top *= 2
    return float(brentq(score, 0.0, top, xtol=1e-12))


def _arrays(effects: ArrayLike, errors: ArrayLike, *, at_least: int) -> tuple[Floats, Floats]:
    y, se = np.asarray(effects, dtype=float), np.asarray(errors, dtype=float)
    if y.ndim != 1 or y.shape != se.shape or y.size < at_least:
        raise ValueError(f"pooling needs {at_least} or more effects, each with its error; got {y.shape} and {se.shape}")
    if not (np.isfinite(y).all() and np.isfinite(se).all() and (se > 0).all()):
        raise ValueError("effects must be finite and their standard errors above 0")
    return y, se**2
