"""Heavy tails: how much of the whole comes from the few, with bootstrap ranges.

Lorenz (1905), Gini (1912); Efron (1979), Annals of Statistics 7:1-26, for the bootstrap.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Unpack

import numpy as np
from numpy.typing import ArrayLike

from referral_playbook.contract.evidence import Estimate
from referral_playbook.methods.counts import Floats, compressed
from referral_playbook.methods.labels import Labels, check_confidence, missing, ranged

AT_ONCE = 2_000_000  # cells of one block of bootstrap draws: 16 MB


def top_share(
    amounts: ArrayLike,
    *,
    top: float = 0.10,
    weights: ArrayLike | None = None,
    confidence: float = 0.95,
    draws: int = 2000,
    seed: int = 0,
    **labels: Unpack[Labels],
) -> Estimate:
    """Share of the total that comes from the top tenth: read off the Lorenz curve, with a bootstrap interval.

    People with the same amount share it evenly, so that a tenth may cut through a group. The interval is the
    bootstrap's percentiles over people; with few people and a heavy tail it is too narrow.

    Parameters
    ----------
    amounts : array of float, shape (n,)
        Referrals (or money) per person, zeros included.
    top : float
        Share of people that counts as the top.
    weights : array of int, shape (n,), optional
        People per row, for compressed counts.
    confidence, draws, seed : float, int, int
        Level, resamples, and the seed of the resampling.

    Returns
    -------
    Estimate
        Share of the total; undefined with fewer than two people, a total of 0, or when all have the same amount.

    Examples
    --------
    >>> share = top_share([0, 1, 10], weights=[50, 40, 10])
    >>> round(share.value, 3), share.low < share.value < share.high
    (0.714, True)
    """
    if not 0 < top < 1:
        raise ValueError(f"the top is a share of people between 0 and 1, not {top}")

    def statistic(values: Floats, people: Floats) -> float:
        who, what = people[::-1].cumsum(), (people * values)[::-1].cumsum()
        return float(np.interp(top * who[-1], np.r_[0.0, who], np.r_[0.0, what]) / what[-1])

    return _resampled(statistic, amounts, weights, confidence, draws, seed, Labels(per="total") | labels)


def gini(
    amounts: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    confidence: float = 0.95,
    draws: int = 2000,
    seed: int = 0,
    **labels: Unpack[Labels],
) -> Estimate:
    """Gini coefficient, ``sum_ij |x_i - x_j| / (2 n^2 mean)``, with a bootstrap interval.

    Parameters
    ----------
    amounts, weights, confidence, draws, seed
        As `top_share` takes them.

    Returns
    -------
    Estimate
        0 (all alike) to 1 - 1/n (one has all); undefined as `top_share` is.

    Examples
    --------
    >>> round(gini([0, 1, 10], weights=[50, 40, 10]).value, 3)
    0.757
    """

    def statistic(values: Floats, people: Floats) -> float:
        what = np.r_[0.0, (people * values).cumsum()]
        return float(1 - people @ (what[1:] + what[:-1]) / (people.sum() * what[-1]))

    words = Labels(unit="Gini coefficient", per="person") | labels
    return _resampled(statistic, amounts, weights, confidence, draws, seed, words)


def _resampled(
    statistic: Callable[[Floats, Floats], float],
    amounts: ArrayLike, weights: ArrayLike | None, confidence: float, draws: int, seed: int, labels: Labels,
) -> Estimate:  # fmt: skip
    values, people = compressed(amounts, weights)
    check_confidence(confidence)
    n = int(people.sum())
    reason = _nothing_to_see(values, people)
    if reason:
        return missing(reason, n=n, labels=labels, unit="share", per="total")
    point, drawn = statistic(values, people), _draws(statistic, values, people, draws, seed)
    low, high = np.quantile(drawn, [(1 - confidence) / 2, (1 + confidence) / 2])
    limits = (min(low, point), max(high, point))
    return ranged(point, *limits, n=n, confidence=confidence, labels=labels, unit="share", per="total")


def _nothing_to_see(values: Floats, people: Floats) -> str:
    if people.sum() < 2:
        return f"{int(people.sum())} people: a share of the few needs more"
    if values[-1] == 0:
        return "the total is 0"
    return "all have the same amount" if values.size == 1 else ""


def _draws(
    statistic: Callable[[Floats, Floats], float], values: Floats, people: Floats, draws: int, seed: int
) -> Floats:
    """Resampling n people is one multinomial draw over the distinct amounts; draws of zeros only are left out."""
    random, n = np.random.default_rng(seed), int(people.sum())
    block, found = max(1, AT_ONCE // values.size), []
    for start in range(0, draws, block):
        drawn = random.multinomial(n, people / n, size=min(block, draws - start))
        found += [statistic(values, one) for one in drawn if one @ values > 0]
    return np.array(found)
