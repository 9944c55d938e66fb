"""The months to ask in: the highest hazard, and only where it stands out from chance."""

from __future__ import annotations

import numpy as np
import pytest

from referral_playbook.contract.writing.formatting import interval
from referral_playbook.steps.ask_and_follow_up import first_referrals
from referral_playbook.steps.ask_and_follow_up import months as ask_months
from referral_playbook.steps.ask_and_follow_up.first_referrals import Waits


def test_ask_window_lies_in_the_months_of_highest_hazard(sample, truth):
    window = ask_months.ask_window(first_referrals.since_joining(sample()))
    assert set(range(window.start, window.end)) <= set(truth()["first_referral"]["highest_months"])
    assert window.stands_out
    rows = ask_months.window_rows(first_referrals.since_joining(sample()), window)
    assert [row["in_window"] for row in rows].count(True) == 3


def test_the_best_of_equal_months_seldom_stands_out():
    found = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        months, end = rng.exponential(60, 400), rng.uniform(0, 40, 400)
        waits = Waits(months=np.minimum(months, end), referred=months < end, since="joining")
        found.append(ask_months.ask_window(waits))
    assert sum(window.stands_out for window in found) <= 5
    assert all(window.ratio.value > 1 for window in found)  # the best looks good every time


def test_a_window_that_holds_every_first_referral_has_no_upper_end():
    """All first referrals fall into one window, so the other months have none to compare with."""
    months, referred = np.full(400, 20.0), np.zeros(400, dtype=bool)
    months[:6], referred[:6] = 1.5, True
    window = ask_months.ask_window(Waits(months=months, referred=referred, since="joining"))
    text = "".join(x if isinstance(x, str) else interval(x.as_(unit="")) for x in ask_months.describe_window(window))
    assert "none" not in text.lower() or "none in the other months" in text
    assert "None" not in text


def waits_of(*rows):
    """``(months, referred, how many)`` as waits."""
    months = np.concatenate([np.full(n, m, dtype=float) for m, _, n in rows])
    referred = np.concatenate([np.full(n, r, dtype=bool) for _, r, n in rows])
    return Waits(months=months, referred=referred, since="joining")


def test_the_rate_of_the_window_is_counted_by_hand():
    """300 customers for 12 months; 60 first refer in the middle of month 5, 6 in month 1."""
    window = ask_months.ask_window(waits_of((4.5, True, 60), (0.5, True, 6), (12.0, False, 234)), length=1)
    assert (window.start, window.end) == (4, 5)
    at_risk = 60 * 0.5 + 234
    others = 6 * 0.5 + 60 * 4 + 234 * 11
    assert window.rate.value == pytest.approx(60 / at_risk)
    assert window.ratio.value == pytest.approx((60 / at_risk) / (6 / others), rel=0.05)
    assert window.stands_out


def test_without_referrals_or_customers_no_window_stands_out():
    assert ask_months.ask_window(waits_of((12.0, False, 300))) is None
    assert ask_months.ask_window(waits_of((2.5, True, 10), (12.0, False, 20))) is None
    (text,) = ask_months.describe_window(None)
    assert text.startswith("No ask window stands out")
