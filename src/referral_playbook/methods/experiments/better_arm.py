"""Which of two arms is better, and what a wrong choice would cost: Beta-binomial.

Miller (2015), "Formulas for Bayesian A/B testing"; Stucchio (2015), "Bayesian A/B Testing at VWO", for the loss.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betainc, betaincinv, betaln

from referral_playbook.methods.doors import door
from referral_playbook.methods.uncertainty.distributions import Beta, Floats

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(24)
_LEVELS = np.concatenate([10.0 ** -np.arange(15, 1, -1), np.linspace(0.02, 0.98, 49), 1 - 10.0 ** -np.arange(2, 16)])


@dataclass(frozen=True, kw_only=True)
class Better:
    """Arm B against arm A, given the data and the prior."""

    probability: float  # P(B > A)
    # share that is given away on average by the choice: ``E[max(B - A, 0)]`` and ``E[max(A - B, 0)]``, in units of
    # conversion per user
    loss_choosing_a: float
    loss_choosing_b: float
    prior: tuple[float, float]  # beta prior of both arms


@door
def better_arm(a: tuple[int, int], b: tuple[int, int], *, prior: tuple[float, float] = (1.0, 1.0)) -> Better:
    """P(B > A) and the expected loss of choosing each, for two conversion rates.

    With ``A' ~ Beta(a + 1, b)``: ``E[max(A - B, 0)] = E[A] P(A' > B) - E[B] P(A > B')``. Raises a ValueError for an arm
    without users (only the prior would speak), or impossible counts.

    Parameters
    ----------
    a, b : (int, int)
        Conversions and users of the arms.
    prior : (float, float)
        Uniform Beta(1, 1) unless told.

    References
    ----------
    Miller (2015), "Formulas for Bayesian A/B testing"; Stucchio (2015) for the loss.

    Examples
    --------
    >>> found = better_arm((100, 10_000), (120, 10_000))
    >>> round(found.probability, 6), round(found.loss_choosing_b, 8), round(found.loss_choosing_a, 6)
    (0.912013, 6.018e-05, 0.00206)
    """
    if min(a[1], b[1]) <= 0:
        raise ValueError(f"an arm without users says nothing: {a}, {b}")
    first, second = Beta.from_counts(*a, prior=prior), Beta.from_counts(*b, prior=prior)
    return Better(
        probability=probability_above(second, first),
        loss_choosing_a=expected_excess(second, first),
        loss_choosing_b=expected_excess(first, second),
        prior=prior,
    )


def probability_above(x: Beta, y: Beta) -> float:
    """P(x > y) of two independent shares: ``integral of f_x F_y``, by Gauss-Legendre between quantiles of both.

    The variable is an angle, share = sin^2, so that no density is infinite at an end (a and b of 1/2 and more).

    Examples
    --------
    >>> round(probability_above(Beta(a=1, b=1), Beta(a=2, b=1)), 6)
    0.333333
    """
    levels = np.concatenate([betaincinv(d.a, d.b, _LEVELS) for d in (x, y)])
    edges = np.unique(np.arcsin(np.sqrt(np.append(levels, [0.0, 1.0]))))
    half = np.diff(edges)[:, None] / 2
    angle = edges[:-1, None] + half * (_NODES + 1)
    total = np.sum(half * _WEIGHTS * _angle_density(x, angle) * betainc(y.a, y.b, np.sin(angle) ** 2))
    return float(min(1.0, total))


def expected_excess(x: Beta, y: Beta) -> float:
    """``E[max(x - y, 0)]`` of two independent shares, never below 0.

    Examples
    --------
    >>> round(expected_excess(Beta(a=1, b=1), Beta(a=1, b=1)), 6)
    0.166667
    """
    up_x, up_y = Beta(a=x.a + 1, b=x.b), Beta(a=y.a + 1, b=y.b)
    return max(0.0, x.mean * probability_above(up_x, y) - y.mean * probability_above(x, up_y))


def _angle_density(d: Beta, angle: Floats) -> Floats:
    log = (2 * d.a - 1) * np.log(np.sin(angle)) + (2 * d.b - 1) * np.log(np.cos(angle)) - betaln(d.a, d.b)
    return np.asarray(2 * np.exp(log))
