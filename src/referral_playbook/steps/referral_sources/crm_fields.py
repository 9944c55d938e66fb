"""The fields of the register that must be filled in before sources can steer anything."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from referral_playbook.contract.evidence import Estimate
from referral_playbook.domain.headcount import of_everyone
from referral_playbook.domain.sources.source_words import RECIPROCAL, UNKNOWN_WORDS, group_of, groups
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.proportions import proportion

FIX = {
    "leads.source": "ask every enquiry who sent them: make the field compulsory, with a list to choose from",
    "leads.value": "note the value of a deal when it is won",
    "leads.given_or_received": "note for every partner's enquiry whether it was received or given",
    "customers.source": "copy the source of each lead to the customer's record",
    "customers.referred_by": "name the advocate of every customer who came by referral",
    "referrals.referrer_type": "note whether a customer, partner, connector, agency or one of the staff referred",
    "referrals.friend_id": "note which lead or customer the friend became",
}


def fields(engagement: Engagement, *, confidence: float = 0.95) -> pd.DataFrame:
    """Fields with gaps: field, missing, of, share (Estimate), fix; sources first, then the worst."""
    gaps = (*_leads(engagement), *_customers(engagement), *_referrals(engagement))
    rows = [_row(*gap, confidence) for gap in gaps]
    for row in rows:
        if not row["field"].startswith("leads."):  # leads are counted, customers and referrals may be a panel
            row |= {name: of_everyone(engagement, row[name]) for name in ("missing", "of")}
    rows = [row for row in rows if row["missing"]]
    rows.sort(key=lambda row: (not row["field"].endswith(".source"), -(row["share"].value or 0.0), row["field"]))
    return pd.DataFrame(rows, columns=["field", "missing", "of", "share", "fix"])


def _row(field: str, missing: int, of: int, what: str, confidence: float) -> dict[str, Any]:
    share: Estimate = proportion(missing, of, confidence=confidence, per=what, source=field)
    return {"field": field, "missing": missing, "of": of, "share": share, "fix": FIX[field]}


Gap = tuple[str, int, int, str]


def _lost(words: pd.Series) -> pd.Series:
    return words.fillna("(empty)").str.strip().str.lower().isin([*UNKNOWN_WORDS, ""])


def _leads(engagement: Engagement) -> Iterator[Gap]:
    rows, deals = engagement.fact("lead_sources"), engagement.fact("won_deals")
    if rows is None or deals is None:
        return
    known, sent = groups(), rows["given_or_received"] == "given"
    mine = rows[~sent]
    yield "leads.source", int(mine.loc[_lost(mine["source"]), "leads"].sum()), int(mine["leads"].sum()), "lead received"
    won = deals[deals["given_or_received"] != "given"]
    yield "leads.value", int(won.loc[won["value"].isna(), "deals"].sum()), int(won["deals"].sum()), "won deal"
    partners = rows[rows["source"].map(lambda source: group_of(source, known) == RECIPROCAL).astype(bool)]
    bare = partners.loc[~partners["given_or_received"].isin(["given", "received"]), "leads"].sum()
    yield "leads.given_or_received", int(bare), int(partners["leads"].sum()), "lead of a partner"


def _customers(engagement: Engagement) -> Iterator[Gap]:
    profile = engagement.fact("customer_profile")
    if profile is None:
        return
    lost = _lost(profile["source"])
    yield "customers.source", int(lost.sum()), len(profile), "customer"
    came = profile[profile["source"].str.strip().str.lower() == "referral"]
    bare = came["referred_by"].fillna("") == ""
    yield "customers.referred_by", int(bare.sum()), len(came), "customer with source referral"


def _referrals(engagement: Engagement) -> Iterator[Gap]:
    rows = engagement.fact("referrals")
    if rows is None:
        return
    for column in ("referrer_type", "friend_id"):
        yield f"referrals.{column}", int((rows[column].fillna("") == "").sum()), len(rows), "referral"
