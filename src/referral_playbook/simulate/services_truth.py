"""What is true of a simulated services firm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from referral_playbook.simulate.services_world import ServicesWorld


def truth(
    world: ServicesWorld,
    clients: pd.DataFrame,
    received: pd.DataFrame,
    given: pd.DataFrame,
    tables: Mapping[str, pd.DataFrame],
) -> dict[str, Any]:
    """Parameters, and counts of what happened, taken from the simulated life and not from the written tables."""
    return {
        "customers": {"total": len(clients), "active": int(clients["left"].isna().sum())},
        "retention": {
            "model": "geometric: the same chance to leave each month of 30.4375 days",
            "monthly_churn": {name: s.churn for name, s in world.sectors.items()},
        },
        "unknown_source_share": {
            "expected": world.unknown + world.empty,
            "unknown": world.unknown,
            "empty": world.empty,
            "happened": float(received["source"].isin(["unknown", ""]).mean()),
            "per": "lead received",
        },
        "sources": {n: asdict(s) | _happened(received[received["true"] == n]) for n, s in world.sources.items()},
        "conversion_per_lead": sum(s.share * s.conversion for s in world.sources.values()),
        "referral_share_of_leads": sum(s.share for s in world.sources.values() if s.referrer),
        "truly_by_introduction_among_unknown": _introduced_unknown(received, world),
        "balance_sheet": _balance(received, given),
        "referrals_by_type": tables["referrals"]["referrer_type"].value_counts().to_dict(),
        "margin_rate": world.margin_rate,
    }


def _happened(rows: pd.DataFrame) -> dict[str, Any]:
    noted = rows[rows["source"] == rows["true"]]
    won = noted[noted["won"].notna()]
    return {
        "leads": len(rows),
        "won": int(rows["won"].notna().sum()),
        "leads_noted": len(noted),
        "won_noted": len(won),
        "value_won_noted": float(won["value"].sum()),
    }


def _introduced_unknown(received: pd.DataFrame, world: ServicesWorld) -> dict[str, Any]:
    lost = received[received["source"].isin(["unknown", ""])]
    by = lost["true"].map({name: s.referrer != "" for name, s in world.sources.items()})
    return {
        "leads": len(lost),
        "introduced": int(by.sum()),
        "won": int(lost["won"].notna().sum()),
        "won_introduced": int((by & lost["won"].notna()).sum()),
    }


def _balance(received: pd.DataFrame, given: pd.DataFrame) -> dict[str, Any]:
    """Per partner firm, as far as it was written down: leads, wins and value won, received and given."""
    partners = sorted({s for s in [*received["source"], *given["source"]] if s.startswith("reciprocal")})

    def side(rows: pd.DataFrame) -> dict[str, Any]:
        won = rows[rows["won"].notna()]
        return {"leads": len(rows), "won": len(won), "value": float(np.round(won["value"].sum(), 2))}

    return {
        p: {"received": side(received[received["source"] == p]), "given": side(given[given["source"] == p])}
        for p in partners
    }
