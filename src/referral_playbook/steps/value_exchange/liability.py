"""What a reward may cost in a year before anybody has been paid: a few advocates make most of the referrals.

Referrals per customer and year are fitted by a negative binomial where they are known, else taken from one vendor's
published table; then the pay-out of the offer, with its tier and cap, is simulated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
import pandas as pd
from scipy import optimize, stats

from referral_playbook.benchmarks import benchmark
from referral_playbook.contract.evidence import Basis, Estimate, assumed, undefined, weakest
from referral_playbook.contract.writing.formatting import number
from referral_playbook.domain.headcount import customers_now
from referral_playbook.domain.programme.offers import Offer
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.decisions.liability import (
    Ladder,
    Liability,
    Tier,
    referral_pmf,
    reward_liabilities,
    tiered_reward,
)
from referral_playbook.methods.referrals.counts import fit_counts
from referral_playbook.methods.uncertainty.distributions import to_distribution
from referral_playbook.methods.uncertainty.futures import futures

CUSTOMERS_AT_LEAST = 50  # with a year behind them, or their referrals of the year are not fitted alone
DRAWS, RATES = 10_000, 40  # futures, spread over so many rates that are equally likely


@dataclass(frozen=True, kw_only=True)
class Referring:
    """How customers refer in a year: how many they are, referrals each, k of the negative binomial (None: Poisson)."""

    customers: int
    mean: Estimate
    k: float | None

    def times(self, multiple: float) -> Referring:
        """The same customers, referring so many times as often; who refers most stays as it is."""
        if multiple <= 0:
            raise ValueError(f"referrals_multiple is above 0, not {multiple}")
        m = self.mean
        more = m.as_(value=m.point * multiple, low=m.lower * multiple, high=m.upper * multiple)
        return replace(self, mean=more)


def referring(engagement: Engagement, *, confidence: float = 0.95) -> Referring:
    """Referrals per customer and year: of those there the whole year, else over their tenure, else published."""
    profile = engagement.fact("customer_profile")
    if profile is None or profile.empty:
        return _published(0)
    here = customers_now(engagement)
    counts = _last_year(engagement, profile)
    if counts is None or len(counts) < CUSTOMERS_AT_LEAST or not counts.sum():
        return _over_tenure(profile, here, confidence)
    source = "referrals of the last 12 months, customers who were there all the time"
    fit = fit_counts(counts, confidence=confidence, unit="referrals", per="customer and year", source=source)
    return Referring(customers=here, mean=fit.mean, k=1 / fit.dispersion.value if fit.dispersion.value else None)


def _last_year(engagement: Engagement, profile: pd.DataFrame) -> pd.Series | None:
    months = engagement.fact("advocate_months")
    if months is None or not engagement.real_dates:
        return None
    joined = pd.to_datetime(profile["joined_on"])
    there = (joined <= pd.Timestamp(engagement.as_of - timedelta(days=365))) & ~profile["left"].astype(bool)
    since = str((pd.Timestamp(engagement.as_of).to_period("M") - 11).strftime("%Y-%m"))
    made = months[months["month"] >= since].groupby("referrer_id")["referrals"].sum()
    return made.reindex(profile.loc[there, "customer_id"], fill_value=0)


def _over_tenure(profile: pd.DataFrame, here: int, confidence: float) -> Referring:
    known = profile[profile["referrals_made"].notna()]
    made, years = known["referrals_made"].to_numpy(float), float(known["tenure_months"].sum()) / 12
    if not made.sum() or not years:
        return _published(here)
    source = "referrals over the whole time as a customer; how they differ is taken from that too"
    fit = fit_counts(made, confidence=confidence, unit="referrals", per="customer and year", source=source)
    each = len(made) / years
    mean = fit.mean.as_(value=fit.mean.point * each, low=fit.mean.lower * each, high=fit.mean.upper * each)
    return Referring(customers=here, mean=mean, k=1 / fit.dispersion.value if fit.dispersion.value else None)


def _published(customers: int) -> Referring:
    """The negative binomial nearest to one vendor's table of advocates who make 0, 1, 2-10, and 11 or more a year."""
    active = benchmark("active_advocates")
    parts = [benchmark(f"advocates_with_{name}").value for name in ("one_referral", "two_to_ten_referrals")]
    one, some = (active.point * p for p in parts)  # type: ignore[operator]
    shares = np.array([1 - active.point, one, some, active.point - one - some])
    mean, k = _nearest(shares)
    source = f"{active.source}; read as if every customer were enrolled; half to twice"
    each = assumed(mean, mean / 2, mean * 2, unit="referrals", per="customer and year", source=source)
    return Referring(customers=customers, mean=each.as_(basis=Basis.BENCHMARK), k=k)


def _nearest(shares: np.ndarray) -> tuple[float, float]:
    """Mean and k with the highest likelihood of the four shares."""

    def cost(log: np.ndarray) -> float:
        mean, k = np.exp(log)
        below = stats.nbinom.cdf([0, 1, 10], k, k / (k + mean))
        return -float(shares @ np.log(np.maximum(np.diff([0, *below, 1]), 1e-12)))

    mean, k = np.exp(optimize.minimize(cost, np.zeros(2), method="Nelder-Mead").x)
    return float(mean), float(k)


