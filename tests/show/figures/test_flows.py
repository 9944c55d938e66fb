"""The funnel and the waterfall: drops with their denominators, and steps that add up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.colors import to_hex

from referral_playbook.contract.evidence import undefined
from referral_playbook.show import figures as draw
from referral_playbook.show.palette import VERMILION
from referral_playbook.show.picture import axes
from tests.show.drawn import estimate


def test_funnel_names_the_steepest_drop_and_every_denominator():
    rates = {
        "aware": estimate(0.45, 0.4, 0.5, per="customer"),
        "qualified": estimate(0.1, 0.08, 0.12, per="invite"),
        "converted": estimate(0.2, 0.1, 0.35, per="qualified referral"),
    }
    stages = {"customers": 1000, "aware": 450, "invites": 500, "qualified": 50, "converted": 10}
    ax = draw.funnel(axes(height=3), stages, rates=rates)
    assert [bar.get_width() for bar in ax.patches] == list(stages.values())
    assert [to_hex(bar.get_facecolor()) == VERMILION.lower() for bar in ax.patches] == [
        False,
        False,
        False,
        True,
        False,
    ]
    assert ax.alt_text.endswith("Steepest drop: into qualified.")
    for rate in rates.values():
        assert f"per {rate.per}" in ax.alt_text


def test_funnel_without_rates_names_no_drop():
    rates = {"b": undefined("no customers", unit="share", per="a")}
    assert "Steepest" not in draw.funnel(axes(), {"a": 0, "b": 0}, rates=rates).alt_text


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=8))
@settings(max_examples=25, deadline=None)
def test_waterfall_ends_at_the_sum(amounts):
    ax = draw.waterfall(axes(), {f"s{i}": a for i, a in enumerate(amounts)}, currency="GBP")
    assert ax.patches[-1].get_width() == pytest.approx(sum(amounts), abs=1e-6)
    ends = np.cumsum(amounts)
    for bar, before in zip(ax.patches[1:-1], ends[:-1], strict=True):
        assert bar.get_x() == pytest.approx(before, abs=1e-6)
