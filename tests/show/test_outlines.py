"""Outlines of text: as wide as matplotlib's, the same shapes, and other scripts as matplotlib sets them."""

from __future__ import annotations

import re

import numpy as np
import pytest
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from referral_playbook.show.outlines import EM, GRID, SIDE_BY_SIDE, _glyph, line_room, outline, read_usual

PLAIN, BOLD = (FontProperties(family="DejaVu Sans", weight=weight, size=100) for weight in ("normal", "bold"))


def _corners(path: str) -> np.ndarray:
    """The lowest and highest x and y of the points of a path, followed step by step."""
    at, start, found = np.zeros(2), np.zeros(2), []
    for letter, numbers in re.findall(r"([Mmlqcz])([^Mmlqcz]*)", path):
        if letter == "z":
            at = start
            continue
        points = np.array(re.findall(r"-?\d+", numbers), dtype=float).reshape(-1, 2)
        size = {"M": 1, "m": 1, "l": 1, "q": 2, "c": 3}[letter]
        for step in points.reshape(-1, size, 2):
            ends = step if letter == "M" else at + step
            if letter != "M":
                found.extend(ends)
            at = ends[-1]
            start = at if letter in "Mm" else start
    return np.array([np.min(found, axis=0), np.max(found, axis=0)])


@pytest.mark.parametrize("font", [PLAIN, BOLD])
@pytest.mark.parametrize("text", ["AVATAR To", "£1,234 (15% to 23%)", "Zoë & Söhne, Łódź", "−3.5 …", "Москва", "שלום"])
def test_a_line_takes_the_room_that_matplotlib_measures(text: str, font: FontProperties) -> None:
    line = outline(text, font)
    measured = np.array(text_to_path.get_text_width_height_descent(text, font, False)) / 100
    assert [line.width, line.height, line.descent] == pytest.approx(measured, abs=1e-3)


@pytest.mark.parametrize("text", ["AVATAR To", "jumped, 42%", "שלום", "éß"])
def test_a_path_covers_what_matplotlib_draws(text: str) -> None:
    vertices, codes = text_to_path.get_text_path(PLAIN, text)
    drawn = np.array(vertices)[np.array(codes) != 79] / 100 * GRID
    assert _corners(outline(text, PLAIN).path) == pytest.approx(np.array([drawn.min(axis=0), drawn.max(axis=0)]), abs=1)


def test_pairs_of_letters_are_kerned() -> None:
    apart = sum(outline(sign, PLAIN).width for sign in "AV")
    assert outline("AV", PLAIN).width < apart - 0.05


def test_an_empty_line_and_a_blank_have_no_path() -> None:
    assert outline("", PLAIN).path == outline(" ", PLAIN).path == ""
    assert outline("", PLAIN).width == 0 < outline(" ", PLAIN).width == 2034 / EM


@pytest.mark.parametrize(("text", "apart"), [("Übung 5%", True), ("سلام", False), ("e\u0301", False), ("漢字", False)])
def test_scripts_whose_letters_join_or_combine_are_left_to_matplotlib(text: str, apart: bool) -> None:
    assert bool(SIDE_BY_SIDE.fullmatch(text)) is apart


def test_the_room_of_a_line_is_what_the_font_says() -> None:
    assert line_room(PLAIN) == pytest.approx((1556 / 2048, 492 / 2048, 410 / 2048))


def test_usual_signs_are_read_before_they_are_needed() -> None:
    read_usual.__wrapped__()
    before = _glyph.cache_info().misses
    outline("Referrals a month: £3 (1 to 5)", BOLD)
    assert _glyph.cache_info().misses == before
