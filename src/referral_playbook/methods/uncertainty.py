"""Futures drawn from what is not known, and what they say: dots, tornado, the input that flips a result.

`futures` hands out draws in chunks, so that a million futures never stand in memory at once; `cash`
turns them into money and `decisions` into what it is worth to know more.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from referral_playbook.methods.distributions import Distribution, Floats

CHUNK = 20_000  # draws at a time: the working set stays in the processor's cache


def futures(
    inputs: Mapping[str, Distribution],
    *,
    draws: int = 100_000,
    seed: int = 0,
    correlations: Mapping[tuple[str, str], float] | None = None,
    chunk: int = CHUNK,
) -> Iterator[dict[str, Floats]]:
    """Equally likely futures, a chunk at a time: input name -> array of its draws.

    Median Latin hypercube: in a chunk of m draws each input takes each of its m equally likely values
    ``ppf((i + 1/2) / m)`` once, in random order. The order depends on the seed and the input's name alone:
    the same futures serve every option (common random numbers), also when another input is added or changed.

    Parameters
    ----------
    inputs : mapping of str to distribution
    draws, chunk : int
        Futures in all, and at a time.
    correlations : mapping of (name, name) to float, optional
        Correlations of a Gaussian copula (of the normal scores); what is not named is independent.

    Yields
    ------
    dict of str to ndarray of shape (m,)

    Raises
    ------
    ValueError
        No inputs or draws, unknown names, or correlations that cannot hold together.

    References
    ----------
    McKay, Beckman & Conover (1979), Technometrics 21; Iman & Conover (1982) for order by rank.

    Examples
    --------
    >>> from referral_playbook.methods.distributions import Pert
    >>> chunks = futures({"price": Pert(low=1, mode=2, high=3)}, draws=50_000)
    >>> [len(c["price"]) for c in chunks]
    [20000, 20000, 10000]
    """
    if not inputs or draws < 1 or chunk < 1:
        raise ValueError("futures need at least one input, one draw and a chunk of one")
    factor = _copula(tuple(inputs), correlations or {})
    return _chunks(inputs, draws, chunk, [np.random.default_rng([seed, zlib.crc32(n.encode())]) for n in inputs], factor)


def _chunks(
    inputs: Mapping[str, Distribution], draws: int, chunk: int, streams: list[np.random.Generator], factor: Floats
) -> Iterator[dict[str, Floats]]:
    size, values = 0, {}
    for start in range(0, draws, chunk):
        if size != min(chunk, draws - start):
            size = min(chunk, draws - start)
            values = {name: d.ppf((np.arange(size) + 0.5) / size) for name, d in inputs.items()}
        ranks = _ranks(streams, size, factor)
        yield {name: values[name][order] for name, order in zip(inputs, ranks, strict=True)}


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
        return np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:
        raise ValueError(f"these correlations cannot hold together: {dict(correlations)}") from None
