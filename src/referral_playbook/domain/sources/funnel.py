"""Rates of the referral funnel, measured where the tables allow, otherwise assumed and said so.

Only ripe referrals count: one made last week has not had the time to qualify or convert, and counting it as
a failure would understate the rate. A referral is ripe once it is older than nine in ten of
those that got there needed.
"""

import pandas as pd

from referral_playbook.contract.doubtful_words import doubtful
from referral_playbook.contract.evidence import Estimate
from referral_playbook.contract.writing.dates import month
from referral_playbook.domain.assumptions import Default, assumed_value
from referral_playbook.domain.sources.source_words import UNSORTED, by_referral, group_of, groups
from referral_playbook.facts.engagement import Engagement
from referral_playbook.facts.remembered import remembered
from referral_playbook.methods.proportions import proportion

CONVERSION = Default(0.10, 0.05, 0.15)
QUALIFIED = Default(0.50, 0.30, 0.70)
RIPE = 0.90
YEAR = 365  # days


def conversion_rate(engagement: Engagement, *, stated: float | None = None, confidence: float = 0.95) -> Estimate:
    """Share of qualified referrals that became paying customers, Wilson where measured.

    It is as stated, else measured from ripe referrals, else from enquiries that came by referral, else assumed: 10% (5%
    to 15%), the playbook's default per qualified referral.
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


@remembered
def _measured_conversion(engagement: Engagement) -> tuple[int, int, str]:
    rows = engagement.fact("referrals")
    if rows is not None and rows["qualified_on"].notna().any():
        qualified = rows[rows["qualified_on"].notna()]
        got = reached(qualified, "converted_on", "qualified_on", engagement)
        return int(got.sum()), len(got), "referrals: ripe qualified ones, converted_on"
    leads = engagement.fact("lead_sources")
    if leads is not None:
        return _from_leads(leads[leads["given_or_received"] != "given"], engagement)
    return 0, 0, ""


def _from_leads(received: pd.DataFrame, engagement: Engagement) -> tuple[int, int, str]:
    """Won and all of the ripe enquiries by referral; none where words that may mean a referral are not mapped."""
    own = engagement.parameters.get("source_groups")
    words = received.groupby("source")["leads"].sum()
    unsorted = {str(word): int(n) for word, n in words.items() if group_of(str(word), groups(own)) == UNSORTED}
    referred = received[by_referral(received["source"], own)]
    if doubtful(unsorted, known=int(referred["leads"].sum())):
        return 0, 0, ""
    ripe = referred[_ripe_months(referred["month"], engagement)]
    source = "leads: source referral, won_on"
    if 0 < len(ripe) < len(referred):
        source += f"; those up to {month(str(ripe['month'].max()))}, which had the time to be won"
    return int(ripe["won"].sum()), int(ripe["leads"].sum()), source


def _ripe_months(months: pd.Series, engagement: Engagement) -> pd.Series:
    """Months whose enquiries are all older than nine in ten of the won ones needed; all where nothing was won."""
    waits = engagement.fact("lead_waits")
    waits = None if waits is None else waits[waits["given_or_received"] != "given"].sort_values("days")
    if waits is None or waits.empty:
        return pd.Series(True, index=months.index)
    needed = waits.loc[waits["won"].cumsum() >= RIPE * waits["won"].sum(), "days"].iloc[0]
    over = pd.Timestamp(engagement.as_of) - pd.PeriodIndex(months, freq="M").end_time.normalize()
    return pd.Series(over.days >= needed, index=months.index)


def reached(rows: pd.DataFrame, stage: str, since: str, engagement: Engagement) -> pd.Series:
    """Which of the ripe rows reached the stage (bool); where none did, those older than a year are ripe."""
    begun, done = pd.to_datetime(rows[since]), pd.to_datetime(rows[stage])
    needed = (done - begun).dt.days.quantile(RIPE) if done.notna().any() else YEAR
    age = (pd.Timestamp(engagement.as_of) - begun).dt.days
    return done[age >= needed].notna()
