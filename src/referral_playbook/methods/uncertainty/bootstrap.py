"""Bootstrap interval of a statistic of one sample: scipy's, with the edges named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from referral_playbook.contract.evidence import Estimate, undefined
from referral_playbook.methods.doors import door
from referral_playbook.methods.labels import ranged


@door
def bootstrap(
    values: ArrayLike,
    *,
    unit: str,
    per: str,
    source: str,
    statistic: Callable[..., Any] = np.mean,
    confidence: float = 0.95,
    resamples: int = 999,
    seed: int = 0,
) -> Estimate:
    """Statistic of a sample with its bootstrap interval (scipy): BCa up to 2,000 values, percentile above.

    Parameters
    ----------
    values : array, shape (n,)
    statistic : callable
        Takes ``axis``: np.mean, np.median.

    Returns
    -------
    Estimate
        Undefined for fewer than two values, or where all are the same: such a sample shows no spread.

    Examples
    --------
    >>> found = bootstrap([10, 12, 9, 14, 11, 30], unit="GBP", per="customer", source="margin, mean")
    >>> round(found.value, 2), found.low < found.value < found.high
    (14.33, True)
    """
    words: dict[str, Any] = {"unit": unit, "per": per, "source": source}
    sample = np.sort(np.asarray(values, dtype=float))  # or the draws would follow the order of the rows
    if not np.all(np.isfinite(sample)):
        raise ValueError("values are finite numbers: leave out what is not known, and say how many")
    if sample.size < 2 or np.all(sample == sample[0]):
        return undefined(f"{sample.size} values without spread give no range", n=sample.size, **words)
    resampled = stats.bootstrap(
        (sample,),
        statistic,
        n_resamples=resamples,
        confidence_level=confidence,
        batch=64,
        vectorized=True,
        method="BCa" if sample.size <= 2000 else "percentile",
        rng=np.random.default_rng(seed),
    )
    value, (low, high) = float(statistic(sample, axis=0)), resampled.confidence_interval
    if not np.isfinite([low, high]).all():
        return undefined("too few distinct values for an interval", n=sample.size, **words)
    low, high = min(low, value), max(high, value)
    return ranged(value, low, high, n=sample.size, confidence=confidence, **words)
