"""Rates of the referral funnel, measured where the tables allow, otherwise assumed and said so.

Only ripe referrals count: one made last week has not had the time to qualify or convert, and counting it as
a failure would understate the rate. A referral is ripe once it is older than nine in ten of
those that got there needed.
"""

from __future__ import annotations

import pandas as pd

from referral_playbook.contract.evidence import Estimate
from referral_playbook.domain.assumptions import Default, assumed_value
from referral_playbook.domain.sources.source_words import by_referral
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.proportions import proportion

CONVERSION = Default(0.10, 0.05, 0.15)
QUALIFIED = Default(0.50, 0.30, 0.70)
RIPE = 0.90
YEAR = 365  # days


def conversion_rate(engagement: Engagement, *, stated: float | None = None, confidence: float = 0.95) -> Estimate:
    """Share of qualified referrals that became paying customers.

    Parameters
    ----------
    stated : float or None
        A stated share; None measures it from ripe referrals, else from enquiries that came by referral, else
        assumes 10% (5% to 15%), the playbook's default per qualified referral.

    Returns
    -------
    Estimate
        unit share, per qualified referral; Wilson interval where measured.
    """
    per = "qualified referral"
    if stated is None:
        won, n, source = _measured_conversion(engagement)
        if n:
            return proportion(won, n, confidence=confidence, per=per, source=source)
    return assumed_value("conversion_rate", stated, CONVERSION, unit="share", per=per)


def qualified_share(engagement: Engagement, *, stated: float | None = None, confidence: float = 0.95) -> Estimate:
    """Share of referrals that sales accepted as real prospects; assumed 50% (30% to 70%) where not measured."""
    rows = engagement.fact("referrals")
    if stated is None and rows is not None and rows["qualified_on"].notna().any():
        got = reached(rows, "qualified_on", "referred_on", engagement)
        source = f"referrals: ripe ones ({len(got)}), qualified_on"
        if len(got):
            return proportion(int(got.sum()), len(got), confidence=confidence, per="referral", source=source)
    return assumed_value("qualified_share", stated, QUALIFIED, unit="share", per="referral")


def _measured_conversion(engagement: Engagement) -> tuple[int, int, str]:
    rows = engagement.fact("referrals")
    if rows is not None and rows["qualified_on"].notna().any():
        qualified = rows[rows["qualified_on"].notna()]
        got = reached(qualified, "converted_on", "qualified_on", engagement)
        return int(got.sum()), len(got), "referrals: ripe qualified ones, converted_on"
    leads = engagement.fact("lead_sources")
    if leads is not None:
        received = leads[leads["given_or_received"] != "given"]
        referred = received[by_referral(received["source"], engagement.parameters.get("source_groups"))]
        return int(referred["won"].sum()), int(referred["leads"].sum()), "leads: source referral, won_on"
    return 0, 0, ""


def reached(rows: pd.DataFrame, stage: str, since: str, engagement: Engagement) -> pd.Series:
    """Which of the ripe rows reached the stage (bool); where none did, those older than a year are ripe."""
    begun, done = pd.to_datetime(rows[since]), pd.to_datetime(rows[stage])
    needed = (done - begun).dt.days.quantile(RIPE) if done.notna().any() else YEAR
    age = (pd.Timestamp(engagement.as_of) - begun).dt.days
    return done[age >= needed].notna()
