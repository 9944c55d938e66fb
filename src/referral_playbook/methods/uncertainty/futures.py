"""Futures drawn from what is not known, and what they say: dots, tornado, the input that flips a result.

`futures` hands out draws in chunks, so that a million futures never stand in memory at once; `cash`
turns them into money and `decisions` into what it is worth to know more.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from referral_playbook.methods.doors import door
from referral_playbook.methods.uncertainty.distributions import Distribution, Floats

CHUNK = 20_000  # draws at a time: the working set stays in the processor's cache


@door
def futures(
    inputs: Mapping[str, Distribution],
    *,
    draws: int = 100_000,
    seed: int = 0,
    correlations: Mapping[tuple[str, str], float] | None = None,
    chunk: int = CHUNK,
) -> Iterator[dict[str, Floats]]:
    """Equally likely futures, a chunk at a time: input name -> array of its draws.

    Median Latin hypercube: in a chunk of m draws each input takes each of its m equally likely values ``ppf((i + 1/2) /
    m)`` once, in random order. The order depends on the seed and the input's name alone: the same futures serve every
    option (common random numbers), also when another input is added or changed. Raises a ValueError for no inputs or
    draws, unknown names, or correlations that cannot hold together.

    Parameters
    ----------
    draws, chunk : int
        Futures in all, and at a time.
    correlations : mapping of (name, name) to float, optional
        Correlations of a Gaussian copula (of the normal scores); what is not named is independent.

    Yields
    ------
    dict of str to ndarray of shape (m,)

    References
    ----------
    McKay, Beckman & Conover (1979), Technometrics 21; Iman & Conover (1982) for order by rank.

    Examples
    --------
    >>> from referral_playbook.methods.uncertainty.distributions import Pert
    >>> chunks = futures({"price": Pert(low=1, mode=2, high=3)}, draws=50_000)
    >>> [len(c["price"]) for c in chunks]
    [20000, 20000, 10000]
    """
    if not inputs or draws < 1 or chunk < 1:
        raise ValueError("futures need at least one input, one draw and a chunk of one")
    factor = _copula(tuple(inputs), correlations or {})
    streams = [np.random.default_rng([seed, zlib.crc32(name.encode())]) for name in inputs]
    return _chunks(inputs, draws, chunk, streams, factor)


def _chunks(
    inputs: Mapping[str, Distribution], draws: int, chunk: int, streams: list[np.random.Generator], factor: Floats
) -> Iterator[dict[str, Floats]]:
    size, values = 0, {}
    for start in range(0, draws, chunk):
        if size != min(chunk, draws - start):
            size = min(chunk, draws - start)
            values = {name: _equally_likely(d, size) for name, d in inputs.items()}
        ranks = _ranks(streams, size, factor)
        yield {name: values[name][order] for name, order in zip(inputs, ranks, strict=True)}


@lru_cache(maxsize=32)  # the same inputs come again with one of them moved, and inverting a distribution takes long
def _equally_likely(distribution: Distribution, size: int) -> Floats:
    """The `size` equally likely values of a distribution, rising; they cannot be changed."""
    values = distribution.ppf((np.arange(size) + 0.5) / size)
    values.flags.writeable = False
    return values


def _ranks(streams: list[np.random.Generator], size: int, factor: Floats) -> list[NDArray[np.intp]]:
    orders = [stream.permutation(size) for stream in streams]
    tied = np.flatnonzero(np.count_nonzero(factor, axis=1) > 1)
    if tied.size:  # the sum of scores keeps the ranks of the copula; each input keeps its own values
        scores = ndtri((np.stack(orders) + 0.5) / size)
        for i in tied:
            orders[i] = np.argsort(np.argsort(factor[i] @ scores))
    return orders


def _copula(names: tuple[str, ...], correlations: Mapping[tuple[str, str], float]) -> Floats:
    matrix = np.eye(len(names))
    for pair, rho in correlations.items():
        if len(set(pair)) != 2 or not set(pair) <= set(names) or not -1 < rho < 1:
            raise ValueError(f"a correlation names two of {', '.join(names)}, between -1 and 1: {pair}: {rho}")
        i, j = (names.index(name) for name in pair)
        matrix[i, j] = matrix[j, i] = rho
    try:
        return np.asarray(np.linalg.cholesky(matrix), dtype=float)
    except np.linalg.LinAlgError:
        raise ValueError(f"these correlations cannot hold together: {dict(correlations)}") from None


@dataclass(frozen=True, kw_only=True)
class Swing:
    """What one input alone does to the result: from `low` to `high` it goes from `at_low` to `at_high`."""

    input: str
    low: float
    high: float
    at_low: float
    at_high: float

    @property
    def size(self) -> float:
        return abs(self.at_high - self.at_low)


Result = Callable[[Mapping[str, Floats]], Floats]


@door
def tornado(
    inputs: Mapping[str, Distribution],
    result: Result,
    *,
    middle: Mapping[str, float] | None = None,
) -> tuple[Swing, ...]:
    """Which input moves the result most: each alone from its p10 to its p90, the others where they stand.

    Parameters
    ----------
    result : callable
        Input name -> array of shape (m,) in, array of shape (m,) out.
    middle : mapping of str to float, optional
        Where the other inputs stand; at their means where it is not given.

    Returns
    -------
    tuple of Swing
        Largest first, equal ones by name; inputs without uncertainty have size 0.

    References
    ----------
    Eschenbach (1992), Interfaces 22(6), on tornado diagrams.

    Examples
    --------
    >>> from referral_playbook.methods.uncertainty.distributions import Pert
    >>> margin = {"price": Pert(low=9, mode=10, high=11), "cost": Pert(low=1, mode=4, high=7)}
    >>> [s.input for s in tornado(margin, lambda x: x["price"] - x["cost"])]
    ['cost', 'price']
    """
    means = {name: d.mean for name, d in inputs.items()} if middle is None else middle
    if lacking := sorted(inputs.keys() - means.keys()):
        raise ValueError(f"middle has no value for {', '.join(lacking)}")

    def swing(name: str, distribution: Distribution) -> Swing:
        ends = distribution.ppf((0.1, 0.9))
        results = result({k: np.full(2, v) for k, v in means.items()} | {name: ends})
        (low, high), (at_low, at_high) = ends.tolist(), np.asarray(results, dtype=float).tolist()
        return Swing(input=name, low=low, high=high, at_low=at_low, at_high=at_high)

    swings = (swing(name, distribution) for name, distribution in inputs.items())
    return tuple(sorted(swings, key=lambda s: (-s.size, s.input)))
