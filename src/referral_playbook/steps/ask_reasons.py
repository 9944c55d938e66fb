"""The reason on each row of the lists, in words that whoever works from them can check."""

from __future__ import annotations

from typing import Any

import pandas as pd

from referral_playbook.steps.ask_rules import AskRules


def why_ask(row: dict[str, Any]) -> str:
    """Why this customer may be asked."""
    asked = "never asked" if pd.isna(row["last_asked_on"]) else f"last asked {_ago(row['days_since_asked'])}"
    return (
        f"promoter ({row['nps']:.0f}); a customer for {row['tenure_months']:.0f} months; "
        f"{row['last_given']} {_ago(row['days_since_given'])}; {asked}; "
        f"given to {_times(row['given'])}, asked {_times(row['asks'])}; no open complaint"
    )


def _ago(days: float) -> str:
    return "today" if days == 0 else f"{days:.0f} day{'' if days == 1 else 's'} ago"


def _times(n: float) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(int(n), f"{n:.0f} times")


def why_close(row: dict[str, Any], rules: AskRules) -> str:
    """Why this customer is listened to first."""
    said = [f"detractor ({row['nps']:.0f})"] if row["nps"] <= rules.detractor_to else []
    if row["complains"]:
        since = "" if pd.isna(row["complaint_since"]) else f" since {row['complaint_since']:%Y-%m-%d}"
        said.append(f"complaint open{since}")
    return "; ".join(said) + ": listen and repair, ask for nothing"


def what_first(row: dict[str, Any], rules: AskRules) -> tuple[str, str]:
    """What comes before an ask, and why."""
    if pd.isna(row["nps"]):
        return (
            "ask how they feel (the NPS question) before asking for more",
            "has referred before, but never answered the NPS question",
        )
    if pd.isna(row["given"]):
        return (
            "ask whoever knows them what was given and whether they complained",
            "promoter, but what was given is not known",
        )
    if row["asks"] > row["given"]:
        return (
            "give before asking again",
            f"promoter, but asked {_times(row['asks'])} and given to {_times(row['given'])}",
        )
    last = "nothing yet" if pd.isna(row["last_given_on"]) else f"last on {row['last_given_on']:%Y-%m-%d}"
    return (
        "give something this month, ask next month",
        f"promoter, but given nothing within {rules.given_within} days ({last})",
    )
