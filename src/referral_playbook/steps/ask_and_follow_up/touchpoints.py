"""Touchpoints before, during and after the sale: where something is given, by which channel, and where nothing happens.

An ask may follow a delight; it may not follow months of silence. Announce changes by their weight.
"""

from typing import Any

import numpy as np
import pandas as pd

from referral_playbook.contract.evidence import Estimate, undefined
from referral_playbook.domain.headcount import counts_of_everyone
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.proportions import proportion
from referral_playbook.steps.ask_and_follow_up.contacts import anyway, followed, made_by_customers, ripe
from referral_playbook.steps.ask_and_follow_up.first_referrals import MONTH

PHASES = ("never bought", "before the sale", "first weeks", "as a customer", "after leaving")
MAP_COLUMNS = ["phase", "kind", "contacts", "people", "channels"]


def _phased(engagement: Engagement, *, settling_days: int) -> pd.DataFrame | None:
    """Touchpoints with the phase they fall in; None without touchpoints or without dates of joining."""
    touches, profile = engagement.fact("touchpoints"), engagement.fact("customer_profile")
    if touches is None or profile is None or not engagement.real_dates:
        return None
    rows = touches.merge(profile[["customer_id", "joined_on", "left_on"]], on="customer_id", how="left")
    age = (rows["on"] - rows["joined_on"]).dt.days
    tests = [rows["joined_on"].isna(), age < 0, rows["on"] > rows["left_on"], age < settling_days]
    rows["phase"] = np.select(tests, [PHASES[0], PHASES[1], PHASES[4], PHASES[2]], PHASES[3])
    return rows


def touchpoint_map(engagement: Engagement, *, settling_days: int = 30) -> pd.DataFrame:
    """Contacts by phase and kind: phase, kind, contacts, people, channels (the most used); empty where not known."""
    rows = _phased(engagement, settling_days=settling_days)
    if rows is None:
        return pd.DataFrame(columns=MAP_COLUMNS)
    rows["channel"] = rows["channel"].fillna("").replace("", "not recorded")
    counts = rows.groupby(["phase", "kind"], as_index=False).agg(
        contacts=("on", "size"), people=("customer_id", "nunique"), channels=("channel", _most_used)
    )
    counts[["contacts", "people"]] = counts_of_everyone(engagement, counts[["contacts", "people"]])
    counts["kind"] = counts["kind"].str.replace("_", " ")
    counts["order"] = counts["phase"].map(PHASES.index)
    return counts.sort_values(["order", "contacts", "kind"], ascending=[True, False, True])[MAP_COLUMNS].reset_index(
        drop=True
    )


def _most_used(channels: pd.Series) -> str:
    counts = (
        channels.value_counts()
        .rename_axis("channel")
        .reset_index(name="n")
        .sort_values(["n", "channel"], ascending=[False, True])
    )
    return ", ".join(counts["channel"].head(3))


def empty_phases(engagement: Engagement, *, settling_days: int = 30) -> str:
    """The phases in which nothing was given or nothing happened at all, in words."""
    counts = touchpoint_map(engagement, settling_days=settling_days)
    if counts.empty:
        return "Touchpoints or days of joining are not known, so nobody can say where nothing happens."
    ours = [p for p in PHASES if p != "after leaving"]
    silent = [p for p in ours if p not in set(counts["phase"])]
    giving = set(counts.loc[counts["kind"].isin(["delight", "kind act"]), "phase"])
    bare = [p for p in ours if p not in giving and p not in silent]
    gaps = [f"Nothing is recorded: {', '.join(silent)}."] if silent else []
    gaps += [f"Contacts, but nothing given: {', '.join(bare)}."] if bare else []
    return " ".join(gaps) or "Something is given in every phase, also to people who have not bought."


