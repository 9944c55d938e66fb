"""Invites, what becomes of them, K, and where it ends.

K counts the friends whom one customer has brought so far. Below 1 it always ends: n customers end at n / (1 - K), and
do not grow for ever. It is reported; no goal is set on it.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from referral_playbook.contract.evidence import Check, Estimate, undefined
from referral_playbook.contract.writing.formatting import number, share, whole, written
from referral_playbook.domain.assumptions import Default, assumed_value
from referral_playbook.domain.sources import funnel
from referral_playbook.domain.sources.source_words import UNKNOWN_WORDS
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.labels import ranged
from referral_playbook.methods.proportions import proportion
from referral_playbook.methods.referrals.cascades import total_size, total_size_pmf
from referral_playbook.methods.referrals.counts import CountFit, fit_counts
from referral_playbook.methods.referrals.k_factor import cascade_size, k_factor
from referral_playbook.methods.uncertainty.propagation import propagate

PER_CUSTOMER = Default(1.0, 0.5, 1.5)  # relative: a stated number may be off by half either way
SEEDS = 100
BAND = 0.80
MOST = 100_000  # customers in one cascade, counted one by one; larger ones by their limit
STAGES = {"invited": "invited_on", "qualified": "qualified_on", "converted": "converted_on"}


def invited(engagement: Engagement) -> pd.DataFrame | None:
    """Customers' referrals with the day of the invite; the day of the referral where no invite was ever written down.

    Referrals by others than customers, and those that were never sent, are left out. None without a table of referrals.
    """
    rows, profile = engagement.fact("referrals"), engagement.fact("customer_profile")
    if rows is None:
        return None
    rows = rows[rows["referrer_type"].fillna("customer").isin(["", "customer"])]
    # An unknown or empty referrer is nobody, not one busy advocate.
    rows = rows[~rows["referrer_id"].astype("string").fillna("").str.strip().str.lower().isin(["", *UNKNOWN_WORDS])]
    if profile is not None:
        rows = rows[rows["referrer_id"].isin(profile["customer_id"])]
    if rows["invited_on"].isna().all():
        rows = rows.assign(invited_on=rows["referred_on"])
    return rows[rows["invited_on"].notna()]


def invite_counts(engagement: Engagement) -> pd.Series | None:
    """How many customers (values) sent how many invites (index, from 0); None where it is not known."""
    profile, rows = engagement.fact("customer_profile"), invited(engagement)
    if profile is None:
        return None
    if rows is not None:
        sent = rows.groupby("referrer_id").size()
        return profile["customer_id"].map(sent).fillna(0).astype(int).value_counts().sort_index()
    counted = profile["referrals_made"].dropna()
    return counted.astype(int).value_counts().sort_index() if len(counted) else None


def fitted(engagement: Engagement, *, confidence: float = 0.95) -> CountFit | None:
    """Invites per customer as a negative binomial; None where they are not known."""
    counts = invite_counts(engagement)
    if counts is None:
        return None
    return fit_counts(
        counts.index, weights=counts.to_numpy(), confidence=confidence, unit="invites", per="customer, so far"
    )


def invites_per_customer(engagement: Engagement, *, stated: float | None = None, confidence: float = 0.95) -> Estimate:
    """Invites that a customer has sent so far; a few customers decide, and the range allows for that.

    Counts without dates are taken as invites. Undefined, with the reason, where no table tells and nothing was stated.
    """
    labels: dict[str, Any] = {"unit": "invites", "per": "customer, so far"}
    if stated is not None:
        return assumed_value("invites_per_customer", stated, PER_CUSTOMER, **labels)
    counts, fit = invite_counts(engagement), fitted(engagement, confidence=confidence)
    if counts is None or fit is None:
        return undefined("no table says how many invites customers send: state the invites per customer", **labels)
    spread = fit.dispersion.value
    made, customers = int(counts.index.to_numpy() @ counts.to_numpy()), int(counts.sum())
    factor = k_factor(
        customers=customers,
        invites=made,
        conversions=0,
        dispersion=1 / spread if spread else None,
        confidence=confidence,
    )
    table = (
        "referrals: invited_on" if engagement.has("referrals") else "customers: referrals_made, each taken as an invite"
    )
    return factor.invites_per_customer.as_(per="customer, so far", source=f"{table}, over all customers")


def conversion_per_invite(engagement: Engagement, *, stated: float | None = None, confidence: float = 0.95) -> Estimate:
    """Share of ripe invites that became paying customers; else qualified per referral x conversion per qualified."""
    rows = invited(engagement)
    if stated is None and rows is not None and rows[["qualified_on", "converted_on"]].notna().any(axis=None):
        got = funnel.reached(rows, "converted_on", "invited_on", engagement)
        source = f"referrals: ripe invites of customers ({number(len(got))}), converted_on"
        return proportion(int(got.sum()), len(got), confidence=confidence, per="invite", source=source)
    if stated is not None:
        return assumed_value("conversion_per_invite", stated, Default(0.05, 0.02, 0.10), unit="share", per="invite")
    both = propagate(
        lambda q, c: q * c,
        unit="share",
        per="invite",
        source="qualified per referral x conversion per qualified referral",
        q=funnel.qualified_share(engagement, confidence=confidence),
        c=funnel.conversion_rate(engagement, confidence=confidence),
    )
    return both if both.low is None or both.high is None else both.as_(low=max(0.0, both.low), high=min(1.0, both.high))


@dataclass(frozen=True, kw_only=True)
class WordOfMouth:
    """K with its two factors; `dispersion`, k of the negative binomial, says how unequal they are (None: alike)."""

    invites: Estimate
    conversion: Estimate
    dispersion: float | None = None

    @property
    def k(self) -> Estimate:
        """Friends per customer, so far: invites per customer x conversion per invite."""
        product = propagate(
            lambda i, c: i * c,
            unit="friends",
            per="customer, so far",
            source="invites per customer x conversion per invite",
            i=self.invites,
            c=self.conversion,
        )
        return product if product.low is None else product.as_(low=max(0.0, product.low))

    @property
    def cascade(self) -> Estimate:
        """Customers that one seed ends at, itself included: 1 / (1 - K)."""
        return cascade_size(self.k).as_(per="seed customer")

    def end(self, seeds: int = SEEDS) -> Estimate:
        """Customers that so many seeds end at on average, with the range that K's range gives."""
        return cascade_size(self.k, seeds=seeds).as_(per=f"{number(seeds)} seed customers")

    def outcomes(self, seeds: int = SEEDS, *, level: float = BAND) -> Estimate:
        """The same with the band that holds `level` of the outcomes at this K: chance, and a few who bring most."""
        mean, k = self.end(seeds), self.k.value
        if mean.value is None or k is None:
            return mean
        low, high = self._ends(seeds, k, ((1 - level) / 2, (1 + level) / 2))
        source = f"seeds / (1 - K); {share(level)} of outcomes at this K"
        return mean.as_(
            low=min(low, mean.value), high=max(high, mean.value), confidence=level, reason="", source=source
        )

    def _ends(self, seeds: int, k: float, levels: tuple[float, float]) -> tuple[float, float]:
        """Quantiles of the total size at this K."""
        size = total_size(k=k, seeds=seeds, dispersion=self.dispersion)
        totals = np.arange(seeds, min(int(size.mean + 20 * math.sqrt(size.variance)) + 50, MOST))
        inside = np.cumsum(total_size_pmf(totals, k=k, seeds=seeds, dispersion=self.dispersion))
        if totals.size and inside[-1] >= levels[1]:
            low, high = totals[np.searchsorted(inside, levels)]
        elif not size.variance:
            low = high = size.mean
        else:
            # The walk that a cascade is ends like a diffusion: inverse Gaussian, by mean and variance.
            shape = size.mean**3 / size.variance
            low, high = stats.invgauss.ppf(levels, size.mean / shape, scale=shape).clip(min=seeds)
        return float(low), float(high)


