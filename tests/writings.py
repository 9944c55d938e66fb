"""Every number that a run writes for a reader, and those that a reader sees with different digits in two places."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from sys import _getframe
from typing import Any
from unittest import mock

from referral_playbook.contract.writing import formatting


@dataclass
class Writings:
    """The texts of each number, with the place that wrote it first: the same float is the same quantity."""

    texts: dict[float, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))

    def two_ways(self, page: str) -> Iterator[str]:
        """Numbers of which the words of a page show two texts, such as £9,860 and £9,900.

        Short texts without a sign, such as 12 beside 12.4, are too common to say that they are the same quantity.
        """
        for x, texts in self.texts.items():
            shown = [text for text in texts if SIGN.search(text) and _stands_in(text, page)]
            for kind in (r"%", r"[^\w\s.,%-]", r"^[\d.,-]+$"):
                # 1.5 in a sentence and 1.50 beside its range are one number
                alike = list({TRAILING.sub("", text): text for text in shown if re.search(kind, text)}.values())
                if len(alike) > 1 and any(len(re.sub(r"\D", "", text)) > 2 for text in alike):
                    yield f"{x!r} is written " + " and ".join(f"{text} by {texts[text]}" for text in alike)


OF_NOTEBOOKS = ("show/grid.py", "show/tables.py")
"""Tables of the working papers, which no memo shows."""
TRAILING = re.compile(r"(?<=\.\d)0+$")
SIGN = re.compile(r"[^\w-]")


def _stands_in(text: str, page: str) -> bool:
    return re.search(rf"(?<![\d.,£€$-]){re.escape(text)}(?![\d%]|[.,]\d)", page) is not None


@contextmanager
def recorded() -> Iterator[Writings]:
    """Record what `contract.writing.formatting` writes within the block."""
    found = Writings()
    rounded, decimal, percent, money = (
        getattr(formatting, name) for name in ("_rounded", "_decimal", "_percent", "_money")
    )
    raw: dict[int, tuple[Decimal, float]] = {}

    def rounding(x: float, step: float) -> Decimal:
        made = rounded(x, step)
        raw[id(made)] = made, float(x)
        return made

    def note(x: float, text: str) -> str:
        place = _place()
        if x != int(x) and not place.startswith(OF_NOTEBOOKS):  # a whole number may be two counts
            found.texts[x].setdefault(text, place)
        return text

    def of_decimal(x: Decimal, *args: Any, **options: Any) -> str:
        return note(raw[id(x)][1], decimal(x, *args, **options))

    def of_share(x: float, *args: Any, **options: Any) -> str:
        return note(float(x), percent(x, *args, **options))

    def of_money(x: Decimal, *args: Any) -> str:
        return note(raw[id(x)][1], money(x, *args))

    own = {"_rounded": rounding, "_decimal": of_decimal, "_percent": of_share, "_money": of_money}
    with mock.patch.multiple(formatting, **own):
        yield found


def _place() -> str:
    """The function outside `formatting` that asked for the text."""
    frame = _getframe(2)
    while frame.f_back is not None and frame.f_code.co_filename in (formatting.__file__, __file__):
        frame = frame.f_back
    return f"{frame.f_code.co_filename.rpartition('referral_playbook/')[2]}:{frame.f_lineno}"
