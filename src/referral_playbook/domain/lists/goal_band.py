"""The goal of the programme per month, and the band that a month falls into by chance alone.

Three things make a month differ from its goal: chance, not knowing the baseline, and not knowing the uplift. All are
in the band, without simulation: rate and uplift stand at equally likely levels, and a month is a mixture over these.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from referral_playbook.contract.evidence import Estimate, undefined, weakest
from referral_playbook.contract.writing.formatting import share
from referral_playbook.domain.assumptions import decided_value
from referral_playbook.domain.programme.distributions_of import input_distribution
from referral_playbook.methods.uncertainty.propagation import propagate

LEVELS = (np.arange(199) + 0.5) / 199
BAND = 0.80


def certain_uplift(value: float) -> Estimate:
    """An uplift taken as certain: a what-if, or 1 for the months without a programme."""
    return decided_value("uplift", value, unit="times", per="referral without the programme")


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """What the next months may bring."""

    rate: Estimate  # referrals per month without the programme
    factor: Estimate  # the uplift; a factor of exactly 1 is the outlook without a programme
    dispersion: float = 0.0  # of the monthly counts, variance ``m + a m^2``; 0 is Poisson

    def months(self, months: int = 1) -> Any:
        """Scipy's distributions of the total of so many months, one for each equally likely pair of rate and uplift."""
        return _months_ahead(self, months)

    def below(self, x: float, *, months: int = 1) -> float:
        """Chance that so many months bring `x` or fewer."""
        return float(np.mean(self.months(months).cdf(x)))

    def quantile(self, level: float, *, months: int = 1) -> int:
        """The smallest count that so many months stay within with this probability."""
        ahead = self.months(months)
        low, high = 0, _most(self, months) + 1
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if np.mean(ahead.cdf(middle)) >= level else (middle + 1, high)
        return low

    def band(self, *, months: int = 1, level: float = BAND) -> Estimate:
        """Expected referrals of so many months with the band that holds `level` of the outcomes."""
        per = "month" if months == 1 else f"{months} months"
        labels: dict[str, Any] = {"unit": self.rate.unit, "per": per, "basis": weakest(self.rate, self.factor)}
        labels["source"] = f"baseline x uplift; {share(level)} of outcomes lie in the band"
        if self.rate.value is None or self.factor.value is None:
            return undefined(self.rate.reason or self.factor.reason, **labels)
        value = months * self.rate.value * self.factor.value
        low, high = (float(self.quantile(q, months=months)) for q in ((1 - level) / 2, (1 + level) / 2))
        return Estimate(
            value=value, low=min(low, value), high=max(high, value), confidence=level, n=self.rate.n, **labels
        )


@lru_cache(maxsize=64)
def _months_ahead(outlook: Outlook, months: int) -> Any:
    rates = _levels(outlook.rate)
    # In a fixed shuffled order: low with low would be a correlation that nobody stated.
    order = np.random.default_rng(0).permutation(rates.size)
    mean = np.maximum(months * rates[order] * _levels(outlook.factor), 1e-12)
    if outlook.dispersion == 0:
        return stats.poisson(mean)
    size = months / outlook.dispersion
    return stats.nbinom(size, size / (size + mean))


@lru_cache(maxsize=64)
def _most(outlook: Outlook, months: int) -> int:
    """A count that so many months exceed once in a billion times."""
    return int(outlook.months(months).ppf(1 - 1e-9).max())


def _levels(estimate: Estimate) -> NDArray[np.float64]:
    return input_distribution(estimate).ppf(LEVELS)


def programme_rate(rate: Estimate, factor: Estimate) -> Estimate:
    """Referrals a month under the programme on average: a range of the average, where the band is one of a month."""
    labels: dict[str, Any] = {"unit": rate.unit, "per": rate.per, "source": "baseline x uplift"}
    # The range of an uplift may be of another level than that of a rate: then the product's range has none.
    flat = factor if rate.confidence == factor.confidence else factor.as_(confidence=None)
    return propagate(lambda r, f: r * f, r=rate, f=flat, product=True, **labels)
