"""Cells and rows as numbers of 64 bits: millions of them are compared without being held together.

Of a hundred million different rows, the chance that any two have the same number is about 1 in 4,000.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Hashes = npt.NDArray[np.uint64]
Mask = npt.NDArray[np.bool_]
_ODD = tuple(np.uint64(number) for number in (0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0x9E3779B97F4A7C15))
_SHIFTS = tuple(np.uint64(bits) for bits in (30, 27, 31))


def row_hashes(columns: Iterable[Hashes]) -> Hashes:
    """One number per row from one per cell; rows that are equal in every cell have the same."""
    out: Hashes = np.zeros(0, dtype=np.uint64)
    for number, one in enumerate(columns):
        out = one if not number else _mixed(out * _ODD[2] + one)
    return out


def is_number(kind: pa.DataType) -> bool:
    """Whether columns of this type are hashed as numbers."""
    signed = pa.types.is_signed_integer(kind)
    return bool(signed or kind == pa.float64() or pa.types.is_date(kind) or pa.types.is_timestamp(kind))


def number_hashes(column: pa.ChunkedArray) -> Hashes:
    """One number per number or date; 0 where it is empty, as for empty text."""
    missing = pc.is_null(column, nan_is_null=True)
    whole = pc.if_else(missing, pa.scalar(0, column.type), column)
    if pa.types.is_floating(column.type):
        bits = whole.to_numpy().view(np.uint64)
    else:
        bits = pc.cast(pc.cast(whole, _INTEGER.get(column.type, column.type)), pa.int64()).to_numpy().view(np.uint64)
    there: Hashes = (~missing.to_numpy(zero_copy_only=False)).astype(np.uint64)
    return there * _mixed(bits + np.uint64(1))


_INTEGER = {pa.date32(): pa.int32(), pa.date64(): pa.int64()}


def text_hashes(text: pa.ChunkedArray) -> Hashes:
    """One number per text."""
    return np.concatenate([np.zeros(0, dtype=np.uint64), *map(_of_chunk, text.chunks)])


FEW = 0.25
"""Share of different texts among the first ones below which each different text is hashed once."""


def _of_chunk(text: pa.LargeStringArray) -> Hashes:
    """Each text as a number; where words repeat, as kinds and channels do, each word once."""
    first = text[:1000]
    if len(pc.unique(first)) > FEW * len(first):
        return _of_all(text)
    words = text.dictionary_encode(null_encoding="encode")
    hashes: Hashes = _of_all(words.dictionary)[words.indices.to_numpy(zero_copy_only=False)]
    return hashes


def _of_all(text: pa.LargeStringArray) -> Hashes:
    """Eight bytes of every text at a time."""
    if not len(text):
        return np.zeros(0, dtype=np.uint64)
    text = text.cast(pa.large_string()).fill_null("")
    _, offsets, data = text.buffers()
    bounds = np.frombuffer(offsets, dtype=np.int64)[text.offset : text.offset + len(text) + 1]
    begin, end = int(bounds[0]), int(bounds[-1])
    signs = np.zeros(end - begin + 8, dtype=np.uint8)
    signs[: end - begin] = np.frombuffer(data, dtype=np.uint8)[begin:end] if end > begin else 0
    words = np.ndarray(len(signs) - 7, dtype="<u8", buffer=signs, strides=(1,))
    starts, left = bounds[:-1] - begin, np.diff(bounds)
    out = _mixed(left.astype(np.uint64))
    active = np.flatnonzero(left > 0)
    while len(active):
        sizes = np.minimum(left[active], 8).astype(np.uint64)
        some = words[starts[active]] & (~np.uint64(0) >> (np.uint64(64) - sizes * np.uint64(8)))
        out[active] = _mixed(out[active] * _ODD[2] + some)
        starts[active] += 8
        left[active] -= 8
        active = active[left[active] > 0]
    return out


def _mixed(numbers: Hashes) -> Hashes:
    """The numbers with every bit depending on all others (the last step of SplitMix64)."""
    out = numbers ^ (numbers >> _SHIFTS[0])
    for shift, odd in zip(_SHIFTS[1:], _ODD, strict=False):
        out *= odd
        out ^= out >> shift
    return out


def stands_twice(hashes: Hashes) -> Mask:
    """Which numbers stand at another place too."""
    order = np.sort(hashes)
    twice = order[1:][order[1:] == order[:-1]]
    return np.isin(hashes, twice) if len(twice) else np.zeros(len(hashes), dtype=bool)


def different(hashes: Hashes) -> Hashes:
    """Each number once, in order. By sorting: numpy's own way by a hash table takes five times as long."""
    order = np.sort(hashes)
    return order[np.concatenate([[True], order[1:] != order[:-1]])] if len(order) else order


def beyond_first(hashes: Hashes) -> int:
    """How many of these numbers stand at an earlier place too."""
    return len(hashes) - len(different(hashes))
