"""The tornado: drivers in the order of their swing."""

from __future__ import annotations

from referral_playbook.show import figures as draw
from referral_playbook.show.figures.drivers import CHARACTER
from referral_playbook.show.picture import axes
from tests.show.drawn import ROWS


def test_tornado_orders_by_swing_and_says_both_ends():
    ax = draw.tornado(axes(), ROWS, base=100, unit="GBP", threshold=0)
    assert [t.get_text().split("\n")[0] for t in ax.get_yticklabels()] == ["Enterprise customers in", "falls", "small"]
    ends = [[bar.get_x() + bar.get_width() for bar in side] for side in ax.containers]
    assert ends == [[-400, 300, 90], [1200, -100, 110]]
    assert ax.alt_text.index("falls") < ax.alt_text.index("small")
    assert "falls low £300, high -£100" in ax.alt_text
    assert "£100 with every input at its expected value" in ax.alt_text


def test_tornado_of_nothing_uncertain_says_so():
    assert "none is uncertain" in draw.tornado(axes(), [], base=1, unit="GBP").alt_text


def test_the_text_at_a_low_end_stays_within_the_axes_however_long_the_other_end_reaches():
    """A long bar to the right makes the room on the left a smaller share of the axes."""
    rows = [{"input": "uplift", "at_low": -55_800, "at_high": 134_000, "low": "0.61 times", "high": "2.2 times"}]
    ax = draw.tornado(axes(), rows, base=11_000, unit="EUR", threshold=0)
    low, high = ax.get_xlim()
    assert (-55_800 - low) / (high - low) >= CHARACTER * 11 - 0.01
    assert (high - 134_000) / (high - low) >= CHARACTER * 10 - 0.01
