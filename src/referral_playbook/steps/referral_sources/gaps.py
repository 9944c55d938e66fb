"""Where we sell and nobody refers, and where friends come from though we do not sell: segment by region."""

from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from referral_playbook.contract.personal import OTHER_SEGMENTS, SMALL_GROUP
from referral_playbook.contract.writing.formatting import number
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.experiments.readout import holm

ANY_REGION = "(any region)"
NOBODY_REFERS, FRIENDS_ONLY = "we sell, nobody refers", "friends come, we do not sell"
COLUMNS = ["segment", "region", "customers", "advocates", "friends", "others", "p_adjusted", "gap"]


def gap_map(engagement: Engagement, *, alpha: float = 0.05) -> pd.DataFrame:
    """Each cell of segment and region with its customers, advocates and friends, and whether it is a gap.

    Cells of fewer than 10 customers stand together.

    *We sell, nobody refers*: no advocate, though at the rate of all customers there would be some (binomial).
    *Friends come, we do not sell*: a larger part of the cell's customers of known source came by referral than
    elsewhere. Cells are many, so both are corrected together (Holm).

    Returns
    -------
    DataFrame
        segment, region, customers (ever), advocates (referred someone; NaN where nobody counted), friends (came by
        referral), others (came otherwise; unknown sources are neither), p_adjusted, gap.
    """
    profile = engagement.fact("customer_profile")
    if profile is None or profile.empty or profile[["segment", "region"]].isna().all(axis=None):
        return pd.DataFrame(columns=COLUMNS)
    cells = _cells(profile)
    refer, came = _overall(cells)
    tests = [_tested(cell, refer, came) for cell in cells.to_dict("records")]
    adjusted = holm([p for p, _ in tests])
    cells["p_adjusted"] = adjusted
    cells["gap"] = [what if p < alpha else "" for p, (_, what) in zip(adjusted, tests, strict=True)]
    return cells[COLUMNS]


def _cells(profile: pd.DataFrame) -> pd.DataFrame:
    counted = profile["referrals_made"].notna().any()
    referred = profile["referred"]
    each = pd.DataFrame(
        {
            "segment": profile["segment"].fillna("(none)"),
            "region": profile["region"].fillna("(none)"),
            "customers": 1,
            "advocates": (profile["referrals_made"].fillna(0) > 0).astype(float) if counted else np.nan,
            "friends": referred.astype("boolean").fillna(False).astype(int),
            "others": (~referred.fillna(True).astype(bool)).astype(int),
        }
    )
    return _pooled(each).groupby(["segment", "region"], as_index=False).sum(min_count=1)


def _pooled(each: pd.DataFrame) -> pd.DataFrame:
    """Customers whose cell has few people stand together, and are left out where even so they are few."""
    few = each.groupby(["segment", "region"])["customers"].transform("sum") < SMALL_GROUP
    pooled = each.assign(segment=each["segment"].mask(few, OTHER_SEGMENTS), region=each["region"].mask(few, ANY_REGION))
    return pooled[~few] if few.sum() < SMALL_GROUP else pooled


def _overall(cells: pd.DataFrame) -> tuple[float, float]:
    known = cells["friends"].sum() + cells["others"].sum()
    refer = cells["advocates"].sum(min_count=1) / cells["customers"].sum()
    return float(refer), float(cells["friends"].sum() / known) if known else 0.0


def _tested(cell: dict[str, Any], refer: float, came: float) -> tuple[float, str]:
    """p-value and name of the gap that a cell shows more of."""
    known = cell["friends"] + cell["others"]
    silent = (1 - refer) ** cell["customers"] if cell["advocates"] == 0 else 1.0
    friendly = float(stats.binom.sf(cell["friends"] - 1, known, came)) if known and cell["friends"] else 1.0
    return (float(silent), NOBODY_REFERS) if silent <= friendly else (friendly, FRIENDS_ONLY)


def describe_gap(cells: pd.DataFrame) -> str:
    """The gaps in words."""
    if cells.empty:
        return "Customers have neither segment nor region, so there is no map to draw."
    gaps = cells[cells["gap"] != ""]
    if gaps.empty:
        return f"None of the {len(cells)} cells differs from the rest by more than chance explains."
    return " ".join(f"{r.segment}, {r.region}: {r.gap} ({_counts(r)})." for r in gaps.itertuples())


def _counts(row: Any) -> str:
    if row.gap == NOBODY_REFERS:
        return f"{number(row.customers)} customers, no advocate"
    return f"{number(row.friends)} of {number(row.friends + row.others)} came by referral"


def grid(cells: pd.DataFrame, what: str = "customers") -> dict[str, Any]:
    """One quantity of the map ready to draw: values, rows, columns; ``advocates`` is per customer."""
    if cells.empty:
        return {"values": [[float("nan")]], "rows": ["(none)"], "columns": ["(none)"]}
    shown = cells.assign(advocates=cells["advocates"] / cells["customers"])
    table = shown.pivot(index="segment", columns="region", values=what)
    return {"values": table.to_numpy(float), "rows": list(table.index), "columns": list(table.columns)}
