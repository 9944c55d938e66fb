"""Who advocates: how few make most referrals, and which customers refer more often than others."""

from typing import Any

import numpy as np
import pandas as pd

from referral_playbook.benchmarks.registry import benchmark
from referral_playbook.contract.evidence import Estimate
from referral_playbook.contract.writing.formatting import share, whole
from referral_playbook.domain.headcount import counts_of_everyone
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.proportions import proportion
from referral_playbook.methods.referrals.counts import top_share

TENURES = ((0, 6, "under 6 months"), (6, 12, "6 to 12 months"), (12, 24, "1 to 2 years"), (24, np.inf, "over 2 years"))
LEAST_TENURE = 6.0
OLD = 365  # days looked back
RECRUIT = ["customer_id", "tenure_months", "margin_last_12m", "nps", "why"]


def made(engagement: Engagement, *, advocates_only: bool = True) -> pd.DataFrame:
    """How many customers made how many referrals: referrals, customers; those who made none are left out by default."""
    counts = engagement.fact("advocate_counts")
    if counts is None:
        return pd.DataFrame({"referrals": pd.Series(dtype=float), "customers": pd.Series(dtype=int)})
    counts = counts[counts["referrals"].notna()].groupby("referrals", as_index=False)["customers"].sum()
    return counts[counts["referrals"] > 0] if advocates_only else counts


def top_decile_share(engagement: Engagement, *, advocates_only: bool = True, confidence: float = 0.95) -> Estimate:
    """Share of referrals made by the most active tenth of advocates, or of all customers; else a benchmark."""
    counts = made(engagement, advocates_only=advocates_only)
    who = "customers who referred" if advocates_only else "all customers"
    if counts.empty and advocates_only:
        return benchmark("top_decile_share")
    return top_share(
        counts["referrals"].to_numpy(float),
        weights=counts["customers"].to_numpy(),
        confidence=confidence,
        unit="share",
        per="referral",
        source=f"made by the top {share(0.1)} of {who}",
    )


def groups(engagement: Engagement, *, confidence: float = 0.95) -> pd.DataFrame:
    """Active customers by tenure, NPS and margin: group, customers, referred (share of them who did, Wilson).

    Where referrals have dates, those of the last year count: else whoever stayed longest would look the keenest.
    """
    active = _active(engagement)
    columns = ["by", "group", "customers", "referred"]
    if active is None:
        return pd.DataFrame(columns=columns)
    parts = [_tenure(active), _nps(active), _margin(active)]
    period = "in the last year" if engagement.has("referrals") else "ever"
    rows = [
        _row(by, name, part, period, confidence)
        for by, cut in parts
        for name, part in active.groupby(cut, observed=True)
    ]
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(customers=counts_of_everyone(engagement, table["customers"]))


def _active(engagement: Engagement) -> pd.DataFrame | None:
    """Customers who are still there, with whether they referred."""
    profile, rows = engagement.fact("customer_profile"), engagement.fact("referrals")
    if profile is None or (rows is None and profile["referrals_made"].isna().all()):
        return None
    here = profile[~profile["left"].astype(bool)].copy()
    if rows is None:
        here["advocate"] = here["referrals_made"].fillna(0) > 0
        return here
    since = pd.Timestamp(engagement.as_of) - pd.Timedelta(days=OLD)
    here["advocate"] = here["customer_id"].isin(set(rows.loc[rows["referred_on"] > since, "referrer_id"]))
    return here


def _tenure(found: pd.DataFrame) -> tuple[str, Any]:
    edges = [low for low, _, _ in TENURES] + [np.inf]
    return "tenure", pd.cut(found["tenure_months"], edges, right=False, labels=[name for *_, name in TENURES])


def _nps(found: pd.DataFrame) -> tuple[str, Any]:
    words = pd.cut(found["nps"], [-1, 6, 8, 10], labels=["detractor", "passive", "promoter"])
    return "NPS", words.cat.add_categories("did not answer").fillna("did not answer")


def _margin(found: pd.DataFrame) -> tuple[str, Any]:
    margin = found["margin_last_12m"].fillna(found["monthly_amount"])
    if margin.nunique() < 3:
        return "margin", pd.Series(pd.Categorical(["not known"] * len(found)), index=found.index)
    thirds = pd.qcut(margin.rank(method="first"), 3, labels=["lowest third", "middle third", "highest third"])
    return "margin", thirds.cat.add_categories("not known").fillna("not known")


def _row(by: str, name: Any, part: pd.DataFrame, period: str, confidence: float) -> dict[str, Any]:
    share = proportion(
        int(part["advocate"].sum()),
        len(part),
        confidence=confidence,
        per="active customer",
        source=f"referred {period}",
    )
    return {"by": by, "group": str(name), "customers": len(part), "referred": share}


def recruits(engagement: Engagement, *, least_tenure: float = LEAST_TENURE) -> pd.DataFrame:
    """Whom to recruit: active, six months a customer, margin not below the middle, no open complaint, no referral yet.

    Promoters first, then the higher margin; no detractors: customer_id, tenure_months, margin_last_12m, nps, why. Churn
    risk is read off complaints, NPS and tenure, for most who leave do so in their first months.
    """
    active = _active(engagement)
    if active is None:
        return pd.DataFrame(columns=RECRUIT)
    yearly_value = active["margin_last_12m"].fillna(active["monthly_amount"])
    keen = active["nps"].isna() | (active["nps"] >= 7)
    calm = ~active["open_complaint"].astype("boolean").fillna(False).astype(bool)
    rich = yearly_value.isna() | (yearly_value >= yearly_value.median())
    picked = active[
        (active["tenure_months"] >= least_tenure) & keen & calm & rich & active["referrals_made"].fillna(0).eq(0)
    ]
    why = [_why(row) for row in picked.to_dict("records")]
    # A longer column would give an empty table rows, so the worth is cut to those who were picked.
    picked = picked.assign(why=why, worth=yearly_value[picked.index], promoter=picked["nps"] >= 9)
    order = picked.sort_values(["promoter", "worth", "customer_id"], ascending=[False, False, True], ignore_index=True)
    return order[RECRUIT]


def _why(row: dict[str, Any]) -> str:
    opinion = "promoter" if row["nps"] >= 9 else "passive" if row["nps"] >= 7 else "not asked for an opinion yet"
    return f"{opinion}, {whole(row['tenure_months'])} months a customer, has not referred"
