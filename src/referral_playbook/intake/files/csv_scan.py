"""The first pass over a big CSV by its bytes, a block at a time: where rows begin and how many fields they have.

Rows that are odd in any way are handed on as the csv module reads them; of all others only the lines are. A file in
which bytes alone do not tell where a row ends, such as one with quotes out of order, is left to the csv module.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from referral_playbook.intake.files import limits
from referral_playbook.intake.files.form import Form

BLOCK = 1 << 22
SMALL = 1 << 17
"""Bytes of a file below which the csv module alone is as fast."""
LONGEST_ROW = 1 << 24
"""The csv module takes no longer field."""
LF, CR, QUOTE = b'\n\r"'
ONE_BYTE = ("ascii", "cp", "iso8859", "koi8", "latin", "mac")
UTF8_BLANKS = (0xC2, 0xE1, 0xE2, 0xE3)
"""The bytes with which blanks other than those of ASCII begin in UTF-8."""

Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]


class UnfitError(ValueError):
    """The bytes of this file do not tell where its rows end, or it is damaged: the csv module says how."""


@dataclass(frozen=True)
class Wanted:
    """What the rows are compared with, and who gets them.

    `width` are the fields of the header and `first` is the first of them: a row that begins with the same may be the
    header again. `after` is the last line whose row is known already. `look` is called with line and fields of every
    odd row, in the order of the file, and `good` with the lines of all rows as wide as the header, odd ones included.
    """

    form: Form
    width: int
    first: str
    after: int
    look: Callable[[int, list[str]], object]
    good: Callable[[Places], None]

    @property
    def delimiter(self) -> int:
        return ord(self.form.delimiter)


@dataclass(frozen=True)
class _Block:
    """Rows that are not empty: where each begins and ends in the bytes, its first line, and its fields.

    `empty` counts those that are. `longest` are the bytes of the longest row or line.
    """

    signs: Bytes
    begins: Places
    ends: Places
    lines: Places
    widths: Places
    empty: int
    longest: int


def is_plain(path: Path, form: Form) -> bool:
    """Whether a file is large enough for a pass by bytes, and its encoding keeps the bytes of ASCII for ASCII."""
    if path.stat().st_size < SMALL or len(form.delimiter) != 1 or form.delimiter in '"\r\n':
        return False
    signs = "".join(map(chr, range(128)))
    try:
        same = signs.encode(form.encoding).removeprefix(codecs.BOM_UTF8) == signs.encode()
    except (LookupError, UnicodeError):
        return False
    return same and form.delimiter.isascii() and (_is_utf8(form) or _is_one_byte(form))


def _is_utf8(form: Form) -> bool:
    return codecs.lookup(form.encoding).name in ("utf-8", "utf-8-sig")


def _is_one_byte(form: Form) -> bool:
    """Whether every byte is a letter of its own; others shift between alphabets or write letters as escapes."""
    return codecs.lookup(form.encoding).name.startswith(ONE_BYTE) and len(_high(form)) == 128


def _high(form: Form) -> str:
    """The letters of the bytes above ASCII in an encoding of one byte each."""
    return bytes(range(128, 256)).decode(form.encoding, errors="replace")


def scan(path: Path, wanted: Wanted) -> int:
    """Look at every row once; how many bytes the longest has.

    After UnfitError, which may come when some rows were handed on already, start again with the csv module.
    """
    blank = _blank_signs(wanted.form)
    rest, line, empty, longest = b"", wanted.form.skipped + 1, 0, 0
    for piece, last in _pieces(path, wanted.form):
        data = rest + piece
        data += b"\n" if last and not data.endswith(b"\n") else b""
        block, line = _rows(data, line, wanted.delimiter)
        rest, data = data[len(block.signs) :], data[: len(block.signs)]
        empty, longest = empty + block.empty, max(longest, block.longest)
        _check_text(data, block.signs, wanted.form)
        if len(rest) > LONGEST_ROW or (last and rest) or empty > limits.MOST_BLANK_LINES:
            raise UnfitError
        _hand_on(data, block, blank, wanted)
    return longest


def _pieces(path: Path, form: Form) -> Iterator[tuple[bytes, bool]]:
    """The bytes of a file below the lines to skip, and whether they are the last."""
    with path.open("rb") as file:
        if file.peek(3)[:3] == codecs.BOM_UTF8:
            if codecs.lookup(form.encoding).name != "utf-8-sig":
                raise UnfitError
            file.read(3)
        above = [file.readline() for _ in range(form.skipped)]
        if any(b"\0" in line or b"\r" in line.rstrip(b"\r\n") for line in above):
            raise UnfitError
        while piece := file.read(BLOCK):
            yield piece, not file.peek(1)


def _rows(data: bytes, line: int, delimiter: int) -> tuple[_Block, int]:
    """The whole rows at the beginning of some bytes, and the number of the line that follows them."""
    signs = np.frombuffer(data, dtype=np.uint8)
    breaks, marks = np.flatnonzero(signs == LF), np.flatnonzero(signs == delimiter)
    inner = np.zeros(len(breaks), dtype=bool)
    if b'"' in data:
        quotes = np.flatnonzero(signs == QUOTE)
        inner = np.searchsorted(quotes, breaks) % 2 == 1
        marks = marks[np.searchsorted(quotes, marks) % 2 == 0]
    which = np.flatnonzero(~inner)
    ends = breaks[which]
    size = int(ends[-1]) + 1 if len(ends) else 0
    signs = signs[:size]
    if b'"' in data:
        _check_quotes(signs, quotes[: np.searchsorted(quotes, size)], delimiter)
    begins = np.concatenate([[0], ends[:-1] + 1])[: len(ends)]
    lines = line + np.concatenate([[0], which[:-1] + 1])[: len(ends)]
    widths = np.diff(np.searchsorted(marks, ends), prepend=0) + 1
    longest = _checked_longest(breaks, ends - begins)
    full = ends - begins > (signs[begins] == CR)
    block = _Block(signs, begins[full], ends[full], lines[full], widths[full], int((~full).sum()), longest)
    return block, line + (int(which[-1]) + 1 if len(which) else 0)


def _check_quotes(signs: Bytes, quotes: Places, delimiter: int) -> None:
    """Quotes stand around whole fields only, and are doubled within them."""
    opening, closing = quotes[0::2], quotes[1::2]
    before, behind = signs[opening - 1], signs[closing + 1]
    begins = (opening == 0) | np.isin(before, [LF, delimiter, QUOTE])
    if not (begins.all() and np.isin(behind, [LF, CR, delimiter, QUOTE]).all()):
        raise UnfitError


def _checked_longest(breaks: Places, rows: Places) -> int:
    longest = max(int(np.diff(breaks, prepend=-1).max(initial=0)), int(rows.max(initial=0)))
    if longest > min(LONGEST_ROW, limits.LONGEST_LINE):
        raise UnfitError
    return longest


def _check_text(data: bytes, signs: Bytes, form: Form) -> None:
    """No sign that no text has, no line break of another kind, no byte that is not of the encoding."""
    if b"\0" in data:
        raise UnfitError
    if b"\r" in data:
        returns = np.flatnonzero(signs == CR)
        if (signs[returns + 1] != LF).any():
            raise UnfitError
    if not data.isascii():
        try:
            data.decode(form.encoding)
        except UnicodeError:
            raise UnfitError from None


def _blank_signs(form: Form) -> Flags:
    """Bytes with which a row may begin whose first field is empty or blank."""
    blank = np.zeros(256, dtype=bool)
    blank[[sign for sign in range(128) if chr(sign).isspace()] + [ord(form.delimiter)]] = True
    high = UTF8_BLANKS if _is_utf8(form) else [128 + at for at, sign in enumerate(_high(form)) if sign.isspace()]
    blank[list(high)] = True
    return blank


def _hand_on(data: bytes, block: _Block, blank: Flags, wanted: Wanted) -> None:
    """The lines of rows of the right width, and the odd rows as the csv module reads them."""
    new, right = block.lines > wanted.after, block.widths == wanted.width
    wanted.good(block.lines[new & right])
    starts = block.begins + (block.signs[block.begins] == QUOTE)
    odd = ~right | _may_be_blank(block, starts, blank, wanted) | _may_be_header(block.signs, starts, wanted)
    odd |= np.isin(block.lines, list(wanted.form.dropped))
    rows = np.flatnonzero(new & odd)
    if len(rows) > limits.MOST_BLANK_LINES:
        raise UnfitError
    text = b"".join(data[block.begins[row] : block.ends[row] + 1] for row in rows)
    fields = csv.reader(io.StringIO(text.decode(wanted.form.encoding), newline=""), delimiter=wanted.form.delimiter)
    for line, row in zip(block.lines[rows].tolist(), fields, strict=True):
        wanted.look(line, row)


def _may_be_blank(block: _Block, starts: Places, blank: Flags, wanted: Wanted) -> Flags:
    """Rows whose first field may be blank; where the header has a name for it, only if nothing else is there."""
    signs = block.signs[starts]
    may_be: Flags = blank[signs] | ((starts > block.begins) & (signs == QUOTE))
    if wanted.first.strip() and may_be.any():
        ink = ~blank & (np.arange(256) < 128)
        ink[QUOTE] = False
        may_be &= np.add.reduceat(ink[block.signs], block.begins, dtype=np.int64) == 0
    return may_be


def _may_be_header(signs: Bytes, starts: Places, wanted: Wanted) -> Flags:
    """Rows that begin as the header does."""
    alike = np.full(len(starts), bool(wanted.first))
    for at, sign in enumerate(wanted.first.encode(wanted.form.encoding).removeprefix(codecs.BOM_UTF8)[:16]):
        alike[alike] = signs[np.minimum(starts[alike] + at, len(signs) - 1)] == sign
    return alike
