"""Clients and results as the tests of referral sources need them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tests.steps import shared

CONTRACT = {"source", "leads", "won", "conversion", "low", "high", "value", "share_of_won"}


def concluded(client, **stated):
    """The result of step 07 under its defaults and what is stated."""
    return shared.concluded("referral_sources", client, **stated)


def by_source(result) -> dict[str, dict]:
    return {row["source"]: row for row in result.tables["sources"]}


def leads_of(rows) -> pd.DataFrame:
    """Leads by hand: (source, given_or_received, how many, won, value of each that was won)."""
    out = []
    for source, way, n, won, value in rows:
        for i in range(n):
            day = pd.Timestamp("2025-07-01") + pd.Timedelta(days=(len(out) * 37) % 360)
            won_on = day + pd.Timedelta(days=20) if i < won else pd.NaT
            out.append((f"X{len(out):05d}", day, source, won_on, float(value) if i < won else np.nan, way))
    columns = ["lead_id", "created_on", "source", "won_on", "value", "given_or_received"]
    return pd.DataFrame(out, columns=columns)


class _Money:
    currency = "GBP"
