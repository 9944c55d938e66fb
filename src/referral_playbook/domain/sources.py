"""Where business comes from: the client's words for a source sorted into groups, and one record of all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from referral_playbook.domain.baseline import last_whole_month, received_leads
from referral_playbook.facts.engagement import Engagement

ADVOCACY, DEVELOPMENT = "advocacy", "customer-base development"
GENERAL, RECIPROCAL, INCENTIVE, STAFF = "general", "reciprocal", "incentive-based", "staff"
SUPPLIER, INFLUENCER = "supplier", "influencer"
SIX = (ADVOCACY, DEVELOPMENT, GENERAL, RECIPROCAL, INCENTIVE, STAFF)
REFERRING = (*SIX, SUPPLIER, INFLUENCER)
NOT_A_REFERRAL, UNKNOWN = "not a referral", "unknown"
UNSORTED = "not classified"
"""Words that neither the playbook nor the client has assigned: they may well mean a referral in another language."""
UNKNOWN_WORDS = ("unknown", "(empty)")

WORDS = {
    ADVOCACY: ("referral", "customer", "client", "recommendation", "word of mouth", "advocate", "friend"),
    DEVELOPMENT: ("referral programme", "referral program", "programme", "program", "invite", "invitation"),
    GENERAL: ("connector", "professional", "professionals", "multiplier"),
    RECIPROCAL: ("partner", "intermediary", "referral partner", "partner firm"),
    INCENTIVE: ("incentive", "agency", "affiliate", "broker", "lead vendor"),
    STAFF: ("employee", "team", "colleague"),
    SUPPLIER: ("vendor",),
    INFLUENCER: ("influencers", "creator", "press"),
    NOT_A_REFERRAL: (
        "search",
        "organic search",
        "paid search",
        "seo",
        "sem",
        "ppc",
        "google",
        "bing",
        "organic",
        "paid",
        "ad",
        "ads",
        "advert",
        "advertising",
        "advertisement",
        "google ads",
        "display",
        "banner",
        "publicity",
        "other publicity",
        "other publicities",
        "social",
        "social media",
        "paid social",
        "organic social",
        "facebook",
        "instagram",
        "linkedin",
        "tiktok",
        "twitter",
        "youtube",
        "email",
        "e-mail",
        "email marketing",
        "newsletter",
        "mailing",
        "website",
        "web",
        "web site",
        "web form",
        "landing page",
        "online",
        "internet",
        "blog",
        "content",
        "podcast",
        "webinar",
        "direct",
        "direct traffic",
        "direct mail",
        "marketplace",
        "shop",
        "store",
        "walk in",
        "market stall",
        "offline",
        "event",
        "trade fair",
        "trade show",
        "fair",
        "conference",
        "exhibition",
        "cold call",
        "cold calling",
        "call",
        "phone",
        "outbound",
        "inbound",
        "prospecting",
        "tender",
        "sales",
        "radio",
        "tv",
        "television",
        "print",
        "flyer",
        "leaflet",
        "billboard",
        "poster",
        "directory",
        "import",
        "campaign",
        "other",
    ),
    UNKNOWN: UNKNOWN_WORDS,
}
LOOKED_UP = {word: group for group, words in WORDS.items() for word in (group, *words)}

BY_REFERRER = {
    "customer": ADVOCACY,
    "employee": STAFF,
    "intermediary": RECIPROCAL,
    "connector": GENERAL,
    "agency": INCENTIVE,
    "supplier": SUPPLIER,
    "influencer": INFLUENCER,
}
"""referrals.referrer_type to group; a customer who was asked is customer-base development."""

MARKETS = {
    ADVOCACY: "customers",
    DEVELOPMENT: "customers",
    GENERAL: "referral",
    RECIPROCAL: "referral",
    INCENTIVE: "referral",
    STAFF: "employee",
    SUPPLIER: "supplier",
    INFLUENCER: "influencer",
}
"""Group to market of the effort table; 'internal' brings no enquiries of its own."""


def groups(own: Sequence[str] | None = None) -> dict[str, str]:
    """Word to group: the playbook's, and the client's own, each as ``word=group``.

    Raises
    ------
    ValueError
        No equals sign, or no such group.

    Examples
    --------
    >>> groups(["notaries=reciprocal"])["notaries"]
    'reciprocal'
    """
    return LOOKED_UP | dict(_own(text) for text in own or ())


def _own(text: str) -> tuple[str, str]:
    word, _, group = (part.strip().lower() for part in text.partition("="))
    if not word or group not in WORDS:
        raise ValueError(f'source_groups: {text!r}; write "word=group", the groups are {", ".join(WORDS)}')
    return word, group


def group_of(source: str, known: Mapping[str, str]) -> str:
    """Group of a source: by its own words, otherwise by the words before the colon; in the plural too.

    A word that nobody has assigned to a group is `not classified`, never `not a referral`: it may mean one.

    Examples
    --------
    >>> [group_of(s, groups()) for s in ("Referral", "reciprocal: Bank Verhoeven", "paid_search", "(empty)")]
    ['advocacy', 'reciprocal', 'not a referral', 'unknown']
    >>> group_of("Partners", groups()), group_of("Empfehlung", groups())
    ('reciprocal', 'not classified')
    """
    written = source.strip().lower()
    spaced = written.replace("_", " ").replace("-", " ")
    tried = (written, spaced, written.partition(":")[0].strip(), written.removesuffix("s"), spaced.removesuffix("s"))
    return next((known[word] for word in tried if word in known), UNSORTED)


def name_of(source: str) -> str:
    """The name after the colon, or the source itself.

    Examples
    --------
    >>> name_of("reciprocal: Notary De Wit"), name_of("website")
    ('Notary De Wit', 'website')
    """
    head, colon, tail = source.partition(":")
    return tail.strip() if colon and tail.strip() else head.strip()


def is_unknown(source: str) -> bool:
    """Whether nobody knows the source: written as unknown, or not written at all."""
    return source.strip().lower() in UNKNOWN_WORDS


ASKED_DAYS = 90
COLUMNS = ["month", "source", "leads", "won", "value"]


@dataclass(frozen=True, kw_only=True)
class Sources:
    """Enquiries and what became of them, by source and month.

    Parameters
    ----------
    table : str
        Where it was read: leads, customers or referrals; empty where no table has a source.
    per : str
        What is counted.
    rows : DataFrame
        month (``YYYY-MM`` or null), source, leads (NaN where those lost are not recorded), won, value (of what was won,
        NaN where no amount is).
    deals : DataFrame
        source, value, deals: won deals with their value, compressed.
    group : mapping
        Source to group.
    """

    table: str
    per: str
    rows: pd.DataFrame
    deals: pd.DataFrame
    group: dict[str, str]

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
        said = {"leads": "leads: source, won_on", "customers": "customers: source", "": "no table with a source"}
        return said.get(self.table, "referrals: referrer_type, converted_on")


def sources(engagement: Engagement, *, source_groups: Sequence[str] | None = None) -> Sources:
    """The sources as the best table there is has them; business given to others is not a lead received.

    Parameters
    ----------
    source_groups : sequence of ``"word=group"``, optional
        The client's own words, beside the playbook's.
    """
    found = _leads(engagement) or _customers(engagement) or _referrals(engagement) or _nothing()
    return _sorted(found, source_groups)


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
