"""Referrals that somebody should look at. A flag is a question, not a verdict: nothing is deleted.

`fraud_rules` holds the rules; here they are asked, counted, and the figures made without what they found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from referral_playbook.contract.evidence import Estimate, undefined
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.proportions import proportion
from referral_playbook.steps.fraud_rules import RULES, Found, Limits, ordered

__all__ = ["Flags", "Limits", "flagged_share", "flags", "without"]
COLUMNS = ["referral_id", "referrer_id", "friend_id", "referred_on", "flag", "why"]
RULE_COLUMNS = ["flag", "looked_for", "referrals", "advocates", "rule"]


@dataclass(frozen=True, kw_only=True)
class Flags:
    """What was found.

    Parameters
    ----------
    rows : DataFrame
        Every flag: referral_id, referrer_id, friend_id, referred_on, flag, why; a referral may have several.
    rules : DataFrame
        One row a rule: flag, looked_for, referrals, advocates, rule (what it looks for, or why it could not look).
    """

    rows: pd.DataFrame
    rules: pd.DataFrame

    @property
    def ids(self) -> pd.Series:
        """The flagged referrals, each once."""
        return self.rows["referral_id"].drop_duplicates()


def flags(engagement: Engagement, *, limits: Limits | None = None) -> Flags:
    """Look at every referral by every rule; nothing found where there is no table of referrals."""
    if engagement.fact("referrals") is None:
        return Flags(rows=pd.DataFrame(columns=COLUMNS), rules=pd.DataFrame(columns=RULE_COLUMNS))
    rows, told = ordered(engagement), limits or Limits()
    found = {name: rule(engagement, rows, told) for name, rule in RULES.items()}
    parts = [_flagged(rows, name, why) for name, why in found.items() if not isinstance(why, str)]
    every = pd.concat(parts, ignore_index=True)
    every = every.sort_values(["referred_on", "referral_id", "flag"], ignore_index=True)[COLUMNS]
    rules = [_rule_row(name, why, every[every["flag"] == name]) for name, why in found.items()]
    return Flags(rows=every, rules=pd.DataFrame(rules, columns=RULE_COLUMNS))


def _flagged(rows: pd.DataFrame, name: str, why: pd.Series) -> pd.DataFrame:
    return rows.loc[why.index].assign(flag=name, why=why)


def _rule_row(name: str, why: Found, mine: pd.DataFrame) -> dict[str, object]:
    blind = isinstance(why, str)
    says = (RULES[name].__doc__ or "").split("\n")[0].rstrip(".")
    return {
        "flag": name.replace("_", " "),
        "looked_for": not blind,
        "referrals": None if blind else len(mine),
        "advocates": None if blind else mine["referrer_id"].nunique(),
        "rule": f"could not look: {why}" if blind else says,
    }


def flagged_share(engagement: Engagement, found: Flags, *, confidence: float = 0.95) -> Estimate:
    """Share of referrals with a flag, Wilson."""
    said: dict[str, Any] = {"per": "referral", "source": "referrals: those with one flag or more"}
    rows = engagement.fact("referrals")
    if rows is None:
        return undefined("no referrals table, so nothing can be flagged", unit="share", **said)
    return proportion(len(found.ids), len(rows), confidence=confidence, **said)


def without(engagement: Engagement, found: Flags) -> Engagement:
    """The engagement without the flagged referrals, for figures without them; nothing is deleted anywhere."""
    rows = engagement.fact("referrals")
    if rows is None:
        return engagement
    kept = rows[~rows["referral_id"].isin(found.ids)].reset_index(drop=True)
    return engagement.with_facts(referrals=kept, referral_funnel=_funnel(kept))


def _funnel(rows: pd.DataFrame) -> pd.DataFrame:
    """`referral_funnel` again, for the rows that are left."""
    words = rows[["referrer_type", "channel", "arm"]].replace("", None).fillna("(none)")
    each = words.assign(
        month=rows["referred_on"].dt.strftime("%Y-%m"), referrals=1, reward=rows["reward"],
        invited=rows["invited_on"].notna(), qualified=rows["qualified_on"].notna(),
        converted=rows["converted_on"].notna(),
        converted_unqualified=rows["converted_on"].notna() & rows["qualified_on"].isna(),
    )  # fmt: skip
    keys = ["referrer_type", "channel", "month", "arm"]
    counted = ["referrals", "invited", "qualified", "converted", "converted_unqualified"]
    groups = each.groupby(keys, as_index=False)
    # Where no reward was noted the sum is not known; it is not 0.
    return groups[counted].sum().assign(reward=groups["reward"].sum(min_count=1)["reward"])
