"""A rate of a mixture: what several ways bring together, by how much each is used."""

from __future__ import annotations

from collections.abc import Mapping

from referral_playbook.contract.evidence import Estimate
from referral_playbook.methods.combine import combine


def mix_rate(
    usage: Mapping[str, float | Estimate], rates: Mapping[str, Estimate], *, rounded_to: float = 0.0
) -> Estimate:
    """Rate of all ways together: ``sum(usage * rate) / sum(usage)``.

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

    Raises
    ------
    ValueError
        Ways that differ, rates of different things, or no usage at all.

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

    used = {f"u{i}": _published(usage[name], rounded_to) for i, name in enumerate(names)}
    converts = {f"r{i}": _published(rates[name], rounded_to) for i, name in enumerate(names)}
    source = f"sum(usage x rate) / sum(usage) over {len(names)} ways"
    return combine(together, unit=unit, per=per, source=source, **used, **converts)  # type: ignore[arg-type]


def _published(x: float | Estimate, rounded_to: float) -> float | Estimate:
    """A published share without a range, with the half of its last place that it may be off; never below 0."""
    if not isinstance(x, Estimate) or x.value is None or x.low != x.high:
        return x
    return x.as_(low=max(0.0, x.value - rounded_to / 2), high=x.value + rounded_to / 2)
