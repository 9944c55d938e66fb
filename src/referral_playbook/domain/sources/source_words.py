"""The words that clients write for a source, and the group that each of them belongs to."""

from collections.abc import Mapping, Sequence

import pandas as pd

from referral_playbook.contract.client_toml.client import read_client
from referral_playbook.contract.writing.formatting import number
from referral_playbook.facts.engagement import Engagement

REFERRAL = "referral"
"""The contract's word for the source of a customer who came by referral."""
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
    """Word to group: the playbook's, and the client's own as ``word=group``; ValueError where there is no such group.

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


def by_referral(written: pd.Series, own: Sequence[str] | None = None) -> pd.Series:
    """Which sources say that a customer's recommendation brought somebody, in the playbook's or the client's words.

    Examples
    --------
    >>> by_referral(pd.Series(["Referrals", "search", "Empfehlung"]), ["Empfehlung=advocacy"]).tolist()
    [True, False, True]
    """
    known = groups(own)
    return written.map({source: group_of(source, known) == ADVOCACY for source in written.unique()}).astype(bool)


def listed_words(counts: Mapping[str, int], *, most: int = 8) -> str:
    """Words with their counts, the most frequent first.

    Examples
    --------
    >>> listed_words({"F2F": 2, "Empfehlung": 40})
    'Empfehlung (40), F2F (2)'
    """
    ordered = sorted(counts.items(), key=lambda item: -item[1])
    more = f" and {number(len(counts) - most)} others" if len(counts) > most else ""
    return ", ".join(f"{word} ({number(n)})" for word, n in ordered[:most]) + more


def maps_referral(engagement: Engagement) -> bool:
    """Whether client.toml says which of the client's words for a customer's source stand for a referral."""
    customers = read_client(engagement.client_dir).tables.get("customers")
    return customers is not None and REFERRAL in customers.values.get("source", {})
