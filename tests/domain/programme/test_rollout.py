"""A staggered roll-out, read from simulated clients with a known effect."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from referral_playbook.domain.programme.rollout import not_reached, referral_dispersion, rollout_starts, staggered
from tests.domain.programme.regions import drawn_client

PLAN = {"East": "2025-11", "Wales": "2025-11", "North": "2026-02", "West": "2026-02"}


def test_the_true_effect_is_read_from_all_waves():
    """200 clients gave 97% for 1.5 and 98% without an effect; 15 of each are run here."""
    texts = [f"{region}={month}" for region, month in PLAN.items()]
    for effect in (1.0, 1.5):
        readings = [staggered(drawn_client(seed, effect=effect, starts=PLAN), texts) for seed in range(15)]
        assert sum(r.low <= effect <= r.high for r in readings) >= 13
        assert np.median([r.value for r in readings]) == pytest.approx(effect, rel=0.1)


def test_a_roll_out_that_lies_ahead_has_no_effect_yet():
    assert "after the as-of date" in staggered(drawn_client(5, customers=300), ["East=2027-01"]).reason


def test_a_group_that_no_customer_is_in_and_a_start_that_is_no_month_are_refused():
    client = drawn_client(5, customers=300)
    with pytest.raises(ValueError, match=r"no customer of region Nrth\. Use East, Midlands, North"):
        staggered(client, ["Nrth=2026-01", "East=2026-02"])
    for text in ("East", "=2026-01", "East=soon"):
        with pytest.raises(ValueError, match='Write "group=YYYY-MM"'):
            rollout_starts([text])


def test_a_group_is_not_reached_until_its_month_has_come():
    assert not_reached(["East=2026-10", "West=2026-09"], date(2026, 9, 30)) == ("East",)
    assert not_reached(["East=2026-10", "West=2026-09"], date(2026, 10, 1)) == ()


def test_dispersion_is_variance_over_mean_of_referrals_per_customer():
    """Ten customers, two of whom made 5 each: mean 1, variance (2 x 16 + 8 x 1) / 9."""
    profile = pd.DataFrame({"customer_id": [f"C{i}" for i in range(10)]})
    rows = pd.DataFrame({"referrer_id": ["C0"] * 5 + ["C1"] * 5})
    facts = {"customer_profile": profile, "referrals": rows}
    assert referral_dispersion(SimpleNamespace(fact=facts.get)) == pytest.approx(40 / 9)
    facts["referrals"] = pd.DataFrame({"referrer_id": ["C0", "C1"]})
    assert referral_dispersion(SimpleNamespace(fact=facts.get)) == 1.0  # below 1 it counts as 1