def silence(
    engagement: Engagement, *, months: int = 24, step: int = 3, confidence: float = 0.95
) -> dict[str, Estimate]:
    """Share of customer-months without any contact, by months since joining; only whole months that were lived through.

    Months of one customer are not independent, so the range is, if anything, too narrow.
    """
    profile, touches = engagement.fact("customer_profile"), engagement.fact("touchpoints")
    if profile is None or touches is None or not engagement.real_dates:
        return {}
    lived = np.floor(profile["tenure_months"].to_numpy(float)).astype(int)
    rows = touches[["customer_id", "on"]].merge(
        profile[["customer_id", "joined_on"]].assign(lived=lived), on="customer_id"
    )
    rows["month"] = np.floor((rows["on"] - rows["joined_on"]).dt.days / MONTH).astype(int)
    touched = rows[(rows["month"] >= 0) & (rows["month"] < rows["lived"])].drop_duplicates(["customer_id", "month"])[
        "month"
    ]
    counts, out = np.bincount(touched, minlength=months)[:months], {}
    alive = np.array([(lived > m).sum() for m in range(months)])
    for m in range(0, months, step):
        n, k = int(alive[m : m + step].sum()), int(counts[m : m + step].sum())
        if n:
            gaps: dict[str, Any] = {"per": "customer-month", "source": "touchpoints: on; customers: joined_on"}
            out[f"month {m + 1} to {m + step}"] = proportion(n - k, n, confidence=confidence, **gaps)
    return out


def silent_share(engagement: Engagement, *, days: int = 90, confidence: float = 0.95) -> Estimate:
    """Share of today's customers who had no contact of any kind for `days`, those who joined since then left out."""
    profile = engagement.fact("customer_profile")
    gaps: dict[str, Any] = {
        "per": f"customer of {days} days or more",
        "source": f"touchpoints: none within {days} days",
    }
    if profile is None or not engagement.has("touchpoints"):
        return undefined("there is no table of customers or of touchpoints", unit="share", **gaps)
    them = profile[~profile["left"].astype(bool) & (profile["tenure_months"] * MONTH >= days)]
    since = (pd.Timestamp(engagement.as_of) - them["last_touch_on"]).dt.days
    return proportion(int((~(since <= days)).sum()), len(them), confidence=confidence, **gaps)


def may_follow(engagement: Engagement, *, days: int = 90, confidence: float = 0.95) -> list[dict[str, Any]]:
    """What an ask may follow: by kind of contact, the share followed by a referral within `days`.

    Rows: contact, seen, followed_by_a_referral (Estimate), than_without (against any such stretch of days). That one
    follows the other does not make it its effect.
    """
    touches, made = engagement.fact("touchpoints"), made_by_customers(engagement)
    base = anyway(engagement, days=days, confidence=confidence)
    if touches is None or made is None or not base.defined:
        return []
    rows = ripe(touches, engagement, days=days)
    rows = rows.assign(hit=followed(rows, made, days=days), kind=rows["kind"].str.replace("_", " "))
    rows.loc[(rows["kind"] == "support") & (rows["score"] >= 4), "kind"] = "support, scored 4 or 5"
    hits = rows.groupby("kind")["hit"].agg(["sum", "size"]).sort_values("size", ascending=False, kind="stable")
    gaps: dict[str, Any] = {
        "per": f"contact, referral within {days} days",
        "source": "touchpoints, referrals",
        "confidence": confidence,
    }
    shares = {kind: proportion(int(k), int(n), **gaps) for kind, k, n in hits.itertuples()}
    shown = [_after(kind, share, _against(share, base)) for kind, share in shares.items()]
    return [*shown, _after(f"any {days} days, whatever happened", base, "")]


def _after(contact: str, share: Estimate, against: str) -> dict[str, Any]:
    return {"contact": contact, "seen": share.n, "followed_by_a_referral": share, "than_without": against}


def _against(share: Estimate, base: Estimate) -> str:
    if share.lower > base.upper:
        return "more often"
    return "less often" if share.upper < base.lower else "not known"


def announcements() -> list[dict[str, str]]:
    """How to announce a change, by its weight: change, weight, announce, days_before, by_whom."""
    return [dict(zip(("change", "weight", "announce", "when", "by_whom"), row, strict=True)) for row in ANNOUNCED]


ANNOUNCED = (
    ("a fix or a small comfort", "light", "a line in the release notes", "on the day", "product"),
    (
        "changes how something is used",
        "middle",
        "a heads-up to those who use it, with what to do",
        "14 days before",
        "account or support",
    ),
    (
        "takes something away, or raises a price",
        "heavy",
        "a personal word first, then in writing, with a reason and a choice",
        "60 days before",
        "owner",
    ),
    (
        "adds value that a customer would tell of",
        "heavy",
        "an event: show it, let advocates see it first and bring a guest",
        "invite 21 days before",
        "owner and product",
    ),
)
