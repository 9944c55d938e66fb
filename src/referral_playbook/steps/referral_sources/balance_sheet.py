"""Business given and received per intermediary, and on whom the firm depends."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from referral_playbook.contract.evidence import Estimate, undefined
from referral_playbook.domain.sources.source_words import (
    GENERAL,
    INCENTIVE,
    RECIPROCAL,
    UNKNOWN,
    group_of,
    groups,
    name_of,
)
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.proportions import proportion
from referral_playbook.methods.referrals.clusters import ratio_of_sums

BETWEEN = (RECIPROCAL, GENERAL, INCENTIVE)
"""Groups whose members stand between the firm and a customer."""
WAYS = ("given", "received")
SIDES = ("leads", "won", "value")
COLUMNS = [
    "intermediary",
    "group",
    *(f"received_{c}" for c in SIDES),
    *(f"given_{c}" for c in SIDES),
    "balance",
    "share_given",
    "reading",
    "share_of_value",
    "dependency",
]
PAID = "paid by commission, not by business"
MORE_GIVEN, MORE_RECEIVED, EVEN = "we give more", "we receive more", "about even, or too few to tell"
NOT_WRITTEN = "what we give is not written down"


def balance_sheet(
    engagement: Engagement,
    *,
    source_groups: Sequence[str] | None = None,
    dependency: float = 0.25,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """A row for each intermediary that is named: what came in, what was sent out, who owes whom, how much hangs on it.

    Named is who stands after a colon, or with whom business went one way or the other: a group is nobody's account.
    Whoever brings more than `dependency` of the value won from known sources is flagged.

    Returns
    -------
    DataFrame
        intermediary, group, received_leads, received_won, received_value, the same for given, balance (value received
        less value given), share_given (Estimate, of the leads that went either way), reading, share_of_value
        (Estimate), dependency ("depends", "may depend" or "").
    """
    facts = engagement.fact("lead_sources")
    known = groups(source_groups)
    if facts is None:
        return pd.DataFrame(columns=COLUMNS)
    facts = facts.assign(group=[group_of(s, known) for s in facts["source"]])
    has_name = facts["source"].str.contains(":") | facts["given_or_received"].isin(WAYS)
    named = facts[facts["group"].isin(BETWEEN) & has_name]
    deals = _deals(engagement, known)
    written = (facts["given_or_received"] == "given").any()
    rows = [_row(str(s), part, deals, written, dependency, confidence) for s, part in named.groupby("source")]
    rows.sort(key=lambda r: (-r["received_value"], r["intermediary"]))
    return pd.DataFrame(rows, columns=COLUMNS)


def _deals(engagement: Engagement, known: dict[str, str]) -> pd.DataFrame:
    """Won deals received from known sources, a row each: source, value."""
    deals = engagement.fact("won_deals")
    assert deals is not None  # made of the same table
    groups_ = deals["source"].map({source: group_of(source, known) for source in deals["source"].unique()})
    # Credit notes have negative values: with them a share of the total could exceed it.
    deals = deals[(deals["given_or_received"] != "given") & (deals["value"] > 0) & (groups_ != UNKNOWN)]
    return deals.loc[deals.index.repeat(deals["deals"]), ["source", "value"]]


def _row(
    source: str, part: pd.DataFrame, deals: pd.DataFrame, written: bool, dependency: float, confidence: float
) -> dict[str, Any]:
    sent = part["given_or_received"] == "given"
    got, gave = part.loc[~sent, list(SIDES)].sum(), part.loc[sent, list(SIDES)].sum()
    share = _given_share(int(gave["leads"]), int(got["leads"]), written, confidence)
    reading = PAID if part["group"].iloc[0] == INCENTIVE else _reading(share)
    hangs = _value_share(source, deals, confidence)
    return {
        "intermediary": name_of(source),
        "group": part["group"].iloc[0],
        **{f"received_{c}": got[c] for c in SIDES},
        **{f"given_{c}": gave[c] if written else np.nan for c in SIDES},
        "balance": got["value"] - gave["value"] if written else np.nan,
        "share_given": share,
        "reading": reading,
        "share_of_value": hangs,
        "dependency": depends(hangs, dependency),
    }


def _given_share(gave: int, got: int, written: bool, confidence: float) -> Estimate:
    labels: dict[str, Any] = {"per": "lead given or received", "source": "leads: given_or_received"}
    if not written:
        return undefined(NOT_WRITTEN, unit="share", **labels)
    return proportion(gave, gave + got, confidence=confidence, **labels)


def _reading(share: Estimate) -> str:
    if not share.defined:
        return share.reason
    if share.lower > 0.5:
        return MORE_GIVEN
    return MORE_RECEIVED if share.upper < 0.5 else EVEN


def _value_share(source: str, deals: pd.DataFrame, confidence: float) -> Estimate:
    labels: dict[str, Any] = {"per": "value won from known sources", "source": "leads: value of won deals"}
    mine = (deals["source"] == source).to_numpy() * deals["value"].to_numpy(float)
    if not mine.sum():
        return undefined("nothing of a known value was won from them", unit="share", **labels)
    share = ratio_of_sums(mine, deals["value"].to_numpy(float), confidence=confidence, **labels)
    return share if not share.defined else share.as_(high=min(share.upper, 1.0))


def depends(share: Estimate, limit: float) -> str:
    """Whether the firm depends on one intermediary: its share is above the limit for sure, perhaps, or not.

    Examples
    --------
    >>> from referral_playbook.contract.evidence import assumed
    >>> depends(assumed(0.3, 0.2, 0.4, unit="share", per="value", source="x"), 0.25)
    'may depend'
    """
    if not share.defined or share.point < limit:
        return ""
    return "depends" if share.lower >= limit else "may depend"


def describe_balance(rows: pd.DataFrame) -> str:
    """Who is owed business, and on whom the firm depends, in words."""
    if rows.empty:
        return "No intermediary is named in the leads, so nothing can be set against anything."
    sentences = [
        f"{what}: {', '.join(rows.loc[rows['reading'] == reading, 'intermediary'])}."
        for reading, what in ((MORE_RECEIVED, "We owe business to"), (MORE_GIVEN, "We give and get little back from"))
        if (rows["reading"] == reading).any()
    ]
    if (rows["reading"] == NOT_WRITTEN).all():
        sentences.append("What we give is not written down: the sheet has one side only.")
    sentences += [f"The firm {r.dependency} on {r.intermediary}." for r in rows[rows["dependency"] != ""].itertuples()]
    return " ".join(sentences) or "Nobody is owed for sure, and no one intermediary brings too much of it."
