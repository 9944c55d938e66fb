"""Referrals that somebody should look at, and the engagement without them.

A flag is a question, not a verdict, and nothing is deleted. Each rule says which rows it flags and why, or why it could
not look. Steps 02 to 05 use valid referrals only: those that no rule flags and whose conversion was not refunded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from itertools import chain
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from scipy import stats
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from referral_playbook.contract.evidence import Estimate, undefined
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.domain.dates_of import dates_of
from referral_playbook.domain.programme.referral_facts import referral_facts
from referral_playbook.facts.engagement import Engagement
from referral_playbook.facts.remembered import remembered
from referral_playbook.methods.experiments.readout import holm
from referral_playbook.methods.proportions import proportion

__all__ = ["Flags", "Limits", "flagged_share", "flags", "without"]
COLUMNS = ["referral_id", "referrer_id", "friend_id", "referred_on", "flag", "why"]
RULE_COLUMNS = ["flag", "looked_for", "referrals", "advocates", "rule"]


@dataclass(frozen=True, kw_only=True)
class Flags:
    """What was found."""

    # every flag: referral_id, referrer_id, friend_id, referred_on, flag, why; a referral may have several
    rows: pd.DataFrame
    # one row a rule: flag, looked_for, referrals, advocates, rule (what it looks for, or why it could not look)
    rules: pd.DataFrame

    @property
    def ids(self) -> pd.Series:
        """The flagged referrals, each once."""
        return self.rows["referral_id"].drop_duplicates()


@remembered
def flags(engagement: Engagement, *, limits: Limits | None = None) -> Flags:
    """Look at every referral by every rule; nothing found where there is no table of referrals."""
    if engagement.fact("referrals") is None:
        return Flags(rows=pd.DataFrame(columns=COLUMNS), rules=pd.DataFrame(columns=RULE_COLUMNS))
    rows, thresholds = ordered(engagement), limits or Limits()
    found = {name: rule(engagement, rows, thresholds) for name, rule in RULES.items()}
    flagged = {name: why for name, why in found.items() if not isinstance(why, str)}
    # Rows stand in the order of time, so their positions do too; the flags of one row are ordered by name.
    places = np.concatenate([why.index for why in flagged.values()])
    names = np.repeat(list(flagged), [len(why) for why in flagged.values()])
    order = np.lexsort((names, places))
    every = rows[COLUMNS[:4]].iloc[places[order]].reset_index(drop=True)
    every = every.assign(flag=names[order], why=np.concatenate(list(flagged.values()))[order])
    rules = [_rule_row(name, why, rows["referrer_id"]) for name, why in found.items()]
    return Flags(rows=every, rules=pd.DataFrame(rules, columns=RULE_COLUMNS))


def _rule_row(name: str, why: Found, advocates: pd.Series) -> dict[str, object]:
    blind = isinstance(why, str)
    says = (RULES[name].__doc__ or "").split("\n")[0].rstrip(".")
    return {
        "flag": name.replace("_", " "),
        "looked_for": not blind,
        "referrals": None if blind else len(why),
        "advocates": None if blind else advocates[why.index].nunique(),
        "rule": f"could not look: {why}" if blind else says,
    }


def flagged_share(engagement: Engagement, found: Flags, *, confidence: float = 0.95) -> Estimate:
    """Share of referrals with a flag, Wilson."""
    labels: dict[str, Any] = {"per": "referral", "source": "referrals: those with one flag or more"}
    rows = engagement.fact("referrals")
    if rows is None:
        return undefined("no referrals table, so nothing can be flagged", unit="share", **labels)
    return proportion(len(found.ids), len(rows), confidence=confidence, **labels)


def without(engagement: Engagement, found: Flags) -> Engagement:
    """The engagement without the flagged referrals; nothing is deleted anywhere.

    A referral whose conversion was refunded in full within the hold period stays a referral, but no longer counts as
    converted.
    """
    rows = engagement.fact("referrals")
    if rows is None:
        return engagement
    odd = found.rows.loc[found.rows["flag"] != REFUNDED, "referral_id"]
    remaining = rows[~rows["referral_id"].isin(odd)].reset_index(drop=True)
    undone = remaining["referral_id"].isin(found.rows.loc[found.rows["flag"] == REFUNDED, "referral_id"])
    remaining["converted_on"] = remaining["converted_on"].mask(undone)
    return engagement.with_facts(**referral_facts(engagement, remaining))


REFUNDED = "refunded_within_hold"
PEOPLE = ("customer", "employee", "influencer", "")
"""Types of referrer in whom many referrals a day are odd; an agency or a partner may well send a list."""
WHOLE = 0.99  # of what was paid; the rest is rounding
EARLY = 6  # months: how often new customers leave is taken from these
SUSPICION = 0.01


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What counts as odd."""

    # so many referrals of one person within so many days
    burst: int = 5
    burst_days: int = 1
    dormant_days: int = 30  # days after the reward within which a friend who leaves is odd
    hold_days: int = 60  # days after a conversion within which a full refund undoes it

    @classmethod
    def of(cls, p: Parameters) -> Limits:
        """From the parameters of step 09."""
        return cls(**{f.name: p.count(f.name) for f in fields(cls)})


