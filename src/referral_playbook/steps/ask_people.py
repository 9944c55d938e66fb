"""Today's customers with what decides whether they may be asked: what was given, asked and complained of."""

from __future__ import annotations

import pandas as pd

from referral_playbook.facts.engagement import Engagement
from referral_playbook.steps.ask_rules import AskRules

SCRIPTS = {
    "email": "E-mail",
    "e-mail": "E-mail",
    "phone": "Call",
    "card": "Call",
    "meeting": "Review meeting",
    "in-product": "In-product",
    "chat": "In-product",
}
"""Channel by which something was given last, and the script of playbook/templates/ask-scripts.md for it."""


KNOWN = [
    "customer_id", "segment", "region", "nps", "tenure_months", "open_complaint", "monthly_amount", "referrals_made",
    "asks",
]  # fmt: skip


def todays_customers(
    active: pd.DataFrame | None, touches: pd.DataFrame | None, engagement: Engagement, rules: AskRules
) -> pd.DataFrame:
    """Active customers with what was given, what was asked, and where a complaint is open."""
    people = _nobody() if active is None else active[[*KNOWN, "last_ask_on"]].reset_index(drop=True)
    as_of = pd.Timestamp(engagement.as_of)
    people["last_asked_on"] = people.pop("last_ask_on")
    people["days_since_asked"] = (as_of - people["last_asked_on"]).dt.days
    gifts = None if touches is None else touches[touches["kind"].isin(list(rules.given_kinds))]
    people = people.merge(_given(gifts), on="customer_id", how="left")
    people["given"] = people["given"].fillna(0) if gifts is not None else float("nan")
    people["days_since_given"] = (as_of - people["last_given_on"]).dt.days
    people["complaint_since"] = people["customer_id"].map(_open_since(touches))
    people["segment_is"] = people["segment"].map(_sorted_segments(engagement)).fillna("not sorted")
    people["script"] = people["channel"].map(SCRIPTS).fillna("E-mail")
    return people


def _nobody() -> pd.DataFrame:
    words = pd.DataFrame(columns=["customer_id", "segment", "region"], dtype=object)
    numbers = pd.DataFrame(columns=["nps", "tenure_months", "monthly_amount", "referrals_made", "asks"], dtype=float)
    return words.join(numbers).assign(open_complaint=pd.Series(dtype="boolean"), last_ask_on=pd.to_datetime([]))


def _sorted_segments(engagement: Engagement) -> dict[str, str]:
    """How step 01 sorted the segments: ask here, fix first, do not take on; empty where it has not been run."""
    found = engagement.upstream("pmf_check")
    return {} if found is None else {row["segment"]: row["sorted_into"] for row in found.tables.get("segments", ())}


def _given(gifts: pd.DataFrame | None) -> pd.DataFrame:
    if gifts is None:
        nobody = pd.Series(dtype=object)
        return pd.DataFrame(
            {
                "customer_id": nobody,
                "given": [],
                "last_given": nobody,
                "last_given_on": pd.to_datetime([]),
                "channel": nobody,
            }
        )
    ordered = gifts.sort_values(["customer_id", "on", "kind", "channel"])
    last = ordered.groupby("customer_id", as_index=False).agg(
        given=("on", "size"), last_given=("kind", "last"), last_given_on=("on", "max"), channel=("channel", "last")
    )
    return last.assign(last_given=last["last_given"].str.replace("_", " "))


def _open_since(touches: pd.DataFrame | None) -> pd.Series:
    if touches is None:
        return pd.Series(dtype="datetime64[ns]")
    is_open = (touches["kind"] == "complaint") & touches["resolved_on"].isna()
    return touches[is_open].groupby("customer_id")["on"].min()
