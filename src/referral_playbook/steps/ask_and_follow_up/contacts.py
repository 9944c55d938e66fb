"""What came after a contact: the share followed by a referral, beside the share that would have been anyway.

Customers refer without being asked too. A referral after an ask is only more than nothing where it comes more often
than in as many days in which nobody did anything.
"""

from typing import Any

import numpy as np
import pandas as pd

from referral_playbook.contract.evidence import Estimate, undefined
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.proportions import proportion
from referral_playbook.steps.ask_and_follow_up.first_referrals import first_referral_days


def made_by_customers(engagement: Engagement) -> pd.DataFrame | None:
    """Referrals that customers made: customer_id, referred_on; None where referrals are not dated or not known."""
    rows = engagement.fact("referrals")
    return None if rows is None else first_referral_days(rows)


def followed(touches: pd.DataFrame, made: pd.DataFrame, *, days: int) -> pd.Series:
    """Which contacts were followed by a referral of that customer within `days`, the same day included (bool)."""
    left = touches[["customer_id", "on"]].reset_index().sort_values("on", kind="stable")
    right = made.sort_values("referred_on", kind="stable").assign(after=lambda r: r["referred_on"])
    right["referred_on"] = right["referred_on"].astype(left["on"].dtype)
    near = pd.merge_asof(
        left,
        right,
        left_on="on",
        right_on="referred_on",
        by="customer_id",
        direction="forward",
        tolerance=pd.Timedelta(days=days),
    )
    return near.set_index("index")["after"].notna().reindex(touches.index)


def ripe(touches: pd.DataFrame, engagement: Engagement, *, days: int) -> pd.DataFrame:
    """Contacts so long ago that an answer within `days` would be known."""
    return touches[touches["on"] <= pd.Timestamp(engagement.as_of) - pd.Timedelta(days=days)]


def anyway(engagement: Engagement, *, days: int, confidence: float = 0.95) -> Estimate:
    """Share of any `days` in a customer's life that hold at least one referral: what comes without a contact.

    Measured over all days on which customers were customers: the days from which a referral lies at most `days` ahead,
    over all days. The number of observations counts stretches of `days` that do not overlap.
    """
    labels: dict[str, Any] = {
        "per": f"any {days} days of a customer",
        "source": "customers and referrals, days with a referral ahead / days as a customer",
    }
    profile, made = engagement.fact("customer_profile"), made_by_customers(engagement)
    if profile is None or made is None or not engagement.real_dates:
        return undefined("referrals of customers are not dated", unit="share", **labels)
    until = profile["left_on"].fillna(pd.Timestamp(engagement.as_of))
    total = float((until - profile["joined_on"]).dt.days.sum())
    rows = made.merge(profile[["customer_id", "joined_on"]].assign(until=until), on="customer_id")
    rows = rows[(rows["referred_on"] >= rows["joined_on"]) & (rows["referred_on"] <= rows["until"])].sort_values(
        ["customer_id", "referred_on"]
    )
    before = rows.groupby("customer_id")["referred_on"].shift().fillna(rows["joined_on"])
    ahead = float(np.minimum((rows["referred_on"] - before).dt.days, days).sum())
    stretches = int(total / days)
    return (
        proportion(min(ahead / days, stretches), stretches, confidence=confidence, **labels)
        if total >= days
        else undefined("too few days", unit="share", **labels)
    )