def liability(
    who: Referring, known: Mapping[str, Estimate], offer: Offer, *, cap: int | None = None
) -> Liability | None:
    """Rewards of a year under the offer, both sides together; None where nothing is paid or nobody is there.

    How often customers refer and how many friends convert is not known exactly: the futures spread over that too. `cap`
    stands in place of the offer's own.
    """
    return liabilities(who, known, [offer if cap is None else replace(offer, cap=cap)])[0]


def liabilities(who: Referring, known: Mapping[str, Estimate], offers: Sequence[Offer]) -> list[Liability | None]:
    """`liability` of several offers; those whose rewards fall due equally often are paid in the same futures."""
    found: dict[int, Liability] = {}
    paid = [(i, o) for i, o in enumerate(offers) if who.customers and o.both_sides and reaching(known, o)]
    for due in dict.fromkeys((o.trigger == "lead", reaching(known, o)) for _, o in paid):
        alike = {i: o for i, o in paid if (o.trigger == "lead", reaching(known, o)) == due}
        found |= zip(alike, _in_the_same_futures(who, known, list(alike.values())), strict=True)
    return [found.get(i) for i in range(len(offers))]


def _in_the_same_futures(who: Referring, known: Mapping[str, Estimate], offers: Sequence[Offer]) -> list[Liability]:
    return reward_liabilities(
        [Ladder(tiers=[Tier(start=o.tier or 1, reward=o.both_sides)], cap=last_rewarded(o)) for o in offers],
        advocates=who.customers,
        referrals_per_advocate=(who.mean.value or 0.0) * reaching(known, offers[0]),
        dispersion=who.k,
        multiples=_unknown(who, known, offers[0]),
        draws=DRAWS,
    )


def _unknown(who: Referring, known: Mapping[str, Estimate], offer: Offer) -> np.ndarray:
    """Equally likely multiples of the rewarded referrals, from the ranges of what they are made of."""
    converting = ("qualified_share", "conversion_rate") if offer.trigger != "lead" else ()
    rates = {"referrals": who.mean} | {name: known[name] for name in converting}
    drawn = next(futures({name: to_distribution(e) for name, e in rates.items()}, draws=RATES))
    multiples = np.prod([drawn[name] / (e.value or 1.0) for name, e in rates.items()], axis=0)
    return np.asarray(multiples, dtype=float)


def reaching(known: Mapping[str, Estimate], offer: Offer) -> float:
    """Share of referrals for which the reward falls due: all of them per lead, else those that convert (and stay)."""
    if offer.trigger == "lead":
        return 1.0
    qualified, conversion = known["qualified_share"].value or 0.0, known["conversion_rate"].value or 0.0
    return qualified * conversion * offer.hold_survival


def last_rewarded(offer: Offer) -> int | None:
    """Number of the last referral of an advocate that is rewarded: a tier from 3 and a cap of 1 reward the third."""
    return None if offer.cap is None else (offer.tier or 1) - 1 + offer.cap


def rewarded_share(who: Referring, known: Mapping[str, Estimate], offer: Offer) -> float:
    """Share of the referrals that reach the trigger for which the reward is paid, under the offer's tier and cap."""
    due = (who.mean.value or 0.0) * reaching(known, offer) if offer.rewards else 0.0
    if not due or (offer.tier is None and offer.cap is None):
        return 1.0
    chances = referral_pmf(due, dispersion=who.k)
    paid = tiered_reward(
        np.arange(chances.size), tiers=[Tier(start=offer.tier or 1, reward=1.0)], cap=last_rewarded(offer)
    )
    return min(1.0, float(chances @ paid) / due)


def caps(
    who: Referring, known: Mapping[str, Estimate], offer: Offer, *, most: Sequence[int] = (10, 5, 3, 1)
) -> list[dict[str, object]]:
    """What a cap does to the pay-out of a year: rows cap, expected, p90, p99, share that the top 10% get."""
    runs = {"none" if cap is None else str(cap): replace(offer, cap=cap) for cap in (None, *most)}
    return [
        {
            "cap": name,
            "expected": r.mean,
            "p90": r.p90,
            "p99": r.p99,
            "to_top_tenth": None if r.top_decile_share is None else round(r.top_decile_share, 2),
        }
        for name, r in zip(runs, liabilities(who, known, list(runs.values())), strict=True)
        if r is not None
    ]


def rewards_a_year(found: Liability | None, who: Referring, known: Mapping[str, Estimate], offer: Offer) -> Estimate:
    """Rewards of a year as evidence: expected; low is what 9 in 10 futures exceed, high what 1 in 100 does."""
    unit, per = known["customer_value"].unit, "year, both sides"
    inputs = who.mean, known["qualified_share"], known["conversion_rate"]
    basis = weakest(*inputs)
    if found is None:
        reason = "no reward is paid" if not offer.both_sides else "there are no customers who could refer"
        return undefined(reason, unit=unit, per=per, basis=basis)
    source = f"simulated pay-out of {offer.name} to {number(who.customers)} customers; range p10 to p99"
    low, high = min(found.p10, found.mean), max(found.p99, found.mean)
    return assumed(found.mean, low, high, unit=unit, per=per, source=source).as_(n=who.mean.n, basis=basis)
