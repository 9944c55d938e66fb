"""The goal of the programme per month, and the band that a month falls into by chance alone.

Three things make a month differ from its goal: chance, not knowing the baseline, and not knowing the uplift. All are
in the band, without simulation: rate and uplift stand at equally likely levels, and a month is a mixture over these.
Where a programme runs, its referrals were counted, so only chance and the rate of today make a month differ.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from referral_playbook.contract.evidence import Estimate, undefined
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
    # referrals per month with the programme, where that is what was counted and the baseline only follows from it
    counted: Estimate | None = None
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
        mean = average(self)
        labels: dict[str, Any] = {"unit": self.rate.unit, "per": per, "basis": mean.basis}
        source = "baseline x uplift" if self.counted is None else "today's rate goes on"
        labels["source"] = f"{source}; {share(level)} of outcomes lie in the band"
        if mean.value is None:
            return undefined(self.rate.reason or self.factor.reason, **labels)
        value = months * mean.value
        low, high = (float(self.quantile(q, months=months)) for q in ((1 - level) / 2, (1 + level) / 2))
        return Estimate(
            value=value, low=min(low, value), high=max(high, value), confidence=level, n=self.rate.n, **labels
        )


@lru_cache(maxsize=64)
def _months_ahead(outlook: Outlook, months: int) -> Any:
    rates = _levels(outlook.rate if outlook.counted is None else outlook.counted)
    # In a fixed shuffled order: low with low would be a correlation that nobody stated.
    order = np.random.default_rng(0).permutation(rates.size)
    factors = _levels(outlook.factor) if outlook.counted is None else np.ones(rates.size)
    mean = np.maximum(months * rates[order] * factors, 1e-12)
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


def average(outlook: Outlook) -> Estimate:
    """Referrals a month under the programme on average: a range of the average, where the band is one of a month."""
    return programme_rate(outlook.rate, outlook.factor) if outlook.counted is None else outlook.counted


def programme_rate(rate: Estimate, factor: Estimate) -> Estimate:
    """Baseline times uplift, each unknown on its own."""
    labels: dict[str, Any] = {"unit": rate.unit, "per": rate.per, "source": "baseline x uplift"}
    # The range of an uplift may be of another level than that of a rate: then the product's range has none.
    flat = factor if rate.confidence == factor.confidence else factor.as_(confidence=None)
    return propagate(lambda r, f: r * f, r=rate, f=flat, product=True, **labels)
