"""A client in six regions, two years of whose referrals are drawn with a known effect of a roll-out."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import numpy as np
import pandas as pd

from tests.domain.counted import counted_facts

REGIONS = ("East", "Midlands", "North", "South", "West", "Wales")

FIRST = pd.Timestamp("2024-10-01")


def drawn_client(seed, *, effect=1.0, starts=None, customers=3_000, as_of="2026-09-30"):
    """Two years of referrals of customers who differ in urge; a region's rate rises by `effect` from its start."""
    rng = np.random.default_rng(seed)
    ids = np.array([f"C{i}" for i in range(customers)])
    region = rng.choice(REGIONS, customers, p=[0.3, 0.2, 0.2, 0.1, 0.1, 0.1])
    urge = rng.gamma(2.0, 0.5, customers) * np.where(region == "South", 1.6, 1.0)
    months = pd.period_range(FIRST, as_of, freq="M")
    parts = []
    for number, month in enumerate(months):
        started = np.array([(starts or {}).get(r, "9999-01") <= str(month) for r in region])
        rate = 0.02 * (1 + 0.3 * np.sin(number)) * urge * np.where(started, effect, 1.0)
        who = np.repeat(ids, rng.poisson(rate))
        parts.append(pd.DataFrame({"referrer_id": who, "referred_on": month.start_time + pd.Timedelta(days=9)}))
    profile = pd.DataFrame({"customer_id": ids, "joined_on": FIRST, "left_on": pd.NaT, "region": region})
    profile, rows = profile.astype({"left_on": "datetime64[ns]"}), pd.concat(parts, ignore_index=True)
    facts = {"customer_profile": profile, "referrals": rows, **counted_facts(profile, rows)}
    return SimpleNamespace(scale=1.0, fact=facts.get, as_of=date.fromisoformat(as_of), real_dates=True)
