"""Carry the ranges of several inputs through a formula, and rates through a mixture, without drawing random numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from referral_playbook.contract.evidence import Estimate, undefined, weakest
from referral_playbook.methods.doors import door


@door
def propagate(
    function: Callable[..., Any],
    *,
    unit: str,
    per: str,
    source: str,
    open_above: bool = False,
    product: bool = False,
    **inputs: Estimate | float,
) -> Estimate:
    """Value and range of ``function(**inputs)`` by square-and-add of the inputs taken one at a time.

    Each input moves to its low and its high limit while the others stay at their values; the squared deviations of the
    result are added below and above the value separately (MOVER: exact for sums of independent normals, an
    approximation for products and quotients). Inputs are taken as independent, and the formula as monotone in each
    input within its range. Raises a ValueError for no Estimate among the inputs, or ranges at different levels of
    confidence.

    Parameters
    ----------
    function : callable
        Formula with keyword arguments; numbers in, a number out. ValueError means undefined there.
    unit, per, source : str
        Of the result.
    open_above : bool
        Where the formula is undefined at a limit of an input (a volume at a contribution of 0), give the range without
        an upper limit instead of nothing.
    product : bool
        The formula is a product or quotient: deviations are squared and added as ratios, on logarithms, so that the
        range does not cross zero where no input makes it. Where one does, they are added as they are.
    **inputs : Estimate or float
        A float is taken as exactly known.

    Returns
    -------
    Estimate
        Basis: the weakest of the inputs. Confidence: theirs, None where one of them is a stated range. n: the
        smallest. Undefined, with the reason, where an input is, or where the formula is at a limit.

    References
    ----------
    Zou & Donner (2008) Statistics in Medicine 27:1693-1702, after Newcombe (1998), Statistics in Medicine 17:873-890.

    Examples
    --------
    >>> from referral_playbook.contract.evidence import assumed
    >>> share = assumed(0.10, 0.05, 0.15, unit="share", per="qualified referral", source="workshop")
    >>> worth = propagate(lambda c, v: c * v, unit="GBP", per="qualified referral", source="c * v", c=share, v=400.0)
    >>> worth.low, worth.value, worth.high
    (20.0, 40.0, 60.0)
    """
    ranged = {name: e for name, e in inputs.items() if isinstance(e, Estimate)}
    level = _level(ranged)
    sizes = [e.n for e in ranged.values() if e.n is not None]
    labels: dict[str, Any] = {"unit": unit, "per": per, "source": source, "basis": weakest(*ranged.values())}
    labels["n"] = min(sizes, default=None)
    for e in ranged.values():
        if not e.defined:
            return undefined(e.reason, **labels)
    try:
        value, swings = _moves(function, inputs, ranged, open_above)
    except ValueError as error:
        return undefined(f"undefined within the range of an input: {error}", **labels)
    low, high = (_as_ratios if product and _one_sign(value, swings) else _as_they_are)(value, swings)
    reason = "" if high is not None else "no upper limit: within the range of an input the formula has no value"
    return Estimate(value=value, low=low, high=high, confidence=level, reason=reason, **labels)


Moves = list[list[float | None]]


def _moves(
    function: Callable[..., Any], inputs: dict[str, Estimate | float], ranged: dict[str, Estimate], open_above: bool
) -> tuple[float, Moves]:
    """The result, and the results with each input at its limits; None where there is none and that was allowed."""
    at = {name: x.value if isinstance(x, Estimate) else x for name, x in inputs.items()}
    value = _finite(function(**at))
    return value, [
        [_moved(function, at | {name: x}, open_above) for x in (e.low, e.high)] for name, e in ranged.items()
    ]


def _as_they_are(value: float, moves: Moves) -> tuple[float, float | None]:
    shifts = [[m - value for m in pair if m is not None] for pair in moves]
    below = math.sqrt(sum(min(0.0, *pair, 0.0) ** 2 for pair in shifts))
    above = math.sqrt(sum(max(0.0, *pair, 0.0) ** 2 for pair in shifts))
    return value - below, value + above if all(m is not None for pair in moves for m in pair) else None


def _one_sign(value: float, moves: Moves) -> bool:
    return value != 0 and all(m is not None and m * value >= 0 for pair in moves for m in pair)


def _as_ratios(value: float, moves: Moves) -> tuple[float, float | None]:
    """The range of the value's size on logarithms, turned round where it is negative."""
    ratios = [[math.log(m / value) if m else -math.inf for m in pair] for pair in moves]
    below = math.sqrt(sum(min(0.0, *pair) ** 2 for pair in ratios))
    above = math.sqrt(sum(max(0.0, *pair) ** 2 for pair in ratios))
    low, high = sorted((value * math.exp(-below), value * math.exp(above)))
    return low, high


