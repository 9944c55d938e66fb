"""Colours that stay apart for every reader: distinct, dark enough on white, and ordered by lightness."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest

from referral_playbook.show.palette import BLUE, DASHES, GREY, INK, ORANGE, SEQUENCE, SERIES, VERMILION


def lightness(colour: str) -> float:
    """Relative luminance after WCAG 2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((lightness(one), lightness(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_of_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)


@pytest.mark.parametrize("colour", [INK, GREY])
def test_text_can_be_read_on_white(colour: str) -> None:
    assert contrast(colour, "#FFFFFF") >= 4.5


@pytest.mark.parametrize("colour", [BLUE, VERMILION])
def test_marks_stand_out_from_white(colour: str) -> None:
    assert contrast(colour, "#FFFFFF") >= 3


def test_blue_and_orange_differ_in_grey_print() -> None:
    assert contrast(BLUE, ORANGE) > 2


def test_a_heat_map_grows_darker_step_by_step() -> None:
    assert all(lightness(before) > lightness(after) for before, after in pairwise(SEQUENCE))


def test_no_two_groups_have_the_same_colour_and_line() -> None:
    looks = [(SERIES[i % len(SERIES)], DASHES[i % len(DASHES)]) for i in range(len(SERIES) * len(DASHES))]
    assert all(one != other for one, other in combinations(looks, 2))
