"""How advocates fade: rates by months since the first referral, by hand and for steady advocates."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from referral_playbook.steps.programme_review import (
    decay,
)

FIRST = pd.Timestamp("2025-01-01")


class TestDecay:
    def test_by_hand(self, with_referrals):
        """Two advocates, watched 12 months of 30.4375 days: 3 further referrals in the first six, 1 after."""
        start = pd.Timestamp("2025-09-30")
        days = {"P1": (0, 30, 60), "P2": (0, 100, 250)}
        rows = [
            {"referrer_id": who, "friend_id": f"{who}{d}", "referred_on": start + pd.Timedelta(days=d)}
            for who, when in days.items()
            for d in when
        ]
        client = with_referrals(rows)
        people = decay.advocates(client)
        assert people["watched"].tolist() == pytest.approx([365 / 30.4375] * 2)
        assert decay.rate(people, 0, 6).value == pytest.approx(3 / 12)
        assert decay.rate(people, 6, 1200).value == pytest.approx(1 / (2 * (365 / 30.4375 - 6)))

    def test_steady_advocates_do_not_fade(self, with_referrals):
        rng = np.random.default_rng(3)
        rows = [
            {"referrer_id": f"P{a}", "friend_id": f"P{a}f{i}", "referred_on": FIRST + pd.Timedelta(days=int(d))}
            for a in range(60)
            for i, d in enumerate(np.sort(rng.integers(0, 638, 12)))
        ]
        steady = decay.decay(with_referrals(rows))
        assert steady.low <= 1 <= steady.high
        fading = [r for r in rows if r["referred_on"] < pd.Timestamp("2025-10-01")]
        assert decay.decay(with_referrals(fading)).high < 1
