"""Before a text file is taken apart: damage that would fill memory or time, and the part of it that is looked at."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from referral_playbook.intake.faults import Fault
from referral_playbook.intake.files import csv_faults, limits

MOST_LINES = 500_000
"""Lines of a text file that are looked at to propose how to read it."""
PIECE = 1 << 20
SAMPLE = 40
"""Lines among which the widest is looked for."""


def beginning(data: bytes, whole: bool) -> bytes:
    """The whole lines that are looked at, of a file or of its beginning."""
    end = _line_end(data)
    seen = 0
    for at in range(0, len(data), PIECE):
        seen += data.count(end, at, at + PIECE)
        if seen > MOST_LINES:
            return data[: data.find(end, at) + 1]
    return data if whole or not seen else data[: data.rfind(end) + 1]


def damage(data: bytes, name: str) -> Fault | None:
    """A NUL, a line that never ends, or nothing but blank lines: what no export has.

    Examples
    --------
    >>> damage(b"id\\n1\\n\\x00", "a.csv").line
    3
    >>> damage(b"id\\n1\\n", "a.csv") is None
    True
    """
    if (at := data.find(b"\0")) >= 0:
        return csv_faults.NUL.fault(name, "", data.count(b"\n", 0, at) + 1)
    if 2 * data.count(b"\n\n") > limits.MOST_BLANK_LINES:
        return csv_faults.MANY_BLANKS.fault(name, "", data.count(b"\n", 0, data.find(b"\n\n")) + 2)
    part = beginning(data, whole=True)
    places = np.flatnonzero(np.frombuffer(part, dtype=np.uint8) == _line_end(data)[0])
    lengths = np.diff(places, prepend=-1, append=len(part))
    if int(lengths.max()) > limits.LONGEST_LINE:
        return csv_faults.ENDLESS_LINE.fault(name, "", int(lengths.argmax()) + 1)
    return None


def most_fields(text: str, marks: Iterable[str]) -> int:
    """The fields of the widest line near the beginning, by the mark that makes most of them."""
    lines = text[: 1 << 22].splitlines()[:SAMPLE]
    return 1 + max((line.count(mark) for line in lines for mark in marks), default=0)


def _line_end(data: bytes) -> bytes:
    """Lines end at LF, or at CR where the file has no LF."""
    return b"\n" if b"\n" in data else b"\r"
