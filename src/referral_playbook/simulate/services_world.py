"""The true parameters of a professional-services firm that lives on introductions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, kw_only=True)
class Source:
    """One true source of leads; `given` is the business the firm passes back, in leads a year."""

    share: float
    conversion: float  # per lead
    value: float  # median of a won engagement, first year
    referrer: str = ""  # referrer_type in the contract, empty where nobody introduces
    given: float = 0.0


SOURCES = {
    "referral": Source(share=0.22, conversion=0.42, value=9_000.0, referrer="customer"),
    "general": Source(share=0.11, conversion=0.30, value=7_000.0, referrer="connector"),
    "reciprocal: Notary De Wit": Source(
        share=0.13, conversion=0.48, value=14_000.0, referrer="intermediary", given=3.0
    ),
    "reciprocal: Bank Verhoeven": Source(
        share=0.09, conversion=0.40, value=24_000.0, referrer="intermediary", given=9.0
    ),
    "reciprocal: Lund Architects": Source(
        share=0.04, conversion=0.35, value=11_000.0, referrer="intermediary", given=1.0
    ),
    "reciprocal: Marin HR": Source(share=0.03, conversion=0.33, value=8_000.0, referrer="intermediary", given=7.0),
    "agency: Klik Media": Source(share=0.09, conversion=0.15, value=5_000.0, referrer="agency"),
    "agency: LeadPort": Source(share=0.08, conversion=0.10, value=4_000.0, referrer="agency"),
    "staff": Source(share=0.07, conversion=0.50, value=6_000.0, referrer="employee"),
    "website": Source(share=0.09, conversion=0.12, value=5_500.0),
    "event": Source(share=0.05, conversion=0.15, value=7_500.0),
}


@dataclass(frozen=True, kw_only=True)
class Sector:
    """One segment of clients: share of leads, monthly fee, chance to leave in a month."""

    share: float
    fee: float  # median
    churn: float


SECTORS = {
    "family firms": Sector(share=0.40, fee=620.0, churn=0.006),
    "health practices": Sector(share=0.25, fee=480.0, churn=0.005),
    "property": Sector(share=0.15, fee=890.0, churn=0.010),
    "start-ups": Sector(share=0.20, fee=340.0, churn=0.018),
}
OFFICES = {"Antwerp": 0.36, "Brussels": 0.34, "Ghent": 0.20, "Liège": 0.10}


@dataclass(frozen=True, kw_only=True)
class ServicesWorld:
    """Everything true of a services firm; its clients are those of before plus the leads that were won."""

    clients_before: int = 190  # who joined before the lead register began
    leads: int = 460
    start: date = date(2016, 1, 1)
    register: date = date(2023, 7, 1)  # leads are written down from here
    as_of: date = date(2026, 6, 30)
    sources: Mapping[str, Source] = field(default_factory=lambda: SOURCES)
    sectors: Mapping[str, Sector] = field(default_factory=lambda: SECTORS)
    offices: Mapping[str, float] = field(default_factory=lambda: OFFICES)
    unknown: float = 0.35  # of leads: the register says 'unknown', whatever the source was
    empty: float = 0.03
    value_sigma: float = 0.7
    fee_sigma: float = 0.4
    days_to_qualified: tuple[float, float] = (9.0, 0.5)
    days_to_won: tuple[float, float] = (45.0, 0.6)
    commission: float = 0.10  # agencies, of the first-year value
    margin_rate: float = 0.38
    contacts: Mapping[str, float] = field(
        default_factory=lambda: {"review": 0.05, "kind_act": 0.015, "complaint": 0.006, "ask": 0.008}
    )  # per active client and month
