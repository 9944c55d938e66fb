"""Cells and rows as numbers of 64 bits: millions of them are compared without being held together.

Of a hundred million different rows, the chance that any two have the same number is about 1 in 4,000.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from referral_playbook.intake.files.source import Cells, Mask, arrow_text

Hashes = npt.NDArray[np.uint64]
_ODD = tuple(np.uint64(number) for number in (0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0x9E3779B97F4A7C15))
_SHIFTS = tuple(np.uint64(bits) for bits in (30, 27, 31))


def row_hashes(columns: Iterable[Cells]) -> Hashes:
    """One number per row; rows that are equal in every cell have the same."""
    out: Hashes = np.zeros(0, dtype=np.uint64)
    for number, cells in enumerate(columns):
        one = _hashed(cells)
        out = one if not number else _mixed(out * _ODD[2] + one)
    return out


def _hashed(cells: Cells) -> Hashes:
    native = cells.native
    if native is None or not _is_number(native.type):
        return text_hashes(arrow_text(cells.text))
    missing = pc.is_null(native, nan_is_null=True)
    whole = pc.if_else(missing, pa.scalar(0, native.type), native)
    if pa.types.is_floating(native.type):
        bits = whole.to_numpy().view(np.uint64)
    else:
        bits = pc.cast(pc.cast(whole, _INTEGER.get(native.type, native.type)), pa.int64()).to_numpy().view(np.uint64)
    there: Hashes = (~missing.to_numpy(zero_copy_only=False)).astype(np.uint64)
    return there * _mixed(bits + np.uint64(1))


_INTEGER = {pa.date32(): pa.int32(), pa.date64(): pa.int64()}


def _is_number(kind: pa.DataType) -> bool:
    signed = pa.types.is_signed_integer(kind)
    return bool(signed or kind == pa.float64() or pa.types.is_date(kind) or pa.types.is_timestamp(kind))


def text_hashes(text: pa.ChunkedArray) -> Hashes:
    """One number per text."""
    return np.concatenate([np.zeros(0, dtype=np.uint64), *map(_of_chunk, text.chunks)])


def _of_chunk(text: pa.LargeStringArray) -> Hashes:
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
    twice = np.unique(order[1:][order[1:] == order[:-1]])
    return np.isin(hashes, twice) if len(twice) else np.zeros(len(hashes), dtype=bool)


def beyond_first(hashes: Hashes) -> int:
    """How many of these numbers stand at an earlier place too."""
    return len(hashes) - len(np.unique(hashes))
