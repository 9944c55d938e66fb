"""Effort by market: stated against desired, and beside it what each market brings as the sources measure it."""

from typing import Any

import numpy as np
import pandas as pd

from referral_playbook.contract.evidence import Check
from referral_playbook.contract.writing.formatting import number
from referral_playbook.domain.sources.source_words import MARKETS, REFERRING, SIX
from referral_playbook.facts.engagement import Engagement

SIX_MARKETS = ("customers", "referral", "influencer", "supplier", "employee", "internal")
COLUMNS = ["market", "current", "desired", "gap", "share_of_leads", "share_of_won", "share_of_value"]


def markets(engagement: Engagement, groups: pd.DataFrame) -> pd.DataFrame:
    """Market by market: effort now and desired (0 to 10, stated), gap, and measured shares of what came by referral."""
    effort = engagement.fact("effort")
    names = list(SIX_MARKETS) if effort is None else [m.strip() for m in effort["market"]]
    rows = pd.DataFrame({"market": names, "current": np.nan, "desired": np.nan})
    if effort is not None:
        rows[["current", "desired"]] = effort[["current", "desired"]].to_numpy(float)
    rows["gap"] = rows["desired"] - rows["current"]
    return rows.join(_brought(groups), on=rows["market"].str.lower())[COLUMNS]


def _brought(groups: pd.DataFrame) -> pd.DataFrame:
    """Share of leads, wins and value by market, of what came by referral."""
    kept = groups[groups["group"].isin(REFERRING)]
    by = kept.groupby(kept["group"].map(MARKETS))[["leads", "won", "value"]].sum(min_count=1).clip(lower=0)
    total = by.sum(min_count=1)
    shares = (by / total.where(total > 0)).astype(float).reindex(SIX_MARKETS)
    # A market that nobody came from brought nothing, as far as anything of that kind was recorded at all.
    shares = shares.where(shares.notna() | total.isna() | ~(total > 0), 0.0)
    return shares.add_prefix("share_of_")


def stated_web(rows: pd.DataFrame) -> dict[str, Any]:
    """Effort now and desired, ready for a spidergram; without an effort table none is drawn."""
    return {"markets": list(rows["market"]), "current": rows["current"].tolist(), "desired": rows["desired"].tolist()}


def measured_web(groups: pd.DataFrame) -> dict[str, Any]:
    """What each group of sources takes and brings, in tenths of all that came by referral: enquiries, and what was won.

    The six groups are always there. Where only those who were won are recorded, customers stand for enquiries too.
    """
    there = set(groups["group"])
    axes = [g for g in REFERRING if g in SIX or g in there]
    by_axis = groups.set_index("group").reindex(axes)[["leads", "won", "value"]].astype(float)
    taken = by_axis["leads"] if by_axis["leads"].notna().any() else by_axis["won"]
    brought = by_axis["value"] if by_axis["value"].fillna(0).sum() > 0 else by_axis["won"]
    return {"markets": axes, "current": _tenths(taken), "desired": _tenths(brought)}


def _tenths(values: pd.Series) -> list[float]:
    values = values.fillna(0.0).clip(lower=0)
    total = values.sum()
    return (10 * values / total).tolist() if total else [float("nan")] * len(values)


def measured_names(groups: pd.DataFrame) -> tuple[str, str]:
    """What the two lines of the measured web are."""
    referring = groups[groups["group"].isin(REFERRING)]
    brought = "value won" if referring["value"].fillna(0).sum() > 0 else "won"
    return ("enquiries" if referring["leads"].notna().any() else "customers"), brought


def widest(rows: pd.DataFrame) -> pd.Series | None:
    """The market with the largest gap between the effort desired and the effort now; None where none is stated."""
    known = rows[rows["gap"].notna()]
    return None if known.empty or not known["gap"].abs().max() else known.loc[known["gap"].abs().idxmax()]


def describe_market(rows: pd.DataFrame) -> str:
    """Where effort should go up, and where it should go down, in words."""
    if rows["gap"].isna().all():
        return "Nobody has rated yet how much effort each market gets. The workshop does it, from 0 to 10."
    up, down = (rows[sign * rows["gap"] >= 2].sort_values("gap", key=abs, ascending=False) for sign in (1, -1))
    sentences = [f"More effort is wanted for {_listed(up)}."] if len(up) else []
    sentences += [f"Less for {_listed(down)}."] if len(down) else []
    return " ".join(sentences) or "Nowhere does the effort differ from what is wanted by two points or more."


def _listed(rows: pd.DataFrame) -> str:
    return ", ".join(f"{r.market} ({number(r.current)} to {number(r.desired)})" for r in rows.itertuples())


def balanced(rows: pd.DataFrame) -> Check:
    """Whether effort is where it is wanted, as a check."""
    passed = None if rows["gap"].isna().all() else bool((rows["gap"].abs() < 3).all())
    return Check(name="effort_where_wanted", passed=passed, text=describe_market(rows))
