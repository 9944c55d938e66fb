"""The client's words for a source, sorted into groups: four beside customers, two among them, and what is no referral.

A word before a colon is the group and what follows the name: ``reciprocal: Notary De Wit``. Other words are looked up;
a parameter adds the client's own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

ADVOCACY, DEVELOPMENT = "advocacy", "customer-base development"
GENERAL, RECIPROCAL, INCENTIVE, STAFF = "general", "reciprocal", "incentive-based", "staff"
SUPPLIER, INFLUENCER = "supplier", "influencer"
SIX = (ADVOCACY, DEVELOPMENT, GENERAL, RECIPROCAL, INCENTIVE, STAFF)
REFERRING = (*SIX, SUPPLIER, INFLUENCER)
NOT_A_REFERRAL, UNKNOWN = "not a referral", "unknown"
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
    NOT_A_REFERRAL: (),
    UNKNOWN: UNKNOWN_WORDS,
}
LOOKED_UP = {word: group for group, words in WORDS.items() for word in (group, *words)}

BY_REFERRER = {
    "customer": ADVOCACY, "employee": STAFF, "intermediary": RECIPROCAL, "connector": GENERAL, "agency": INCENTIVE,
    "supplier": SUPPLIER, "influencer": INFLUENCER,
}  # fmt: skip
"""referrals.referrer_type to group; a customer who was asked is customer-base development."""

MARKETS = {
    ADVOCACY: "customers", DEVELOPMENT: "customers", GENERAL: "referral", RECIPROCAL: "referral",
    INCENTIVE: "referral", STAFF: "employee", SUPPLIER: "supplier", INFLUENCER: "influencer",
}  # fmt: skip
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
    """The group of a source: of its own words, else of the words before the colon, else not a referral.

    Examples
    --------
    >>> [group_of(s, groups()) for s in ("Referral", "reciprocal: Bank Verhoeven", "paid search", "(empty)")]
    ['advocacy', 'reciprocal', 'not a referral', 'unknown']
    """
    said = source.strip().lower()
    return known.get(said) or known.get(said.partition(":")[0].strip(), NOT_A_REFERRAL)


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
