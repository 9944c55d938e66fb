"""What tiered rewards may cost before the programme starts, when a few advocates make most of the referrals.

Negative-binomial counts as Lloyd-Smith et al. (2005), Nature 438:355-359, use them for the few who pass most on.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from referral_playbook.methods.doors import door

Array = NDArray[np.float64]
MOST_REFERRALS = 10_000_000
"""Of one advocate in one period: more is a mistake, and would exhaust the memory."""


@door
@dataclass(frozen=True, kw_only=True)
class Tier:
    """`reward` for each rewarded referral of an advocate from number `start` on (until the next tier), or once."""

    start: int
    reward: float
    once: bool = False

    def __post_init__(self) -> None:
        if self.start < 1 or not (math.isfinite(self.reward) and self.reward >= 0):
            raise ValueError(f"a tier starts at referral 1 or later and its reward is 0 or more: {self}")


@door
def tiered_reward(referrals: ArrayLike, *, tiers: Sequence[Tier], cap: int | None = None) -> Array:
    """Money paid to an advocate with so many rewarded referrals.

    Each referral earns the reward of the highest tier it has reached; a tier marked `once` pays a bonus on top when it
    is reached. Referrals beyond `cap` earn nothing.

    Parameters
    ----------
    cap : int, optional
        Rewarded referrals per advocate and period.

    Examples
    --------
    >>> ladder = [Tier(start=1, reward=20), Tier(start=5, reward=30), Tier(start=10, reward=100, once=True)]
    >>> tiered_reward([0, 4, 6, 10], tiers=ladder).tolist()
    [0.0, 80.0, 140.0, 360.0]
    """
    made = np.asarray(referrals)
    if np.any(made < 0) or np.any(made != np.floor(made)) or (cap is not None and cap < 0) or not tiers:
        raise ValueError("referrals are whole and 0 or more, a cap is 0 or more, and there is a tier at least")
    if len({(t.start, t.once) for t in tiers}) < len(tiers):
        raise ValueError("two tiers start at the same referral")
    rewarded = (made if cap is None else np.minimum(made, cap)).astype(np.int64)
    if rewarded.max(initial=0) > MOST_REFERRALS:
        raise ValueError(f"an advocate with {rewarded.max():,} referrals is beyond reason: at most {MOST_REFERRALS:,}")
    number = np.arange(1, int(rewarded.max(initial=0)) + 1)
    each, bonus = np.zeros((2, number.size))
    for tier in sorted(tiers, key=lambda t: t.start):
        if tier.once:
            bonus[number == tier.start] += tier.reward
        else:
            each[number >= tier.start] = tier.reward
    return np.concatenate([[0.0], np.cumsum(each + bonus)])[rewarded]


@dataclass(frozen=True, kw_only=True)
class Ladder:
    """What an advocate is paid: `tiers` and `cap` as in `tiered_reward`."""

    tiers: Sequence[Tier]
    cap: int | None = None


@dataclass(frozen=True, kw_only=True)
class Liability:
    """Rewards of one period, in money: mean, the levels that 1 in 10 and 1 in 100 futures exceed, and the cap."""

    cap: int | None
    mean: float
    p10: float
    p90: float
    p99: float
    top_decile_share: float | None


@door
def reward_liabilities(
    ladders: Sequence[Ladder],
    *,
    advocates: int,
    referrals_per_advocate: float,
    dispersion: float | None,
    multiples: ArrayLike = (1.0,),
    draws: int = 10_000,
    seed: int = 0,
) -> list[Liability]:
    """Simulate the pay-out of reward ladders to `advocates` with negative-binomial referrals, in the same futures.

    Parameters
    ----------
    referrals_per_advocate : float
        Mean of *rewarded* referrals per advocate in the period: those that reach the trigger (a share c of negative-
        binomial referrals is negative binomial again, with mean c times theirs and the same dispersion).
    dispersion : float or None
        k of the negative binomial (small: heavy tail); None for Poisson.
    multiples : array, shape (m,)
        Equally likely multiples of `referrals_per_advocate`, the same for all advocates of a future: what is not known
        of the rate. Draws are shared out among them.
    draws, seed : int
        Futures simulated, from a seeded generator.

    Returns
    -------
    list of Liability
        By ladder. The mean is exact (from the distribution, not the draws); top_decile_share is the share of rewards
        that the best 10% of advocates are expected to get, None where nobody gets any.

    Examples
    --------
    >>> ladders = [Ladder(tiers=[Tier(start=1, reward=20)], cap=cap) for cap in (None, 1)]
    >>> free, capped = reward_liabilities(ladders, advocates=500, referrals_per_advocate=0.6, dispersion=0.3)
    >>> round(free.mean), round(capped.mean)
    (6000, 2808)
    """
    if advocates < 1 or draws < 100:
        raise ValueError(f"there is an advocate at least, and 100 draws: {advocates}, {draws}")
    if not np.size(multiples):
        raise ValueError("multiples is empty: give 1.0 where the rate is known")
    rng, rates = np.random.default_rng(seed), referrals_per_advocate * np.atleast_1d(np.asarray(multiples, dtype=float))
    usual, *laws = _pmfs(np.concatenate([[referrals_per_advocate], rates]), dispersion)
    numbers = np.arange(max(chances.size for chances in (usual, *laws)))
    pay = np.column_stack([tiered_reward(numbers, tiers=ladder.tiers, cap=ladder.cap) for ladder in ladders])
    each = -(-draws // len(laws))
    totals = np.concatenate([_totals(advocates, chances, pay[: chances.size], each, rng) for chances in laws])
    means = np.mean([chances @ pay[: chances.size] for chances in laws], axis=0)
    return [
        Liability(
            cap=ladder.cap,
            mean=float(advocates * mean),
            **dict(zip(("p10", "p90", "p99"), np.quantile(total, [0.1, 0.9, 0.99]).tolist(), strict=True)),
            top_decile_share=_top_share(usual, paid[: usual.size], 0.1),
        )
        for ladder, mean, total, paid in zip(ladders, means, totals.T, pay.T, strict=True)
    ]


@door
def referral_pmf(mean: float, *, dispersion: float | None) -> Array:
    """Chances of 0, 1, 2, ... referrals of one advocate, as far as 1 in 1e12 goes beyond.

    Negative binomial with variance ``mean + mean^2 / k``; Poisson where dispersion is None.

    Examples
    --------
    >>> referral_pmf(1.0, dispersion=1.0)[:3].round(3)
    array([0.5  , 0.25 , 0.125])
    """
    return _pmfs(np.array([mean]), dispersion)[0]


def _pmfs(means: Array, dispersion: float | None) -> list[Array]:
    """The chances for each mean, in two calls of scipy, whose checks take longer than the chances of one mean."""
    if not (means.min() >= 0 and np.isfinite(means).all()) or (dispersion is not None and dispersion <= 0):
        raise ValueError(f"the mean is 0 or more and the dispersion above 0, not {means.max()} and {dispersion}")
    law = stats.poisson if dispersion is None else stats.nbinom
    shape = (means,) if dispersion is None else (dispersion, dispersion / (dispersion + means))
    reach = law.isf(1e-12, *shape)
    if not (reach <= MOST_REFERRALS).all():
        most = f"at most {MOST_REFERRALS:,}"
        raise ValueError(f"a mean of {means.max():g} referrals of one advocate is beyond reason: {most}")
    sizes = np.where(means > 0, reach + 2, 1).astype(int)
    number = np.concatenate([np.arange(size) for size in sizes])
    chances = law.pmf(number, *(np.repeat(np.broadcast_to(x, means.shape), sizes) for x in shape))
    return [part / part.sum() for part in np.split(chances, np.cumsum(sizes)[:-1])]


def _totals(advocates: int, chances: Array, pay: Array, draws: int, rng: np.random.Generator) -> Array:
    """Pay-out of each future in rows, by ladder in columns, in chunks of bounded size.

    Either how many advocates made 0, 1, 2, ... referrals is drawn, or what each of those did who made any: whichever
    takes fewer draws. Where one advocate makes hundreds, few are active and the counts reach far.
    """
    active = advocates * (1 - float(chances[0]))
    by_advocate = active < chances.size
    chunk = max(1, 2_000_000 // math.ceil(max(1.0, active) if by_advocate else chances.size))
    sizes = [min(chunk, draws - done) for done in range(0, draws, chunk)]
    if by_advocate:
        return np.concatenate([_totals_by_advocate(advocates, chances, pay, size, rng) for size in sizes])
    return np.concatenate([rng.multinomial(advocates, chances, size=size) @ pay for size in sizes])


def _totals_by_advocate(advocates: int, chances: Array, pay: Array, draws: int, rng: np.random.Generator) -> Array:
    if chances.size == 1:
        return np.zeros((draws, pay.shape[1]))
    active = rng.binomial(advocates, 1 - chances[0], size=draws)
    below = np.cumsum(chances[1:]) / chances[1:].sum()
    made = 1 + np.minimum(np.searchsorted(below, rng.random(int(active.sum())), side="right"), below.size - 1)
    future = np.repeat(np.arange(draws), active)
    return np.column_stack([np.bincount(future, weights=paid[made], minlength=draws) for paid in pay.T])


def _top_share(chances: Array, pay: Array, fraction: float) -> float | None:
    """Share of the expected pay-out that goes to the best `fraction`; None where nobody is paid."""
    mean = chances @ pay
    if mean == 0:
        return None
    from_best = np.minimum(np.cumsum(chances[::-1]), fraction)
    return min(1.0, float(np.diff(from_best, prepend=0.0) @ pay[::-1] / mean))