Found: TypeAlias = "pd.Series[str] | str"
"""Why each row is flagged, by its position; or why the rule could not look."""


def ordered(engagement: Engagement) -> pd.DataFrame:
    """The referrals in the order in which they were made, with `who` and `friend` as they are compared."""
    rows = engagement.fact("referrals")
    assert rows is not None  # asked by those who call
    rows = rows.sort_values(["referred_on", "referral_id"], ignore_index=True)
    who, friend = _key(rows["referrer_id"]), _key(rows["friend_id"])
    profile = engagement.fact("customer_profile")
    customers = pd.Series(dtype=str) if profile is None else _key(profile["customer_id"])
    return rows.assign(who=who, friend=_as_recorded(friend, chain(customers, who)))


def _as_recorded(friends: pd.Series, recorded: Iterable[str]) -> pd.Series:
    """Friends' ids as they are recorded: an id that differs from one recorded id by case alone stands for it."""
    ids = dict.fromkeys(name for name in recorded if name)
    times = Counter(name.lower() for name in ids)
    spelled = {name.lower(): name for name in ids if times[name.lower()] == 1}
    return _texts((name if name in ids else spelled.get(name.lower(), name) for name in friends), friends.index)


def _key(ids: pd.Series) -> pd.Series:
    """Ids as they are compared: without blanks around them, empty where there is none.

    Ids are case-sensitive (two records of a CRM may differ by case alone); e-mail addresses are not.
    """
    bare = (str(name).strip() for name in ids.fillna(""))
    return _texts((name.lower() if "@" in name else name for name in bare), ids.index)


def _texts(texts: Iterable[str], index: pd.Index) -> pd.Series:
    return pd.Series(list(texts), index=index, dtype=str)


def self_referral(engagement: Engagement, rows: pd.DataFrame, limits: Limits) -> Found:
    """The friend is the advocate."""
    return _said(rows, (rows["friend"] != "") & (rows["friend"] == rows["who"]), "the friend is the advocate")


def mailbox(ids: pd.Series) -> pd.Series:
    """The mailbox behind an id that is an e-mail address, without what stands after a plus; empty for other ids."""
    flags = ids.str.extract(r"^([^@+\s]+)(?:\+[^@\s]*)?@([^@\s]+)$")
    return (flags[0] + "@" + flags[1]).fillna("")


def shared_contact(engagement: Engagement, rows: pd.DataFrame, limits: Limits) -> Found:
    """The friend's address leads to the advocate's mailbox, or to that of a friend named before."""
    own, theirs = mailbox(rows["who"]), mailbox(rows["friend"])
    if not (theirs != "").any():
        return "no e-mail address, telephone or device is in the table: compare them where they are kept"
    same = (theirs != "") & (theirs == own) & (rows["friend"] != rows["who"])
    again = (theirs != "") & theirs.duplicated() & ~rows["friend"].duplicated()
    return _said(rows, same | again, "the address leads to a mailbox that was there already")


def loop(engagement: Engagement, rows: pd.DataFrame, limits: Limits) -> Found:
    """A refers B, B refers C, C refers A: rows within a strongly connected part of the graph of referrals."""
    if not (rows["friend"] != "").any():
        return "no friend is named (friend_id)"
    edges = rows[(rows["friend"] != "") & (rows["who"] != "") & (rows["friend"] != rows["who"])]
    codes, people = pd.factorize(pd.concat([edges["who"], edges["friend"]]))
    start, end = codes[: len(edges)], codes[len(edges) :]
    size = len(people)
    _, part = connected_components(coo_matrix((np.ones(len(edges)), (start, end)), (size, size)), connection="strong")
    inside = edges.index[part[start] == part[end]] if len(edges) else edges.index
    return _said(rows, rows.index.isin(inside), "the referrals lead back to the advocate")


def burst(engagement: Engagement, rows: pd.DataFrame, limits: Limits) -> Found:
    """Many referrals of one person within a few days."""
    kind = rows["referrer_type"].fillna("").astype(str).str.strip().str.lower()
    people = rows[kind.isin(PEOPLE) & (rows["who"] != "")]
    day, who = people["referred_on"].to_numpy("M8[D]").astype(int), pd.factorize(people["who"])[0]
    order = np.lexsort((day, who))
    # Days of one advocate after those of the one before, farther away than any window reaches.
    at = day[order] + who[order] * (day.max(initial=0) - day.min(initial=0) + limits.burst_days + 1)
    end = np.searchsorted(at, at + limits.burst_days, side="left")
    start = np.flatnonzero(end - np.arange(at.size) >= limits.burst)
    within = np.zeros(at.size + 1, dtype=int)
    np.add.at(within, start, 1)
    np.add.at(within, end[start], -1)
    inside = people.index[order[within[:-1].cumsum() > 0]]
    why = f"{limits.burst} or more referrals of one person within {limits.burst_days} day(s)"
    return _said(rows, rows.index.isin(inside), why)


