"""The words that travel with a number: what is counted, per what, and where it comes from."""

from __future__ import annotations

from typing import Any, TypedDict

import numpy as np
from numpy.typing import ArrayLike

from referral_playbook.contract.evidence import Basis, Estimate, undefined


class Labels(TypedDict, total=False):
    """Keyword options that every method takes and hands on to its Estimate."""

    unit: str
    per: str
    source: str
    basis: Basis


class Words(TypedDict):
    """A method's own words, where the caller gives none."""

    unit: str
    per: str


def ranged(
    value: float,
    low: float,
    high: float,
    *,
    n: int | None,
    confidence: float | None,
    labels: Labels | None = None,
    unit: str,
    per: str,
    source: str = "",
) -> Estimate:
    """An Estimate with the caller's labels, or the method's own words where the caller gave none.

    Examples
    --------
    >>> ranged(0.5, 0.4, 0.6, n=9, confidence=0.95, labels={"per": "answer"}, unit="share", per="case").per
    'answer'
    """
    words = Labels(unit=unit, per=per, source=source, basis=Basis.MEASURED) | (labels or {})
    return Estimate(value=float(value), low=float(low), high=float(high), confidence=confidence, n=n, **words)


def range_of_draws(value: float, drawn: ArrayLike, *, n: int, confidence: float, **words: Any) -> Estimate:
    """A measured Estimate with the range that holds `confidence` of the draws, widened to the value.

    Examples
    --------
    >>> found = range_of_draws(5, range(11), n=3, confidence=0.5, unit="payments", per="customer", source="x")
    >>> found.low, found.value, found.high
    (2.5, 5.0, 7.5)
    """
    low, high = np.quantile(np.asarray(drawn, dtype=float), [(1 - confidence) / 2, (1 + confidence) / 2])
    return ranged(value, min(low, value), max(high, value), n=n, confidence=confidence, **words)


def missing(reason: str, *, n: int | None, labels: Labels, unit: str, per: str) -> Estimate:
    """An undefined Estimate with the same labels.

    Examples
    --------
    >>> missing("nobody answered", n=0, labels={}, unit="share", per="answer").reason
    'nobody answered'
    """
    words = Labels(unit=unit, per=per) | labels
    return undefined(reason, n=n, **words)
