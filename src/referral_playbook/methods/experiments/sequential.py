"""Inference that stays valid when an experiment is read every month.

A fixed-sample 5% test that is read at every look raises a false alarm far more often than 5%: 19% after ten looks
(Armitage, McPherson & Rowe 1969). The intervals and p-values here keep their level at all looks together. Two
boundaries share the error:

* four fifths go to an alpha-spending boundary of the O'Brien-Fleming type (Lan & DeMets 1983), which loses little
  power by the planned end;
* one fifth goes to Robbins' normal mixture (the mixture SPRT, an asymptotic confidence sequence), which has no end, so
  that looks after the plan, or without a plan, are valid too.

The statistic is compared on the scale of its information (one over the variance of the estimate), so the same bounds
serve rates and shares. Over 24 equal monthly looks the error is 4.0%, and the power by the planned end is 75% where a
single fixed-sample test has 80%. `methods/experiments/sequential_arms.py` reads arms out with them.

References
----------
Robbins (1970) Annals of Mathematical Statistics 41:1397-1409; Lan & DeMets (1983) Biometrika 70:659-663; Jennison &
Turnbull (2000) Group Sequential Methods, chapters 7, 9 and 19; Howard, Ramdas, McAuliffe & Sekhon (2021) Annals of
Statistics 49:1055-1080; Johari, Koomen, Pekelis & Walsh (2022) Operations Research 70:1806-1821; Waudby-Smith, Arbour,
Sinha, Kennedy & Ramdas (2024) Annals of Statistics 52:2613-2640.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from referral_playbook.methods.doors import door

Floats = NDArray[np.float64]

PLAN_SHARE = 0.8
GRID = 241
FARTHEST = 8.0
CLOSEST_LOOKS = 1 / 200
INFLATION = 1.12
UNPLANNED = 15.0


@door
def mixture_bound(information: ArrayLike, *, planned: float, alpha: float = 0.05) -> Floats:
    """Bound on ``|z|`` of Robbins' normal mixture, tightest near the planned information.

    ``sqrt((1 + f/I) (log((I + f)/f) + 2 log(1/alpha)))`` with ``f`` the precision of the mixing distribution.

    Parameters
    ----------
    information : array of shape (k,)
        One over the variance of the estimate at each look, above 0.
    planned : float
        Information at which the bound should be tightest; validity does not depend on it.

    References
    ----------
    Robbins (1970); Howard et al. (2021), equations 2.11 and 3.7 for the choice of ``f``.

    Examples
    --------
    >>> mixture_bound([25, 100], planned=100).round(3).tolist()
    [3.264, 3.035]
    """
    i = _information(information)
    effort = 2 * math.log(1 / alpha)
    f = _above_zero(planned, "planned information") / (effort + math.log1p(effort))
    return np.asarray(np.sqrt((1 + f / i) * (np.log1p(i / f) + effort)))


@door
def spending_bounds(fractions: ArrayLike, *, alpha: float = 0.05) -> Floats:
    """Bounds on ``|z|`` that spend alpha as O'Brien and Fleming would, up to the planned end.

    Up to the share ``t`` of the planned information, ``4 (1 - Phi(z(1 - alpha/4) / sqrt(t)))`` of the error is spent.
    Looks need not be planned, only not chosen by the result. After the planned end nothing is left: infinite bounds.

    Parameters
    ----------
    fractions : array of shape (k,)
        Information at each look over the planned information, rising.

    References
    ----------
    Lan & DeMets (1983); the densities by recursive integration as in Armitage, McPherson & Rowe (1969).

    Examples
    --------
    The bounds that the literature prints for five equal looks:

    >>> spending_bounds([0.2, 0.4, 0.6, 0.8, 1.0]).round(2).tolist()
    [4.88, 3.36, 2.68, 2.29, 2.03]
    """
    t = _information(fractions)
    if (np.diff(t) < 0).any():
        raise ValueError(f"information must not fall from look to look: {t.tolist()}")
    return np.asarray(_spending(tuple(t.round(6).tolist()), alpha))


@door
def valid_bounds(information: ArrayLike, *, planned: float | None, alpha: float = 0.05) -> Floats:
    """Bounds on ``|z|`` at every look that are crossed with probability at most alpha at any of them, ever.

    Parameters
    ----------
    information : array of shape (k,)
        At each look so far, rising.
    planned : float or None
        Information at the planned end. None where nothing was planned: the mixture alone, at the whole alpha,
        tightest for small experiments (tuned to the present look it would not stay valid).

    Examples
    --------
    >>> valid_bounds([25, 50, 75, 100], planned=100).round(2).tolist()
    [3.77, 3.09, 2.46, 2.1]
    """
    i = _information(information)
    if planned is None:
        return mixture_bound(i, planned=UNPLANNED, alpha=alpha)
    open_ended = mixture_bound(i, planned=planned, alpha=(1 - PLAN_SHARE) * alpha)
    return np.asarray(np.minimum(open_ended, spending_bounds(i / planned, alpha=PLAN_SHARE * alpha)))


@door
def valid_p(z: float, information: ArrayLike, *, planned: float | None) -> float:
    """Always-valid p-value of the last look: the smallest alpha at which its bound is crossed.

    Parameters
    ----------
    z : float
        Statistic at the last look, standard normal if there is no effect.
    information : array of shape (k,)
        At every look so far.

    Examples
    --------
    >>> round(valid_p(2.11, [25, 50, 75, 100], planned=100), 3), valid_p(0.0, [25], planned=100)
    (0.049, 1.0)
    """
    size = abs(z)

    def excess(log_alpha: float) -> float:
        return size - float(valid_bounds(information, planned=planned, alpha=math.exp(log_alpha))[-1])

    smallest, largest = math.log(1e-12), math.log(0.999)
    if excess(largest) <= 0:
        return 1.0
    if excess(smallest) >= 0:
        return 1e-12
    return math.exp(brentq(excess, smallest, largest, xtol=0.005))


@door
def crossing_probabilities(bounds: ArrayLike, information: ArrayLike, *, effect: float = 0.0) -> Floats:
    """Probability by each look that ``|z|`` has crossed a bound then or before.

    Parameters
    ----------
    bounds, information : array of shape (k,)
        Bound and information at each look.
    effect : float
        True effect, on the scale on which the information is given; 0 gives the error of the first kind.

    Examples
    --------
    >>> crossing_probabilities([1.96] * 3, range(1, 4)).round(3).tolist()
    [0.05, 0.083, 0.107]
    """
    b, i = np.asarray(bounds, dtype=float), _information(information)
    path, crossed = _Path(effect), []
    for bound, now in zip(b, i, strict=True):
        crossed.append(path.exit(float(bound), float(now)))
        path.step(float(bound), float(now))
    return np.asarray(np.minimum(1.0, np.cumsum(crossed)))


@door
def planned_information(effect: float, *, alpha: float = 0.05, power: float = 0.8) -> float:
    """Information at which monthly looks find `effect` with the stated power by the planned end.

    That of the fixed-sample test, ``((z(1 - alpha/2) + z(power)) / effect)^2``, and 12% more for the looks.

    Examples
    --------
    >>> round(planned_information(math.log(1.5)), 1)
    53.5
    """
    _above_zero(abs(effect), "effect worth detecting")
    return INFLATION * float((ndtri(1 - alpha / 2) + ndtri(power)) / effect) ** 2


@door
def conditional_power(z: float, fraction: float, *, effect: float, planned: float, alpha: float = 0.05) -> float:
    """Probability of a significant result at the planned end, given the data so far and a true effect.

    Below about 10% with the effect that was hoped for, going on to the planned end is futile.

    Parameters
    ----------
    z, fraction : float
        Statistic now, and the share of the planned information that has been seen (0 to 1).
    effect : float
        True effect from now on, with the sign in which it is hoped for.

    References
    ----------
    Lan & Wittes (1988) Biometrics 44:579-585 (the B-value).

    Examples
    --------
    >>> round(conditional_power(0.0, 0.5, effect=0.28, planned=100), 2)
    0.21
    """
    if fraction >= 1:
        return float(abs(z) >= ndtri(1 - alpha / 2))
    drift = effect * math.sqrt(planned)
    ahead = z * math.sqrt(fraction) + drift * (1 - fraction)
    bound = float(ndtri(1 - alpha / 2))
    left = math.sqrt(1 - fraction)
    return float(ndtr((ahead - bound) / left) + ndtr((-ahead - bound) / left))


class _Path:
    """Density of the score statistic over the looks, among paths that have not crossed a bound.

    Under an effect ``d`` the score at information ``I`` is Normal(``d I``, ``I``) with independent increments.
    """

    def __init__(self, effect: float = 0.0) -> None:
        self.effect = effect
        self.information = 0.0
        self.grid: Floats = np.zeros(1)
        self.mass: Floats = np.ones(1)

    def exit(self, bound: float, information: float) -> float:
        """Probability of crossing `bound` at this look and not before."""
        if math.isinf(bound):
            return 0.0
        edge, sd, centre = self._ahead(bound, information)
        if sd == 0:
            return 0.0
        above = ndtr((centre - edge) / sd)
        # Without an effect the density is the same on both sides of 0, here and below.
        return float(self.mass @ (above + (ndtr((-centre - edge) / sd) if self.effect else above)))

    def step(self, bound: float, information: float) -> None:
        """Move the density on to this look, within its bound."""
        edge, sd, centre = self._ahead(min(bound, FARTHEST), information)
        if sd == 0:
            return
        reach = edge + abs(self.effect) * information
        edge = edge if bound <= FARTHEST else reach
        grid = np.linspace(-edge, edge, GRID)
        to = grid if self.effect else grid[GRID // 2 :]
        density = np.exp(-(((to[:, None] - centre) / sd) ** 2) / 2) @ self.mass / (sd * math.sqrt(2 * math.pi))
        density = density if self.effect else np.concatenate([density[:0:-1], density])
        self.grid, self.mass, self.information = grid, density * _simpson(grid), information

    def _ahead(self, bound: float, information: float) -> tuple[float, float, Floats]:
        gained = max(0.0, information - self.information)
        return bound * math.sqrt(information), math.sqrt(gained), self.grid + self.effect * gained


def _simpson(grid: Floats) -> Floats:
    weights = np.full(grid.size, 2.0)
    weights[1::2] = 4.0
    weights[[0, -1]] = 1.0
    return np.asarray(weights * (grid[1] - grid[0]) / 3)


@lru_cache(maxsize=4096)
def _spending(fractions: tuple[float, ...], alpha: float) -> tuple[float, ...]:
    path, bounds, spent, last = _Path(), [], 0.0, 0.0
    for now in fractions:
        if last >= 1 or (now - last < CLOSEST_LOOKS and last > 0):
            bounds.append(math.inf)  # after the end, or too soon after a look to be one of its own
            continue
        total = float(4 * ndtr(-ndtri(1 - alpha / 4) / math.sqrt(min(now, 1.0))))
        bound = _bound(path, now, total - spent)
        bounds.append(bound)
        path.step(bound, now)
        spent, last = (total if math.isfinite(bound) else spent), now
    return tuple(bounds)


def _bound(path: _Path, now: float, budget: float) -> float:
    """The bound at which `budget` is spent at this look; infinite where that is next to nothing."""

    def over(bound: float) -> float:
        return path.exit(bound, now) - budget

    if budget <= 0 or over(FARTHEST) >= 0:
        return math.inf
    return float(brentq(over, 0.0, FARTHEST, xtol=1e-4))


def _information(information: ArrayLike) -> Floats:
    i = np.asarray(list(information) if isinstance(information, range) else information, dtype=float)
    if i.ndim != 1 or i.size == 0 or not ((i > 0) & np.isfinite(i)).all():
        raise ValueError(f"information needs one number above 0 for each look, not {i.tolist()}")
    return i


def _above_zero(x: float, what: str) -> float:
    if not (x > 0 and math.isfinite(x)):
        raise ValueError(f"the {what} must be above 0 and finite, not {x}")
    return x