def dormant_after_reward(engagement: Engagement, rows: pd.DataFrame, limits: Limits) -> Found:
    """Friends of one advocate leave soon after the reward more often than new customers leave anyway.

    A single friend who leaves is ordinary churn. Binomial test by advocate at the rate of customers in their first
    months, corrected for the number of advocates (Holm).
    """
    profile = engagement.fact("customer_profile")
    if profile is None or not profile["left"].any():
        return "nobody's leaving is recorded (customers.left_on)"
    seen = _rewarded_friends(rows, profile, engagement, limits)
    if seen.empty:
        return _said(rows, np.zeros(len(rows), dtype=bool), "")
    chance = _leaves_within(profile, limits.dormant_days)
    by = seen.groupby("who")["gone"].agg(["sum", "size"])
    p = holm(stats.binom.sf(by["sum"] - 1, by["size"], chance))
    guilty = seen[seen["gone"] & seen["who"].isin(by.index[p < SUSPICION])]
    why = f"friends of this advocate leave within {limits.dormant_days} days of the reward, more than chance explains"
    return _said(rows, rows.index.isin(guilty.index), why)


def _rewarded_friends(
    rows: pd.DataFrame, profile: pd.DataFrame, engagement: Engagement, limits: Limits
) -> pd.DataFrame:
    """Rewarded referrals whose friend is a customer and was watched long enough: who, gone (bool)."""
    left = profile.assign(key=_key(profile["customer_id"])).drop_duplicates("key").set_index("key")["left_on"]
    gone, customer = dates_of(rows["friend"], left), rows["friend"].isin(left.index)
    if engagement.scale > 1:  # most friends are customers outside the panel
        gone, customer = rows["friend_left_on"], rows["friend_joined_on"].notna()
    seen = rows[rows["rewarded_on"].notna() & customer]
    days = (gone[seen.index] - seen["rewarded_on"]).dt.days
    watched = (pd.Timestamp(engagement.as_of) - seen["rewarded_on"]).dt.days >= limits.dormant_days
    seen = seen.assign(gone=days <= limits.dormant_days)
    return seen[watched | seen["gone"]]


def _leaves_within(profile: pd.DataFrame, days: int) -> float:
    """Chance that a customer of the first months leaves within so many days."""
    tenure = profile["tenure_months"].clip(lower=0)
    left = int((profile["left"].astype(bool) & (tenure < EARLY)).sum())
    months = float(tenure.clip(upper=EARLY).sum())
    return float(-np.expm1(-(left + 0.5) / max(months, 0.5) * days / 30.4375))


def duplicate_friend(engagement: Engagement, rows: pd.DataFrame, limits: Limits) -> Found:
    """A friend whom somebody had named before; the first claim stands."""
    if not (rows["friend"] != "").any():
        return "no friend is named (friend_id)"
    named = rows["friend"].duplicated()
    if engagement.scale > 1:  # somebody outside the panel may have named the friend first
        named |= rows["named_before"]
    again = (rows["friend"] != "") & named & (rows["friend"] != rows["who"])
    return _said(rows, again, "the friend had been named before")


def refunded_within_hold(engagement: Engagement, rows: pd.DataFrame, limits: Limits) -> Found:
    """The friend got everything back within the hold period after converting."""
    back = engagement.fact("refunds")
    if back is None:
        return "no payments are recorded, so no refund is seen"
    whole = back[(back["refunded"] > 0) & (back["refunded"] >= WHOLE * back["paid"])]
    days = whole.assign(friend=_key(whole["customer_id"])).sort_values("refunded_on")
    seen = rows[["friend", "converted_on"]].reset_index().merge(days[["friend", "refunded_on"]], on="friend")
    wait = (seen["refunded_on"] - seen["converted_on"]).dt.days
    undone = seen.loc[(wait >= 0) & (wait <= limits.hold_days), "index"]
    why = f"the friend was refunded in full within {limits.hold_days} days of converting"
    return _said(rows, rows.index.isin(undone), why)


def _said(rows: pd.DataFrame, these: object, why: str) -> pd.Series:
    return pd.Series(why, index=rows.index[np.asarray(these, dtype=bool)], dtype=object)


RULES: dict[str, Callable[[Engagement, pd.DataFrame, Limits], Found]] = {
    rule.__name__: rule
    for rule in (
        self_referral,
        shared_contact,
        loop,
        burst,
        dormant_after_reward,
        duplicate_friend,
        refunded_within_hold,
    )
}
