"""The true parameters of a subscription client. Change any of them to see a step change its verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, kw_only=True)
class Segment:
    """One segment: how it stays, what it pays, how delighted it is. Shares are of customers or of answers."""

    share: float
    alpha: float  # shifted beta-geometric, months
    beta: float
    prices: Mapping[float, float]  # monthly price at the start: its share
    margin_rate: float
    very_disappointed: float  # of those who still use the product
    promoters: float
    detractors: float
    satisfied: float  # scores 4 and 5 of 5
    worth: float  # median of (what a month is worth to the customer) / price
    worth_sigma: float = 0.6


@dataclass(frozen=True, kw_only=True)
class Arm:
    """One offer of the experiment; `factor` multiplies the referral rate while the experiment runs."""

    factor: float
    reward: float


SEGMENTS = {
    "agencies": Segment(
        share=0.30,
        alpha=1.0,
        beta=20.0,
        prices={79.0: 0.4, 129.0: 0.4, 199.0: 0.2},
        margin_rate=0.76,
        very_disappointed=0.68,
        promoters=0.56,
        detractors=0.10,
        satisfied=0.86,
        worth=11.0,
    ),
    "clinics": Segment(
        share=0.30,
        alpha=1.1,
        beta=24.0,
        prices={59.0: 0.4, 99.0: 0.45, 149.0: 0.15},
        margin_rate=0.72,
        very_disappointed=0.57,
        promoters=0.46,
        detractors=0.16,
        satisfied=0.80,
        worth=8.0,
    ),
    "shops": Segment(
        share=0.40,
        alpha=0.9,
        beta=11.0,
        prices={29.0: 0.35, 49.0: 0.45, 79.0: 0.2},
        margin_rate=0.70,
        very_disappointed=0.30,
        promoters=0.27,
        detractors=0.31,
        satisfied=0.66,
        worth=4.5,
    ),
}
REGIONS = {"London": 0.34, "South": 0.22, "Midlands": 0.18, "North": 0.17, "Scotland": 0.09}
SOURCES = {
    "search": 0.34,
    "ads": 0.19,
    "partner": 0.11,
    "event": 0.08,
    "website": 0.08,
    "referral": 0.08,
    "unknown": 0.09,
    "": 0.03,
}
CHANNELS = {"verbal": (0.20, 0.22), "email": (0.30, 0.16), "form": (0.20, 0.16), "link": (0.30, 0.10)}
ARMS = {
    "thanks": Arm(factor=0.6, reward=0.0),
    "credit": Arm(factor=1.4, reward=50.0),
    "gift": Arm(factor=1.0, reward=40.0),
}


@dataclass(frozen=True, kw_only=True)
class SubscriptionWorld:
    """Everything true of a subscription client; the customers' own referrals bring more than `customers`."""

    name: str = "Brightdesk"
    says: str = "A help-desk subscription for small firms. It has every table, a referral programme and an experiment."
    product: str = "help desk"
    customers: int = 1250
    start: date = date(2022, 10, 1)
    as_of: date = date(2026, 9, 30)
    growth: float = 2.2  # arrivals in the last month against the first
    segments: Mapping[str, Segment] = field(default_factory=lambda: SEGMENTS)
    regions: Mapping[str, float] = field(default_factory=lambda: REGIONS)
    sources: Mapping[str, float] = field(default_factory=lambda: SOURCES)
    # money: chance per invoice, and what it does to the price
    upsell: tuple[float, float] = (0.010, 1.25)
    cross_sell: tuple[float, float] = (0.006, 1.15)
    contraction: tuple[float, float] = (0.007, 0.80)
    refund: float = 0.004
    margin_noise: float = 0.10
    discount_rate: float = 0.10  # a year
    horizon: int = 36  # months
    # referrals
    referral_rate: float = 0.018  # per active customer and month at shape 1
    shape: tuple[tuple[int, float], ...] = ((0, 0.5), (3, 1.8), (10, 0.8))  # from tenure month: factor
    dispersion: float = 0.35  # negative binomial k: small means that few make most
    delight_correlation: float = 0.5  # of a customer's urge to refer with delight
    invited: float = 0.92
    qualified: float = 0.62  # per invited
    channels: Mapping[str, tuple[float, float]] = field(default_factory=lambda: CHANNELS)  # mix, conversion
    days_to_qualified: tuple[float, float] = (12.0, 0.6)  # log-normal: median, sigma
    days_to_converted: tuple[float, float] = (35.0, 0.5)
    homophily: float = 0.7  # chance that a friend is of the advocate's segment; else drawn like anyone
    churn_ratio: float = 0.82  # first-month churn of the referred against the others
    incremental_share: float = 0.65  # of converted friends who would not have come otherwise
    # programme and experiment
    programme_start: date = date(2025, 7, 1)
    programme_uplift: float = 1.0  # of the referral rate from the start on, for all but those held out
    holdout: float = 0.0  # share of customers without the programme, by a hash of the id
    friend_refund: float = 0.0  # share of converted friends who get their first month back and leave
    reward: float = 50.0
    arms: Mapping[str, Arm] = field(default_factory=lambda: ARMS)
    experiment: tuple[date, date] = (date(2026, 3, 1), date(2026, 8, 31))
    fraud: bool = True
    # surveys and contacts
    pmf_waves: tuple[date, ...] = (date(2025, 11, 10), date(2026, 6, 8))
    nps_waves: tuple[date, ...] = (date(2024, 10, 7), date(2025, 4, 7), date(2025, 10, 6), date(2026, 4, 13))
    response: float = 0.55
    contacts: Mapping[str, float] = field(
        default_factory=lambda: {
            "support": 0.10, "delight": 0.06, "kind_act": 0.05, "review": 0.008,
            "ask": 0.035, "complaint": 0.012, "upsell": 0.015,
        }
    )  # fmt: skip  # per active customer and month
    unresolved: float = 0.12  # of complaints
