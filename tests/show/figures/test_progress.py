"""The band of months and the ladder of tiers."""

from __future__ import annotations

import numpy as np

from referral_playbook.show import figures as draw
from referral_playbook.show.picture import axes
from tests.show.drawn import estimate


def test_band_marks_the_months_below_and_leaves_the_future_empty():
    names = ["2026-07", "2026-08", "2026-09", "2026-10"]
    ax = draw.band(axes(), names, [9, 4, 5, np.nan], [6] * 4, [8] * 4, [11] * 4)
    behind = next(line for line in ax.lines if line.get_label() == "below the band")
    assert list(behind.get_xdata()) == [1, 2]
    assert ax.alt_text.endswith("2 of 3 months lie below the band.")
    assert "Oct" not in ax.alt_text


def test_ladder_says_what_each_tier_asks_costs_and_how_many_reach_it():
    tiers = [
        {"name": "Friend", "referrals": 1, "cost": 25, "probability": estimate(0.8, 0.7, 0.88)},
        {"name": "Champion", "referrals": 6, "cost": 150, "probability": None},
    ]
    ax = draw.ladder(axes(), tiers, currency="GBP")
    assert ax.alt_text == "Tiers: Friend: 1 referral, £25, reached by 80% (70% to 88%); Champion: 6 referrals, £150."
    assert [bar.get_height() for bar in ax.patches] == [1, 2]
