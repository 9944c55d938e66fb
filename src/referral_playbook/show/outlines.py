"""Text as outlines: how much room a line takes and which path draws it, each glyph read from its font only once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib import font_manager
from matplotlib.font_manager import FontProperties, get_font
from matplotlib.ft2font import FT2Font, Kerning, LoadFlags
from matplotlib.path import Path
from matplotlib.textpath import text_to_path

SIZE = 100
"""Points at which glyphs are read."""
EM = 64 * SIZE
"""The size of a font as FreeType measures it: in whole 64ths of a point."""
GRID = 1000
"""The size of a font in the steps of a path: at 10 points a step is a hundredth of a point."""
SIDE_BY_SIDE = re.compile(
    r"[ -~\u00a1-\u00ac\u00ae-\u02af\u0370-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2212\u25a1]*"
)
"""Latin, Greek and Cyrillic text, whose letters stand one after another. Other scripts are left to matplotlib."""
USUAL = "".join(map(chr, range(ord(" "), ord("~") + 1))) + "£€\u2212…"
findfont = lru_cache(maxsize=256)(font_manager.findfont)
"""The file of a font; matplotlib compares its settings at every call, and here they are always those of the house."""
LETTER = {int(Path.MOVETO): "m", int(Path.LINETO): "l", int(Path.CURVE3): "q", int(Path.CURVE4): "c"}


@dataclass(frozen=True)
class Outline:
    """A line of text: its room as multiples of the size of the font, and the ``d`` of an SVG path on a `GRID`.

    The path begins at the left end of the base line, and its y axis points up.
    """

    width: float
    height: float
    descent: float
    path: str


@dataclass(frozen=True)
class Glyph:
    """A character of a font: its index, how far the pen moves on, its lower and upper edge, and its path."""

    index: int
    advance: int
    bottom: int
    top: int
    path: str


def outline(text: str, font: FontProperties) -> Outline:
    """Return the outline of one line of text.

    Examples
    --------
    >>> outline("-", FontProperties(family="DejaVu Sans"))
    Outline(width=0.36078125, height=0.08, descent=0.0, path='M0 0m49 314l263 0 0-80-263 0 0 80z')
    """
    return _outline(text, findfont(font))


@cache
def read_usual() -> None:
    """Read the signs of English text in the plain and the bold font, before the process is forked."""
    for weight in ("normal", "bold"):
        file = findfont(FontProperties(family="DejaVu Sans", weight=weight))
        for sign in USUAL:
            _glyph(sign, file)


def line_room(font: FontProperties) -> tuple[float, float, float]:
    """Return the room above and below the base line and the gap between lines, as multiples of the font's size."""
    return _line_room(findfont(font))


@cache
def _line_room(file: str) -> tuple[float, float, float]:
    font = get_font(file)
    head, table = font.get_sfnt_table("head"), font.get_sfnt_table("OS/2")
    assert head, f"{file}: the font has no head table"
    assert table, f"{file}: the font has no OS/2 table"
    em = head["unitsPerEm"]
    return table["sTypoAscender"] / em, -table["sTypoDescender"] / em, table["sTypoLineGap"] / em


@lru_cache(maxsize=4096)
def _outline(text: str, file: str) -> Outline:
    if SIDE_BY_SIDE.fullmatch(text):
        glyphs = [_glyph(sign, file) for sign in text]
        if all(glyph.index for glyph in glyphs):
            return _side_by_side(glyphs, [_kerning(pair, file) for pair in pairwise(text)])
    return _by_matplotlib(text, file)


def _side_by_side(glyphs: Sequence[Glyph], kerning: Sequence[int]) -> Outline:
    path, pen = [], 0
    for glyph, gap in zip(glyphs, (*kerning, 0), strict=False):
        if glyph.path:
            path.append(f"M{round(pen * GRID / EM)} 0{glyph.path}")
        pen += glyph.advance + gap
    bottom, top = min((g.bottom for g in glyphs), default=0), max((g.top for g in glyphs), default=0)
    return Outline(pen / EM, (top - bottom) / EM, max(-bottom, 0) / EM, "".join(path))


@cache
def _glyph(sign: str, file: str) -> Glyph:
    font = _sized(file)
    index = font.get_char_index(ord(sign))
    glyph = font.load_glyph(index, flags=LoadFlags.NO_HINTING)
    _, bottom, _, top = glyph.bbox
    return Glyph(index, glyph.horiAdvance, bottom, top, _path(*font.get_path()))


@cache
def _kerning(pair: tuple[str, str], file: str) -> int:
    font = _sized(file)
    left, right = (font.get_char_index(ord(sign)) for sign in pair)
    return font.get_kerning(left, right, Kerning.UNFITTED)


def _sized(file: str) -> FT2Font:
    font = get_font(file)  # matplotlib's own, which it sets to other sizes
    font.set_size(SIZE, 72)
    return font


def _path(vertices: Any, codes: Any) -> str:
    """The path of a glyph in steps from point to point, which are the same wherever the glyph stands."""
    path, last, at, start = [], "", np.zeros(2, int), np.zeros(2, int)
    for flat, code in Path(vertices * (GRID / SIZE), codes).iter_segments(simplify=False):
        if code == Path.CLOSEPOLY:
            path.append("z")
            last, at = "z", start
            continue
        points = flat.reshape(-1, 2).round().astype(int)
        letter = LETTER[int(code)]
        steps = " ".join(map(str, (points - at).ravel().tolist())).replace(" -", "-")
        path.append((letter if letter != last else "" if steps[0] == "-" else " ") + steps)
        last, at = letter, points[-1]
        start = at if letter == "m" else start
    return "".join(path)


def _by_matplotlib(text: str, file: str) -> Outline:
    """A line whose letters join, combine or run from right to left, as matplotlib sets it."""
    font = _sized(file)
    font.set_text(text, 0.0, flags=LoadFlags.NO_HINTING)
    (width, height), descent = font.get_width_height(), font.get_descent()
    places, glyphs, _ = text_to_path.get_glyphs_with_font(font, text)
    unit = GRID / SIZE
    path = (f"M{round(unit * x)} {round(unit * y)}{_path(*glyphs[key])}" for key, x, y, _ in places)
    return Outline(width / EM, height / EM, descent / EM, "".join(path))
