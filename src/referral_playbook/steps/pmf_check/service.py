"""Support and complaints by channel: how many, how fast and how well they were resolved."""

import pandas as pd

from referral_playbook.contract.evidence import Estimate
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.proportions import proportion

COLUMNS = ["kind", "channel", "contacts", "resolved", "median_days", "p90_days", "satisfied"]


def service(engagement: Engagement, *, confidence: float = 0.95) -> pd.DataFrame:
    """Support and complaints by channel: contacts, share resolved, days to resolve, share satisfied (4 or 5 of 5)."""
    facts = engagement.fact("service")
    if facts is None:
        return pd.DataFrame(columns=COLUMNS)
    rows = facts[facts["kind"].isin(["support", "complaint"])].copy()
    rows["satisfied"] = _shares(rows["top2"], rows["scored"], "scored contact", "touchpoints: score", confidence)
    rows["resolved"] = _shares(rows["resolved"], rows["contacts"], "contact", "touchpoints", confidence)
    return rows[COLUMNS].reset_index(drop=True)


def _shares(some: pd.Series, of: pd.Series, per: str, source: str, confidence: float) -> list[Estimate]:
    pairs = zip(some.fillna(0).astype(int), of.fillna(0).astype(int), strict=True)
    return [proportion(int(k), int(n), per=per, source=source, confidence=confidence) for k, n in pairs]
