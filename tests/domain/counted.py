"""Facts that the engine counts, counted here in pandas for clients that a test draws itself."""

from __future__ import annotations

import pandas as pd

from referral_playbook.domain.programme.referral_facts import EVENTS, by_group, by_month


def counted_facts(profile: pd.DataFrame, rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """customer_flow, referral_months and referral_groups of customers and their referrals."""
    people = profile.reindex(columns=[*profile.columns, *({"segment", "region"} - set(profile.columns))])
    whole = rows.assign(**{day: pd.Series(pd.NaT, index=rows.index) for day in EVENTS if day not in rows})
    return {
        "customer_flow": _flow(people),
        "referral_months": by_month(whole),
        "referral_groups": by_group(whole, people),
    }


def _flow(people: pd.DataFrame) -> pd.DataFrame:
    parts = []
    for by in ("all", "segment", "region"):
        group = pd.Series("all", index=people.index) if by == "all" else people[by].fillna("(none)")
        for column in ("joined", "left"):
            month = people[f"{column}_on"].dt.strftime("%Y-%m")
            parts.append(pd.DataFrame({"by": by, "group": group, "month": month, column: 1})[month.notna()])
    counts = pd.concat(parts).groupby(["by", "group", "month"], as_index=False)[["joined", "left"]].sum()
    return counts.astype({"joined": int, "left": int})
