"""Carry the ranges of several inputs through a formula, without drawing random numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from referral_playbook.contract.evidence import Estimate, undefined, weakest


def combine(function: Callable[..., Any], *, unit: str, per: str, source: str, **inputs: Estimate | float) -> Estimate:
    """Value and range of ``function(**inputs)`` by square-and-add of the inputs taken one at a time.

    Each input moves to its low and its high limit while the others stay at their values; the squared
    deviations of the result are added below and above the value separately (MOVER: exact for sums of
    independent normals, an approximation for products and quotients). Inputs are taken as independent, and the
    formula as monotone in each input within its range.

    Parameters
    ----------
    function : callable
        Formula with keyword arguments; numbers in, a number out. ValueError means undefined there.
    unit, per, source : str
        Of the result.
    **inputs : Estimate or float
        A float is taken as exactly known.

    Returns
    -------
    Estimate
        Basis: the weakest of the inputs. Confidence: theirs, None where one of them is a stated range. n: the
        smallest. Undefined, with the reason, where an input is, or where the formula is at a limit.

    Raises
    ------
    ValueError
        No Estimate among the inputs, or ranges at different levels of confidence.

    References
    ----------
    Zou & Donner (2008) Statistics in Medicine 27:1693-1702, after Newcombe (1998), Statistics in Medicine 17:873-890.

    Examples
    --------
    >>> from referral_playbook.contract.evidence import assumed
    >>> share = assumed(0.10, 0.05, 0.15, unit="share", per="qualified referral", source="workshop")
    >>> worth = combine(lambda c, v: c * v, unit="GBP", per="qualified referral", source="c * v", c=share, v=400.0)
    >>> worth.low, worth.value, worth.high
    (20.0, 40.0, 60.0)
    """
    ranged = {name: e for name, e in inputs.items() if isinstance(e, Estimate)}
    level = _level(ranged)
    known = [e.n for e in ranged.values() if e.n is not None]
    said: dict[str, Any] = {"unit": unit, "per": per, "source": source, "basis": weakest(*ranged.values())}
    said["n"] = min(known, default=None)
    for name, e in ranged.items():
        if not e.defined:
            return undefined(f"{name} is undefined: {e.reason}", **said)
    try:
        value, low, high = _square_and_add(function, inputs, ranged)
    except ValueError as error:
        return undefined(f"undefined within the range of an input: {error}", **said)
    return Estimate(value=value, low=low, high=high, confidence=level, **said)


def _square_and_add(
    function: Callable[..., Any], inputs: dict[str, Estimate | float], ranged: dict[str, Estimate]
) -> tuple[float, float, float]:
    point = {name: x.value if isinstance(x, Estimate) else x for name, x in inputs.items()}
    value = _finite(function(**point))
    below = above = 0.0
    for name, e in ranged.items():
        moved = [_finite(function(**point | {name: limit})) - value for limit in (e.low, e.high)]
        below += min(0.0, *moved) ** 2
        above += max(0.0, *moved) ** 2
    return value, value - math.sqrt(below), value + math.sqrt(above)


def _finite(x: Any) -> float:
    if not math.isfinite(x):
        raise ValueError("the formula is not finite there")
    return float(x)


def _level(ranged: dict[str, Estimate]) -> float | None:
    if not ranged:
        raise ValueError("combine() needs at least one Estimate; for plain numbers call the formula itself")
    levels = {e.confidence for e in ranged.values() if e.defined and e.low != e.high}
    if None in levels:
        return None
    if len(levels) > 1:
        raise ValueError(f"ranges at different levels cannot be combined: {sorted(levels)}")  # type: ignore[type-var]
    return next(iter(levels), None)
