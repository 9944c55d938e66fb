"""Where business comes from: the client's words for a source sorted into groups, and one record of all of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from referral_playbook.domain.programme.baseline import last_whole_month, received_leads
from referral_playbook.domain.sources.source_words import BY_REFERRER, DEVELOPMENT, UNSORTED, group_of, groups
from referral_playbook.facts.engagement import Engagement

ASKED_DAYS = 90
COLUMNS = ["month", "source", "leads", "won", "value"]


@dataclass(frozen=True, kw_only=True)
class Sources:
    """Enquiries and what became of them, by source and month."""

    table: str  # where it was read: leads, customers or referrals; empty where no table has a source
    per: str  # what is counted
    # month (``YYYY-MM`` or null), source, leads (NaN where those lost are not recorded), won, value (of what was won,
    # NaN where no amount is)
    rows: pd.DataFrame
    deals: pd.DataFrame  # source, value, deals: won deals with their value, compressed
    group: dict[str, str]  # source to group

    @property
    def counts_losses(self) -> bool:
        """Whether enquiries that were lost are in the table, so that a conversion can be worked out."""
        return bool(self.table) and self.table != "customers"

    @property
    def unsorted(self) -> dict[str, int]:
        """How many leads (customers won, where lost leads are not recorded) stand under each unassigned word."""
        column = "leads" if self.counts_losses else "won"
        counts = self.rows.groupby("source")[column].sum()
        return {str(s): int(n) for s, n in counts.items() if self.group[str(s)] == UNSORTED}

    @property
    def words(self) -> str:
        columns = {"leads": "leads: source, won_on", "customers": "customers: source", "": "no table with a source"}
        return columns.get(self.table, "referrals: referrer_type, converted_on")


def sources(engagement: Engagement, *, source_groups: Sequence[str] | None = None) -> Sources:
    """The sources as the best table there is has them; business given to others is not a lead received.

    The client's own words, ``word=group``, stand beside the playbook's.
    """
    source_rows = _leads(engagement) or _customers(engagement) or _referrals(engagement) or _nothing()
    return _sorted(source_rows, source_groups)


def introductions(engagement: Engagement) -> Sources:
    """Referrals by who made them: customers who had been asked apart from those who had not, staff, partners."""
    return _sorted(_referrals(engagement) or _nothing(), None)


Found = tuple[str, str, pd.DataFrame, pd.DataFrame]


def _sorted(found: Found, own: Sequence[str] | None) -> Sources:
    table, per, rows, deals = found
    known, fixed = groups(own), BY_REFERRER if table == "referrals" else {}
    named = {s: fixed.get(s) or group_of(s, known) for s in rows["source"].unique()}
    return Sources(table=table, per=per, rows=rows, deals=deals, group=named)


def _nothing() -> Found:
    return "", "lead", pd.DataFrame(columns=COLUMNS), pd.DataFrame(columns=["source", "value", "deals"])


def _leads(engagement: Engagement) -> Found | None:
    rows = received_leads(engagement)
    if rows is None:
        return None
    deals = engagement.fact("won_deals")
    assert deals is not None  # made of the same table
    deals = deals[deals["given_or_received"] != "given"]
    rows = rows.groupby(["month", "source"], as_index=False, dropna=False)[["leads", "won", "value"]].sum(min_count=1)
    return "leads", "lead received", rows[COLUMNS], deals[["source", "value", "deals"]].reset_index(drop=True)


def _customers(engagement: Engagement) -> Found | None:
    profile = engagement.fact("customer_profile")
    if profile is None or profile.empty:
        return None
    if (profile["source"] == "(empty)").all() and engagement.has("referrals"):
        return None
    amount = profile["total_amount"] if profile["total_amount"].notna().any() else profile["amount_paid"]
    month = profile["joined_on"].dt.strftime("%Y-%m") if engagement.real_dates else None
    each = pd.DataFrame({"month": month, "source": profile["source"], "value": amount.astype(float)})
    each["won"], each["leads"] = 1, np.nan
    rows = each.groupby(["month", "source"], as_index=False, dropna=False).agg(
        leads=("leads", _none), won=("won", "sum"), value=("value", _total)
    )
    deals = each.groupby(["source", "value"], as_index=False)["won"].sum().rename(columns={"won": "deals"})
    return "customers", "customer", rows[COLUMNS], deals


def _referrals(engagement: Engagement) -> Found | None:
    facts = engagement.fact("referrals")
    if facts is None or facts.empty:
        return None
    who = facts["referrer_type"].replace("", None)
    profile = engagement.fact("customer_profile")
    if profile is not None:  # a referrer among the customers is a customer, whether or not the type was written down
        who = who.mask(who.isna() & facts["referrer_id"].isin(profile["customer_id"]), "customer")
    who = who.fillna("(empty)")
    who = who.mask((who == "customer") & asked_before(engagement, facts), DEVELOPMENT)
    each = pd.DataFrame({"month": facts["referred_on"].dt.strftime("%Y-%m"), "source": who})
    each["won"], each["value"] = facts["converted_on"].notna().astype(int), np.nan
    rows = each.groupby(["month", "source"], as_index=False).agg(
        leads=("won", "size"), won=("won", "sum"), value=("value", _total)
    )
    return "referrals", "referral", rows[COLUMNS], pd.DataFrame(columns=["source", "value", "deals"])


def asked_before(engagement: Engagement, referrals: pd.DataFrame, *, days: int = ASKED_DAYS) -> pd.Series:
    """Which referrals followed an ask: made under an offer of an experiment, or within `days` after a logged ask.

    Never by whether a reward was paid: rewards are paid for those that converted, and would make every one a success.
    """
    offered = referrals["arm"].fillna("") != ""
    touched = engagement.fact("touchpoints")
    if touched is None:
        return offered
    asks = touched.loc[touched["kind"] == "ask", ["customer_id", "on"]].sort_values("on")
    made = referrals[["referrer_id", "referred_on"]].sort_values("referred_on")
    last = pd.merge_asof(
        made,
        asks,
        left_on="referred_on",
        right_on="on",
        left_by="referrer_id",
        right_by="customer_id",
        tolerance=pd.Timedelta(days=days),
    )
    return offered | last.set_index(made.index)["on"].notna().reindex(referrals.index)


def _total(values: pd.Series) -> float:
    return float(values.sum(min_count=1))


def _none(values: pd.Series) -> float:
    return float("nan")


def ripe_months(engagement: Engagement, found: Sources, *, window: int, months_to_win: int) -> list[str]:
    """The last `window` whole months whose enquiries had the time to be won, none before the record's second month.

    The record ends where nothing was written down any more.
    """
    seen = found.rows["month"].dropna()
    if seen.empty:
        return []
    lag = months_to_win if found.counts_losses else 0
    last = min(last_whole_month(engagement.as_of) - lag, pd.Period(seen.max(), "M"))
    first = max(last - window + 1, pd.Period(seen.min(), "M") + 1)
    return [str(m) for m in pd.period_range(first, last, freq="M")]
