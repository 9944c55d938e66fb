"""When a customer may be asked, and the reason that each row of a list gives."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from referral_playbook.contract.writing.dates import day
from referral_playbook.contract.writing.formatting import whole
from referral_playbook.contract.writing.wording import counted
from referral_playbook.domain.programme.kept_control import KeptControl

NO_CONTROL = KeptControl(share=0.0)


@dataclass(frozen=True, kw_only=True)
class AskRules:
    """When a customer may be asked."""

    minimum_tenure: float = 6.0  # months as a customer
    # last NPS answer, 0 to 10
    promoter_from: int = 9
    detractor_to: int = 6
    # days: something was given at most so long ago, and the last ask is longer ago
    given_within: int = 90
    not_asked_within: int = 90
    # touchpoint kinds that count as given. A review meeting does not, unless it is named: many are a report to us.
    given_kinds: Sequence[str] = ("kind_act", "delight")
    # ask only in segments that step 01 sorted into *ask here*; otherwise each row says how its segment was sorted
    only_ask_here: bool = False
    # groups of `rollout_by` (region or segment) that a staggered roll-out has not reached: nobody there is asked
    not_reached: Sequence[str] = ()
    rollout_by: str = "region"
    # who qualifies but is not asked, so that the effect of asking can be measured; nobody by default
    control: KeptControl = NO_CONTROL

    def __post_init__(self) -> None:
        if not self.detractor_to < self.promoter_from:
            raise ValueError(f"detractor_to = {self.detractor_to} must be below promoter_from = {self.promoter_from}")
        if min(self.minimum_tenure, self.given_within, self.not_asked_within) < 0:
            raise ValueError("minimum_tenure (months), given_within and not_asked_within (days) are 0 or more")


USUAL = AskRules()
"""The playbook's rules where the firm has none of its own."""


def why_ask(row: dict[str, Any]) -> str:
    """Why this customer may be asked."""
    asked = "never asked" if pd.isna(row["last_asked_on"]) else f"last asked {_ago(row['days_since_asked'])}"
    return (
        f"promoter ({whole(row['nps'])}); a customer for {whole(row['tenure_months'])} months; "
        f"{row['last_given']} {_ago(row['days_since_given'])}; {asked}; "
        f"given to {_times(row['given'])}, asked {_times(row['asks'])}; no open complaint"
    )


def _ago(days: float) -> str:
    return "today" if days == 0 else f"{counted(days, 'day')} ago"


def _times(n: float) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(int(n), f"{whole(n)} times")


def why_close(row: dict[str, Any], rules: AskRules) -> str:
    """Why this customer is listened to first."""
    reasons = [f"detractor ({whole(row['nps'])})"] if row["nps"] <= rules.detractor_to else []
    if row["complains"]:
        since = "" if pd.isna(row["complaint_since"]) else f" since {day(row['complaint_since'])}"
        reasons.append(f"complaint open{since}")
    return "; ".join(reasons) + ": listen, put it right, and ask for nothing"


def what_first(row: dict[str, Any], rules: AskRules) -> tuple[str, str]:
    """What comes before an ask, and why."""
    if pd.isna(row["nps"]):
        return (
            "ask the NPS question first",
            "has referred before, but never answered the NPS question",
        )
    if pd.isna(row["given"]):
        return (
            "ask the account manager what was given and whether there was a complaint",
            "promoter, but what was given is not known",
        )
    if row["asks"] > row["given"]:
        return (
            "give before asking again",
            f"promoter, but asked {_times(row['asks'])} and given to {_times(row['given'])}",
        )
    last = "nothing yet" if pd.isna(row["last_given_on"]) else f"last on {day(row['last_given_on'])}"
    return (
        "give something this month, ask next month",
        f"promoter, but given nothing within {rules.given_within} days ({last})",
    )


CONTROL_REASON = "kept control: do not ask this month, so that the effect of asking can be measured"
