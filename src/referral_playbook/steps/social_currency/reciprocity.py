"""What was given and what was asked: who was asked for more than was given is not asked again."""

from typing import Any

import pandas as pd

from referral_playbook.contract.evidence import Check, Estimate, undefined
from referral_playbook.contract.writing.formatting import number
from referral_playbook.domain.headcount import counts_of_everyone, of_everyone
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.proportions import proportion

GIVEN = ("kind_act", "delight", "review")
TO_MANY = ("in-product", "newsletter", "mailing", "event", "webinar", "social", "post")
LEDGER = ["customer_id", "given", "asked", "balance", "made", "ask"]


def ledger(engagement: Engagement) -> pd.DataFrame:
    """One row an active customer: given (kind acts), asked, balance, made (referrals), ask (may they be asked again).

    Those who were asked for most beyond what they were given come first. Empty without touchpoints.
    """
    profile = engagement.fact("customer_profile")
    if profile is None or not engagement.has("touchpoints"):
        return pd.DataFrame(columns=LEDGER)
    here = profile[~profile["left"].astype(bool)]
    rows = pd.DataFrame(
        {
            "customer_id": here["customer_id"],
            "given": here["kind_acts"].fillna(0).astype(int),
            "asked": here["asks"].fillna(0).astype(int),
            "made": here["referrals_made"],
        }
    )
    rows["balance"] = rows["given"] - rows["asked"]
    rows["ask"] = rows["balance"].map(_may)
    return rows.sort_values(["balance", "customer_id"], ignore_index=True)[LEDGER]


def _may(balance: int) -> str:
    return "no: give first" if balance < 0 else "give something first" if balance == 0 else "yes"


def ways(engagement: Engagement) -> pd.DataFrame:
    """Given and asked by way: one-to-one, one-to-many (by channel), general (to those who were never asked)."""
    rows = engagement.fact("touchpoints")
    if rows is None:
        return pd.DataFrame(columns=["way", "given", "asked", "given_per_ask"])
    rows = rows[rows["kind"].isin([*GIVEN, "ask"])]
    asked = set(rows.loc[rows["kind"] == "ask", "customer_id"])
    many = rows["channel"].fillna("").str.strip().str.lower().isin(TO_MANY)
    way = many.map({True: "one-to-many", False: "one-to-one"}).where(rows["customer_id"].isin(asked), "general")
    counts = pd.crosstab(way, rows["kind"] == "ask").reindex(columns=[False, True], fill_value=0)
    counts = counts_of_everyone(engagement, counts)
    counts = counts.reindex(["one-to-one", "one-to-many", "general"], fill_value=0)
    counts = counts.set_axis(["given", "asked"], axis=1).rename_axis("way").reset_index()
    counts["given_per_ask"] = (counts["given"] / counts["asked"]).where(counts["asked"] > 0)
    return counts


def asked_more_than_given(engagement: Engagement, *, confidence: float = 0.95) -> Estimate:
    """Share of the active customers who were ever asked that were asked for more than they were given."""
    rows = ledger(engagement)
    labels: dict[str, Any] = {
        "per": "active customer who was asked",
        "source": "touchpoints: asks against kind acts, delights and reviews",
    }
    if rows.empty:
        return undefined(
            "there is no touchpoints table, so what was given and asked is not known", unit="share", **labels
        )
    asked = rows[rows["asked"] > 0]
    return proportion(int((asked["balance"] < 0).sum()), len(asked), confidence=confidence, **labels)


def in_balance(engagement: Engagement) -> Check:
    """Whether some are asked for more than they are given, and how many."""
    rows = ledger(engagement)
    if rows.empty:
        return Check(
            name="given_before_asked",
            passed=None,
            text="There is no touchpoints table, so what was given is not known.",
        )
    over, today = (of_everyone(engagement, n) for n in (int((rows["balance"] < 0).sum()), len(rows)))
    text = (
        f"{number(over)} of {number(today)} active customers were asked for more than they "
        "were given. Give first, then ask."
    )
    return Check(name="given_before_asked", passed=over == 0, text=text)
