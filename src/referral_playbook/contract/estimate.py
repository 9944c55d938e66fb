"""A number that never stands alone: with its range, its n, its unit, what it is per, its basis and its source."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any

from referral_playbook.contract.writing.agreement import agreed


class Basis(StrEnum):
    """Where a number comes from, strongest first."""

    MEASURED = "measured"
    BENCHMARK = "benchmark"
    ASSUMED = "assumed"


STRENGTH = (Basis.MEASURED, Basis.BENCHMARK, Basis.ASSUMED)
ONLY_CONVERTED = "the tables record only the referrals that became customers"
"""What the source of a rate of referrals says that was worked out from customers who came by referral."""


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A number that never stands alone.

    Parameters
    ----------
    value, low, high : float or None
        Point and range in `unit`; all three None where the number is undefined. `high` alone is None where there is no
        upper limit (the volume at which a contribution that may be zero breaks even); `reason` says why.
    confidence : float or None
        Level of the range, 0 to 1; None where the range is not statistical (a stated range).
    n : int or None
        Observations behind it; None where there are none (benchmark, assumption).
    unit, per : str
        What is counted, and per what: ``unit="share", per="qualified referral"``.
    basis : Basis
    source : str
        Where it comes from, in words a client can check.
    reason : str
        Why it is undefined, or open above. Not part of the JSON: a step turns it into a check.

    Raises
    ------
    ValueError
        A number that is not finite, a range that does not hold the value, or an undefined value
        without its reason.

    Examples
    --------
    >>> Estimate(value=0.4, low=0.3, high=0.5, confidence=0.95, n=100, unit="share", per="answer",
    ...          basis=Basis.MEASURED, source="survey").value
    0.4
    """

    value: float | None
    low: float | None
    high: float | None
    confidence: float | None
    n: int | None
    unit: str
    per: str
    basis: Basis
    source: str
    reason: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "basis", Basis(self.basis))
        for name in ("per", "source", "reason"):
            object.__setattr__(self, name, agreed(getattr(self, name)))
        if self.value is None:
            _refuse_half_defined(self)
            return
        top = self.value if self.open_above else self.high
        numbers = [x for x in (self.low, self.value, top) if x is not None and math.isfinite(x)]
        if len(numbers) < 3:
            raise ValueError(
                f"an estimate needs three finite numbers, or None and a reason: {(self.low, self.value, top)}"
            )
        for name in ("value", "low", "high"):
            x = getattr(self, name)
            object.__setattr__(self, name, None if x is None else float(x))
        low, value, high = (float(x) for x in numbers)
        slack = 1e-9 * max(1.0, abs(low), abs(value), abs(high))
        if not low - slack <= value <= high + slack:
            raise ValueError(f"value {value:g} lies outside its range {low:g} to {high:g}. Give a range around it")

    @property
    def defined(self) -> bool:
        return self.value is not None

    @property
    def point(self) -> float:
        """The value of a defined estimate.

        Raises
        ------
        ValueError
            It is undefined; the message says why. Ask `defined` first.
        """
        if self.value is None:
            raise ValueError(f"an undefined estimate has no value: {self.reason}")
        return self.value

    @property
    def lower(self) -> float:
        """The low end of the range of a defined estimate; ValueError with the reason where it has none."""
        if self.low is None:
            raise ValueError(f"an estimate without a range: {self.reason or 'undefined'}")
        return self.low

    @property
    def upper(self) -> float:
        """The high end of the range of a defined estimate; ValueError with the reason where it has none."""
        if self.high is None:
            raise ValueError(f"an estimate without an upper limit: {self.reason or 'undefined'}")
        return self.high

    @property
    def open_above(self) -> bool:
        """Whether the value is known but has no upper limit."""
        return self.value is not None and self.high is None and bool(self.reason)

    def as_(self, **changes: Any) -> Estimate:
        """The same estimate with some fields replaced (a `per`, a `source`)."""
        return replace(self, **changes)

    def to_dict(self) -> dict[str, Any]:
        fields = asdict(self)
        fields.pop("reason")
        return fields | {"basis": self.basis.value}

    def fields(self, *names: str) -> dict[str, Any]:
        """Some of the fields as JSON values, for a row of a table."""
        return {name: value for name, value in self.to_dict().items() if name in names}


def _refuse_half_defined(estimate: Estimate) -> None:
    if estimate.low is not None or estimate.high is not None:
        raise ValueError("an undefined estimate has no range either: value, low and high are all None")
    if not estimate.reason:
        raise ValueError("an undefined estimate says why: give its reason")


def undefined(
    reason: str, *, unit: str, per: str, basis: Basis = Basis.MEASURED, source: str = "", n: int | None = None
) -> Estimate:
    """A number that cannot be given, and why.

    Examples
    --------
    >>> undefined("no survey", unit="share", per="answer").value is None
    True
    """
    labels: dict[str, Any] = {"unit": unit, "per": per, "source": source, "basis": basis}
    return Estimate(value=None, low=None, high=None, confidence=None, n=n, reason=reason, **labels)


def assumed(value: float, low: float, high: float, *, unit: str, per: str, source: str) -> Estimate:
    """A number that the client or the consultant stated, with the range they hold possible.

    Examples
    --------
    >>> assumed(0.1, 0.05, 0.2, unit="share", per="qualified referral", source="client.toml").basis.value
    'assumed'
    """
    labels: dict[str, Any] = {"unit": unit, "per": per, "source": source, "basis": Basis.ASSUMED}
    return Estimate(value=value, low=low, high=high, confidence=None, n=None, **labels)


def exact(
    value: float,
    *,
    unit: str,
    per: str,
    source: str = "",
    basis: Basis = Basis.MEASURED,
    n: int | None = None,
    confidence: float | None = None,
) -> Estimate:
    """A number without a range: it was counted in full, decided, or is the same for everybody.

    Examples
    --------
    >>> exact(12, unit="customers", per="month").high
    12.0
    """
    labels: dict[str, Any] = {"unit": unit, "per": per, "source": source, "basis": basis}
    return Estimate(value=value, low=value, high=value, confidence=confidence, n=n, **labels)


def weakest(*estimates: Estimate) -> Basis:
    """The weakest basis among estimates: a conclusion is not firmer than what it stands on."""
    if not estimates:
        raise ValueError("weakest() needs at least one estimate")
    return max((e.basis for e in estimates), key=STRENGTH.index)