def _moved(function: Callable[..., Any], at: dict[str, Any], open_above: bool) -> float | None:
    if any(x is None for x in at.values()):
        return None
    try:
        return _finite(function(**at))
    except ValueError:
        if open_above:
            return None
        raise


def _finite(x: Any) -> float:
    if not math.isfinite(x):
        raise ValueError("the formula is not finite there")
    return float(x)


def _level(ranged: dict[str, Estimate]) -> float | None:
    if not ranged:
        raise ValueError("propagate() needs at least one Estimate; for plain numbers call the formula itself")
    levels = {e.confidence for e in ranged.values() if e.defined and e.low != e.high}
    if None in levels:
        return None
    if len(levels) > 1:
        raise ValueError(f"ranges at different levels cannot be combined: {sorted(levels)}")  # type: ignore[type-var]
    return next(iter(levels), None)


@door
def mix_rate(
    usage: Mapping[str, float | Estimate], rates: Mapping[str, Estimate], *, rounded_to: float = 0.0
) -> Estimate:
    """Rate of all ways together: ``sum(usage * rate) / sum(usage)``.

    Raises a ValueError for ways that differ, rates of different things, or no usage at all.

    Parameters
    ----------
    usage : mapping of way to share or weight
        Need not add to 1: published shares seldom do.
    rates : mapping of way to Estimate
        The rate of each way in `usage`, of one unit and denominator.
    rounded_to : float
        Last place to which usage and rates without a range were published (0.01: whole per cents); each may be off by
        half of it, which gives the range.

    Returns
    -------
    Estimate
        In the unit and per what the rates are.

    Examples
    --------
    >>> from referral_playbook.contract.evidence import assumed
    >>> two = {w: assumed(x, x, x, unit="share", per="referral", source="x") for w, x in {"a": 0.3, "b": 0.1}.items()}
    >>> round(mix_rate({"a": 0.25, "b": 0.75}, two).value, 4)
    0.15
    """
    if set(usage) != set(rates):
        raise ValueError(f"usage and rates name different ways: {sorted(set(usage) ^ set(rates))}")
    kinds = {(e.unit, e.per) for e in rates.values()}
    if len(kinds) != 1:
        raise ValueError(f"rates of different things have no common rate: {sorted(kinds)}")
    [(unit, per)] = kinds
    names = list(usage)

    def together(**x: float) -> float:
        weight = sum(x[f"u{i}"] for i in range(len(names)))
        if weight <= 0:
            raise ValueError("nothing is used, so there is no rate of it")
        return sum(x[f"u{i}"] * x[f"r{i}"] for i in range(len(names))) / weight

    used: dict[str, Any] = {f"u{i}": _published(usage[name], rounded_to) for i, name in enumerate(names)}
    converts: dict[str, Any] = {f"r{i}": _published(rates[name], rounded_to) for i, name in enumerate(names)}
    source = f"sum(usage x rate) / sum(usage) over {len(names)} ways"
    return propagate(together, unit=unit, per=per, source=source, **used, **converts)


def _published(x: float | Estimate, rounded_to: float) -> float | Estimate:
    """A published share without a range, with the half of its last place that it may be off; never below 0."""
    if not isinstance(x, Estimate) or x.value is None or x.low != x.high:
        return x
    return x.as_(low=max(0.0, x.value - rounded_to / 2), high=x.value + rounded_to / 2)
