"""What a pilot or a sample is worth before it is run; it may be exactly 0: then do not run it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaln, erfcx, gammaln

from referral_playbook.methods.doors import door
from referral_playbook.methods.uncertainty.distributions import Beta, Floats


@dataclass(frozen=True, kw_only=True)
class Pilot:
    """A pilot of n invites: what it is worth, and the conversions from which it changes the choice.

    Parameters
    ----------
    n : int
        Invites.
    evsi, evpi : float
        Money: expected value of its result, and of knowing the rate exactly.
    cost : float
        Money for the whole pilot.
    switches : tuple of int
        Conversions k of n at which another option becomes the best than before the pilot; empty: it cannot.
    """

    n: int
    evsi: float
    evpi: float
    cost: float
    switches: tuple[int, ...]

    @property
    def net(self) -> float:
        """Worth less cost: run the pilot only when this is above 0."""
        return self.evsi - self.cost


@door
def pilot(
    prior: Beta, n: int, *, slope: ArrayLike, intercept: ArrayLike, cost_per_invite: float = 0.0, set_up: float = 0.0
) -> Pilot:
    """Expected value of a pilot of n invites for options whose money is linear in the rate.

    Option j brings ``intercept[j] + slope[j] * rate``. After k of n the expected rate is
    ``(a + k) / (a + b + n)`` and k has the beta-binomial distribution; EVSI is the expected gain over the
    option that is best beforehand, and exactly 0 where no k changes the choice.

    Parameters
    ----------
    prior : Beta
        What is held of the rate before the pilot.
    n : int
        Invites, 1 or more.
    slope, intercept : float or array of shape (options,)
        Money. One number each is "go", against doing nothing at 0.
    cost_per_invite, set_up : float
        Money.

    Raises
    ------
    ValueError
        n below 1, or slope and intercept that do not fit.

    References
    ----------
    Raiffa & Schlaifer (1961), ch. 5.

    Examples
    --------
    >>> bet = pilot(Beta(a=2, b=18), 50, slope=100_000, intercept=-11_000, cost_per_invite=4)
    >>> round(bet.evsi), bet.net > 0, bet.switches[0]
    (1786, True, 6)
    >>> pilot(Beta(a=200, b=1800), 5, slope=100_000, intercept=-2_000).evsi
    0.0
    """
    a, m = _lines(slope, intercept)
    if n < 1:
        raise ValueError(f"a pilot has one invite or more, not {n}")
    k = np.arange(n + 1)
    p = np.exp(_log_choose(n, k) + betaln(prior.a + k, prior.b + n - k) - betaln(prior.a, prior.b))
    money = a[:, None] + m[:, None] * (prior.a + k) / (prior.a + prior.b + n)
    before = int(np.argmax(a + m * prior.mean))
    gain = money.max(axis=0) - money[before]
    changes = gain > 1e-12 * np.abs(money).max()
    return Pilot(
        n=n,
        evsi=float(p[changes] @ gain[changes]),
        evpi=_knowing_the_rate(prior, a, m, before),
        cost=set_up + cost_per_invite * n,
        switches=tuple(int(i) for i in k[changes]),
    )


@door
def unit_normal_loss(u: Floats | float) -> Floats:
    """Expected loss of a standard normal beyond u: ``L(u) = phi(u) - u (1 - Phi(u))``.

    Without cancellation in the far tail: ``phi(u) (1 - u R(u))`` with Mills' ratio R.

    References
    ----------
    Schlaifer (1959), Probability and Statistics for Business Decisions, table of the unit normal loss.

    Examples
    --------
    >>> unit_normal_loss([0, 1, 2.5]).round(6).tolist()
    [0.398942, 0.083315, 0.002004]
    """
    x = np.asarray(u, dtype=float)
    if np.isnan(x).any():
        raise ValueError("u is a number of standard deviations, not nan: leave out what is not known")
    far = np.minimum(np.abs(x), 40.0)  # beyond 40 the density is 0 to the last bit
    beyond = np.exp(-(far**2) / 2) / np.sqrt(2 * np.pi) * np.maximum(0, 1 - far * _mills(far))
    return np.asarray(beyond + np.maximum(-x, 0))


@door
def normal_evpi(mean: float, sd: float, *, break_even: float, slope: float) -> float:
    """Value of knowing a normal quantity exactly, in a choice of two whose difference is linear in it.

    ``|slope| sd L(|mean - break_even| / sd)``.

    Parameters
    ----------
    mean, sd : float
        Of the quantity, before more is known; sd = 0 means nothing is left to know, and the value is 0.
    break_even : float
        Where both options are worth the same, in the unit of the quantity.
    slope : float
        Money per unit of the quantity.

    Examples
    --------
    >>> round(normal_evpi(1_000, 200, break_even=900, slope=5), 2)
    197.8
    """
    if sd < 0 or not np.isfinite([mean, sd, break_even, slope]).all():
        raise ValueError(f"finite numbers and sd of 0 or more: {mean}, {sd}, {break_even}, {slope}")
    return 0.0 if sd == 0 else float(abs(slope) * sd * unit_normal_loss(abs(mean - break_even) / sd))


@door
def normal_evsi(mean: float, sd: float, *, n: float, sampling_sd: float, break_even: float, slope: float) -> float:
    """Value of n observations of a normal quantity: `normal_evpi` with the sd that the sample takes away.

    The posterior mean has ``sd sqrt(n / (n + n0))`` before the sample is seen, with
    ``n0 = (sampling_sd / sd)^2`` observations that the prior is worth.

    Parameters
    ----------
    n : float
        Observations, 0 or more.
    sampling_sd : float
        Standard deviation of one observation, above 0.

    Examples
    --------
    >>> round(normal_evsi(1_000, 200, n=4, sampling_sd=400, break_even=900, slope=5), 2)
    99.82
    """
    if n < 0 or sampling_sd <= 0:
        raise ValueError(f"n is 0 or more and sampling_sd above 0: {n}, {sampling_sd}")
    share = n * sd**2 / (n * sd**2 + sampling_sd**2)
    return normal_evpi(mean, sd * float(np.sqrt(share)), break_even=break_even, slope=slope)


def _lines(slope: ArrayLike, intercept: ArrayLike) -> tuple[Floats, Floats]:
    a, m = (np.atleast_1d(np.asarray(v, dtype=float)) for v in (intercept, slope))
    if a.shape != m.shape or a.ndim != 1 or not np.isfinite([a, m]).all():
        raise ValueError("slope and intercept have one finite number for each option")
    return (np.append(a, 0.0), np.append(m, 0.0)) if len(a) == 1 else (a, m)


def _knowing_the_rate(prior: Beta, a: Floats, m: Floats, before: int) -> float:
    """Expected gain of choosing with the rate known, at 20,001 equally likely rates."""
    rate = prior.ppf((np.arange(20_001) + 0.5) / 20_001)
    money = a[:, None] + m[:, None] * rate
    return float((money.max(axis=0) - money[before]).mean())


def _log_choose(n: int, k: ArrayLike) -> Floats:
    return np.asarray(gammaln(n + 1) - gammaln(np.add(k, 1)) - gammaln(n + 1 - np.asarray(k)))


def _mills(x: Floats) -> Floats:
    return np.asarray(np.sqrt(np.pi / 2) * erfcx(x / np.sqrt(2)))