def word_of_mouth(
    engagement: Engagement, *, invites: float | None = None, conversion: float | None = None, confidence: float = 0.95
) -> WordOfMouth:
    """K of this client, with stated factors in place of measured ones where they are given."""
    fit = fitted(engagement, confidence=confidence)
    spread = fit.dispersion.value if fit is not None and invites is None else None
    return WordOfMouth(
        invites=invites_per_customer(engagement, stated=invites, confidence=confidence),
        conversion=conversion_per_invite(engagement, stated=conversion, confidence=confidence),
        dispersion=1 / spread if spread else None,
    )


def cycle_days(engagement: Engagement, *, confidence: float = 0.95) -> Estimate:
    """Median days from referral to conversion, of those that converted, with exact limits by order: one generation."""
    rows, labels = invited(engagement), dict[str, Any](unit="days", per="converted referral")
    source = "referrals: referred_on to converted_on; those still on their way are not in it"
    if rows is None or rows["days_to_converted"].notna().sum() == 0:
        return undefined("no referral has dates of both", source=source, **labels)
    days = rows["days_to_converted"].dropna().to_numpy(float)
    middle = float(np.median(days))
    limits = stats.quantile_test(days, q=middle, p=0.5).confidence_interval(confidence)
    if not np.isfinite([limits.low, limits.high]).all():
        why = f"{written(days.size, 'conversions')}: too few for a range of the median"
        return undefined(why, source=source, n=days.size, **labels)
    told = labels | {"source": source}
    return ranged(middle, limits.low, limits.high, n=days.size, confidence=confidence, **told)


def so_far(engagement: Engagement) -> Check:
    """For how long customers have been watched: K so far is not yet K over a life."""
    profile = engagement.fact("customer_profile")
    if profile is None:
        return Check(name="k_is_so_far", passed=None, text="It is not known how long customers have been customers.")
    months = float(profile["tenure_months"].mean())
    known = f"Customers have been with you for {whole(months)} months on average"
    text = f"{known}; K counts what they did until now, and grows."
    return Check(name="k_is_so_far", passed=None, text=text)
