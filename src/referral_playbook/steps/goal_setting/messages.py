"""What to tell each advocate next: how many more to the next tier, and who gets no message now."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from referral_playbook.facts.engagement import Engagement

YEAR = 365  # days
COLUMNS = ["customer_id", "made", "next_at", "message"]


def next_messages(engagement: Engagement, *, steps: Sequence[int], names: Sequence[str] | None = None) -> pd.DataFrame:
    """One row an active customer who ever referred: customer_id, made (in the last year), next_at, message.

    Those who are nearest to their next tier come first. An open complaint comes before any message. Tiers begin at
    `steps`, rising referrals in a year; `names` says what each brings. Empty where referrals are not dated by advocate.
    """
    rows, profile = engagement.fact("referrals"), engagement.fact("customer_profile")
    if rows is None or profile is None:
        return pd.DataFrame(columns=COLUMNS)
    called = list(names) if names else [f"tier {i + 1}" for i in range(len(steps))]
    since = pd.Timestamp(engagement.as_of) - pd.Timedelta(days=YEAR)
    made = rows[rows["referred_on"] > since].groupby("referrer_id").size()
    here = profile[~profile["left"].astype(bool) & (profile["referrals_made"].fillna(0) > 0)]
    messages = [_message(row, int(made.get(row["customer_id"], 0)), steps, called) for row in here.to_dict("records")]
    found = pd.DataFrame(messages, columns=[*COLUMNS, "wait", "short"])
    return found.sort_values(
        ["wait", "short", "made", "customer_id"], ascending=[True, True, False, True], ignore_index=True
    )[COLUMNS]


def _message(row: dict[str, Any], made: int, steps: Sequence[int], names: Sequence[str]) -> dict[str, Any]:
    following = next(((s, n) for s, n in zip(steps, names, strict=True) if s > made), None)
    complaint = row["open_complaint"] is True
    short = following[0] - made if following else 0
    if complaint:
        message = "no message: settle the open complaint first"
    elif following is None:
        message = f"thank you: {made} in a year, every tier is reached"
    else:
        message = f"{short} more to {following[1]}"
    next_at = following[0] if following else None
    return {
        "customer_id": row["customer_id"],
        "made": made,
        "next_at": next_at,
        "message": message,
        "wait": complaint,
        "short": short or len(steps) + 99,
    }
