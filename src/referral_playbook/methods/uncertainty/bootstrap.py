"""Bootstrap interval of a statistic of one sample: scipy's, with the edges named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from referral_playbook.contract.evidence import Basis, Estimate, undefined
from referral_playbook.methods.doors import door


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
    # sorted, so that the draws do not follow the order of the rows
    sample = np.sort(np.asarray(values, dtype=float))
    if not np.all(np.isfinite(sample)):
        raise ValueError("values are finite numbers: leave out what is not known, and say how many")
    if sample.size < 2 or np.all(sample == sample[0]):
        reason = f"{sample.size} values without spread give no range"
        return undefined(reason, unit=unit, per=per, source=source, n=sample.size)
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
        return undefined("too few distinct values for an interval", unit=unit, per=per, source=source, n=sample.size)
    return Estimate(
        value=value,
        low=min(low, value),
        high=max(high, value),
        confidence=confidence,
        n=sample.size,
        unit=unit,
        per=per,
        basis=Basis.MEASURED,
        source=source,
    )
