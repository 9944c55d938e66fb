"""Bars, spidergram and heat map: values side by side."""

from __future__ import annotations

import numpy as np
import pytest

from referral_playbook.contract.evidence import undefined
from referral_playbook.show import figures as draw
from referral_playbook.show.picture import axes, picture
from tests.show.drawn import LONG, estimate


def test_bars_are_ordered_and_what_is_not_known_comes_last():
    values = {"a": estimate(0.1, 0.05, 0.2), "b": undefined("none", unit="share", per="lead"), "c": estimate()}
    ax = draw.bars(axes(), values, unit="share")
    assert [t.get_text() for t in ax.get_yticklabels()] == ["c", "a", "b"]
    assert [bar.get_width() for bar in ax.patches] == [0.58, 0.1, 0]
    assert "b not known" in ax.alt_text


def test_pareto_says_which_few_make_most():
    values = {"organic": 2296, "paid": 1586, "unknown": 1099, "(empty)": 60, "referral": 284}
    said = draw.bars(axes(), values, unit="leads", pareto=True).alt_text
    assert "3 of 5 make 94%: organic, paid, unknown." in said
    assert "(empty) 60 leads" in said


def test_spidergram_closes_both_lines_and_names_the_gap():
    ax = draw.spidergram(axes(polar=True, height=4), ["customers", "referral", LONG], [8, 3, 1], [8, 7, 3])
    assert [list(line.get_ydata()) for line in ax.lines] == [[8, 7, 3, 8], [8, 3, 1, 8]]
    assert "The widest gap is referral." in ax.alt_text


def test_spidergram_needs_polar_axes():
    with pytest.raises(ValueError, match="polar"):
        draw.spidergram(axes(), ["a", "b", "c"], [1, 2, 3], [1, 2, 3])


def test_heatmap_leaves_unknown_cells_open():
    ax = draw.heatmap(axes(), [[10, 0, np.nan], [250, 33, 1]], rows=["SMB", LONG], columns="NSW", unit="customers")
    shown = ax.collections[0].get_array()
    assert np.ma.getmaskarray(shown).sum() == 1
    assert [t.get_text() for t in ax.texts] == ["10", "0", "250", "33", "1"]
    assert "highest 250 customers" in ax.alt_text
    assert "1 of 6 cells are not known" in ax.alt_text


def test_a_large_heatmap_stays_light():
    values = np.random.default_rng(0).random((40, 40))
    ax = draw.heatmap(axes(height=5), values, rows=range(40), columns=range(40), unit="share")
    assert len(picture(ax).svg) < 150_000
