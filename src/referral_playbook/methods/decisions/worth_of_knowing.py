"""What it is worth to know an input, or to test the uplift with a hold-out, before the programme is decided.

All figures are money against the better of two choices: run the programme, or do nothing at a result of 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from referral_playbook.methods.doors import door
from referral_playbook.methods.uncertainty.distributions import Floats

DEGREE = 3


@door
def evpi(net: ArrayLike) -> float:
    """Expected value of perfect information from draws: ``E max(net, 0) - max(E net, 0)``, never below 0.

    Raises a ValueError for no draws, or a number that is not finite.

    Parameters
    ----------
    net : array of shape (draws,)
        Money of each future, against doing nothing at 0.

    References
    ----------
    Raiffa & Schlaifer (1961).

    Examples
    --------
    >>> evpi([100.0, -60.0])
    30.0
    """
    money = np.asarray(net, dtype=float)
    if money.ndim != 1 or not money.size or not np.isfinite(money).all():
        raise ValueError("net is one finite number for each draw, and there is a draw at least")
    chosen = money if money.mean() >= 0 else 0.0
    return float((np.maximum(money, 0.0) - chosen).mean())


@door
def evppi(result: Floats, known: Floats) -> float:
    """Expected value of knowing one input before the choice: ``E max(E[result | input], 0) - max(E result, 0)``.

    Parameters
    ----------
    result : array of shape (draws,)
        Value result of each future, best without the luck of single customers.
    known : array of shape (draws,)
        The input in the same futures. The expectation given the input is a cubic regression.

    References
    ----------
    Strong, Oakley & Brennan (2014), Medical Decision Making 34(3):311-326, on EVPPI by regression.

    Examples
    --------
    >>> x = np.linspace(-1, 1, 2_001)
    >>> round(evppi(100 * x, x), 2), evppi(100 * x + 500, x)
    (25.01, 0.0)
    """
    if known.shape != result.shape or known.ndim != 1 or not known.size:
        raise ValueError(
            f"give the result of each future and what is known in it, not {result.shape} and {known.shape}"
        )
    spread = float(np.std(known))
    if spread == 0:
        return 0.0
    z = (known - known.mean()) / spread
    return _gain(result, np.polynomial.polynomial.polyvander(z, DEGREE))


@door
def evppi_by_input(result: Floats, drawn: Mapping[str, Floats]) -> dict[str, float]:
    """`evppi` of every input that varies, the most valuable first.

    Examples
    --------
    >>> x = np.linspace(-1, 1, 2_001)
    >>> list(evppi_by_input(x, {"noise": np.tile([0.0, 1.0, 0.0], 667), "cause": x}))
    ['cause', 'noise']
    """
    values_of_knowing = {name: evppi(result, values) for name, values in drawn.items() if np.std(values) > 0}
    return dict(sorted(values_of_knowing.items(), key=lambda item: (-item[1], item[0])))


@door
@dataclass(frozen=True, kw_only=True)
class HoldOut:
    """A test of the uplift: so many customers are asked, so many are held out, for so many months."""

    asked: int
    held_out: int
    months: int

    def __post_init__(self) -> None:
        if min(self.asked, self.held_out, self.months) < 1:
            raise ValueError(f"a hold-out test needs a customer in each group and a month: {self}")


@door
def evsi(result: Floats, *, uplift: Floats, referral_rate: Floats, test: HoldOut, seed: int = 0) -> float:
    """Expected value of a hold-out test of the uplift, before its cost; 0 where it changes no choice.

    Both groups' referrals are drawn (Poisson) in every future, and the result is predicted from their ratio alone: the
    referrals of earlier months are no control group, however many there are. It is never more than perfect information
    is worth, which the regression may exceed by simulation error.

    Parameters
    ----------
    result : array of shape (draws,)
        Value result of each future, without the luck of single customers.
    uplift : array of shape (draws,)
    referral_rate : array of shape (draws,)
        Baseline referrals per customer and month.

    References
    ----------
    Strong, Oakley, Brennan & Breeze (2015), Medical Decision Making 35(5):570-583, on EVSI by regression.

    Examples
    --------
    >>> from referral_playbook.methods.uncertainty.distributions import LogNormal
    >>> uplift = LogNormal.from_quantiles(low=0.8, high=1.8).ppf((np.arange(20_000) + 0.5) / 20_000)
    >>> rate = np.full(20_000, 0.05)
    >>> small, large = (evsi(1_000 * (uplift - 1.2), uplift=uplift, referral_rate=rate,
    ...     test=HoldOut(asked=n, held_out=n, months=6)) for n in (50, 2_000))
    >>> 0 < small < large < evpi(1_000 * (uplift - 1.2))
    True
    """
    chance = np.random.default_rng([seed, 2])
    asked = chance.poisson(test.asked * test.months * referral_rate * uplift)
    held = chance.poisson(test.held_out * test.months * referral_rate)
    ratio = np.log((asked + 0.5) / test.asked) - np.log((held + 0.5) / test.held_out)
    return min(evppi(result, ratio), evpi(result))


def _gain(result: Floats, basis: Floats) -> float:
    """Value of choosing after the fitted expectation instead of before it."""
    # Few standardised columns: the normal equations hold, and take a tenth of the time of a decomposition.
    fitted = basis @ np.linalg.solve(basis.T @ basis, basis.T @ result)
    before = max(0.0, float(result.mean()))
    gain = float(np.maximum(fitted, 0.0).mean()) - before
    return gain if gain > 1e-9 * float(np.abs(result).mean()) else 0.0
