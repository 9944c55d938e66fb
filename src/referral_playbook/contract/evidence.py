"""What a step hands over: numbers with a range and a basis, checks, a verdict, actions.

Every figure the playbook prints is an `Estimate`; every step ends in one `StepResult`. All are frozen
values, and `StepResult.to_dict` / `from_dict` are the JSON contract of ``results/<step>.json``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any


class Basis(StrEnum):
    """Where a number comes from, strongest first."""

    MEASURED = "measured"
    BENCHMARK = "benchmark"
    ASSUMED = "assumed"


class Status(StrEnum):
    """What the client should do."""

    GO = "go"
    TEST_SMALL = "test_small"
    STOP = "stop"
    NOT_ENOUGH_DATA = "not_enough_data"


STRENGTH = (Basis.MEASURED, Basis.BENCHMARK, Basis.ASSUMED)


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
        if self.value is None:
            _refuse_half_defined(self)
            return
        top = self.value if self.open_above else self.high
        numbers = (self.low, self.value, top)
        if any(x is None or not math.isfinite(x) for x in numbers):
            raise ValueError(f"an estimate needs three finite numbers, or None and a reason: {numbers}")
        for name in ("value", "low", "high"):
            x = getattr(self, name)
            object.__setattr__(self, name, None if x is None else float(x))
        slack = 1e-9 * max(1.0, *(abs(float(x)) for x in numbers))  # type: ignore[arg-type]
        if not self.low - slack <= self.value <= top + slack:  # type: ignore[operator]
            raise ValueError(f"the range {self.low} to {self.high} does not hold {self.value}")

    @property
    def defined(self) -> bool:
        return self.value is not None

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
    return Estimate(
        value=None, low=None, high=None, confidence=None, n=n,
        unit=unit, per=per, basis=basis, source=source, reason=reason,
    )  # fmt: skip


def assumed(value: float, low: float, high: float, *, unit: str, per: str, source: str) -> Estimate:
    """A number that the client or the consultant stated, with the range they hold possible.

    Examples
    --------
    >>> assumed(0.1, 0.05, 0.2, unit="share", per="qualified referral", source="client.toml").basis.value
    'assumed'
    """
    return Estimate(
        value=value, low=low, high=high, confidence=None, n=None,
        unit=unit, per=per, basis=Basis.ASSUMED, source=source,
    )  # fmt: skip


def weakest(*estimates: Estimate) -> Basis:
    """The weakest basis among estimates: a conclusion is not firmer than what it stands on."""
    if not estimates:
        raise ValueError("weakest() needs at least one estimate")
    return max((e.basis for e in estimates), key=STRENGTH.index)


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing that was looked at: passed is True, False, or None where it cannot be told."""

    name: str
    passed: bool | None
    text: str


@dataclass(frozen=True, kw_only=True)
class Verdict:
    status: Status
    reason: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "status", Status(self.status))

    def capped(self, *stands_on: Estimate) -> Verdict:
        """This verdict, no better than the weakest basis it stands on.

        `go` needs measured numbers; on a benchmark or an assumption the best is `test_small`.
        """
        basis = weakest(*stands_on) if stands_on else Basis.MEASURED
        if self.status is not Status.GO or basis is Basis.MEASURED:
            return self
        reason = f"{self.reason} It rests on numbers that are {basis.value}, not measured: test small first."
        return Verdict(status=Status.TEST_SMALL, reason=reason)


@dataclass(frozen=True, kw_only=True)
class Action:
    """Who does what by when, and why. `due` is days after the as-of date, so that no clock is read."""

    what: str
    why: str
    owner: str = "client"
    due: int | date | None = None


@dataclass(frozen=True, kw_only=True)
class StepResult:
    """What one step found: the content of ``results/<step>.json``."""

    step: str
    client: str
    as_of: date
    verdict: Verdict
    headline: str
    estimates: Mapping[str, Estimate] = field(default_factory=dict)
    checks: tuple[Check, ...] = ()
    actions: tuple[Action, ...] = ()
    tables: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        said = {c.name for c in self.checks}
        missing = [
            check
            for name, estimate in self.estimates.items()
            if (check := _unsaid(name, estimate)) is not None and check.name not in said
        ]
        object.__setattr__(self, "checks", (*self.checks, *missing))
        object.__setattr__(self, "actions", tuple(self.actions))
        object.__setattr__(self, "tables", {k: records(v) for k, v in self.tables.items()})

    def estimate(self, name: str) -> Estimate:
        """One estimate by its contract name; KeyError names those there are."""
        try:
            return self.estimates[name]
        except KeyError:
            raise KeyError(f"{self.step} has no estimate {name!r}; it has {', '.join(self.estimates)}") from None

    def to_dict(self) -> dict[str, Any]:
        from datetime import timedelta

        def due(action: Action) -> str | None:
            if isinstance(action.due, int):
                return (self.as_of + timedelta(days=action.due)).isoformat()
            return action.due.isoformat() if action.due else None

        return {
            "step": self.step,
            "client": self.client,
            "as_of": self.as_of.isoformat(),
            "verdict": {"status": self.verdict.status.value, "reason": self.verdict.reason},
            "headline": self.headline,
            "estimates": {name: e.to_dict() for name, e in self.estimates.items()},
            "checks": [asdict(c) for c in self.checks],
            "actions": [asdict(a) | {"due": due(a)} for a in self.actions],
            "tables": dict(self.tables),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> StepResult:
        checks = tuple(Check(**c) for c in data["checks"])
        why = {c.name: c.text for c in checks}
        return cls(
            step=data["step"],
            client=data["client"],
            as_of=date.fromisoformat(data["as_of"]),
            verdict=Verdict(**data["verdict"]),
            headline=data["headline"],
            estimates={name: Estimate(**e, reason=_because(name, e, why)) for name, e in data["estimates"].items()},
            checks=checks,
            actions=tuple(_action(a) for a in data["actions"]),
            tables=data["tables"],
        )


def _unsaid(name: str, estimate: Estimate) -> Check | None:
    """The check that says why an estimate is null, or why its upper limit is."""
    if not estimate.defined:
        return Check(name=f"{name}_defined", passed=None, text=estimate.reason)
    return Check(name=f"{name}_upper_limit", passed=None, text=estimate.reason) if estimate.open_above else None


def _because(name: str, data: Mapping[str, Any], why: Mapping[str, str]) -> str:
    if data["value"] is None:
        return why.get(f"{name}_defined", "not given")
    return why.get(f"{name}_upper_limit", "not given") if data["high"] is None else ""


def _action(data: Mapping[str, Any]) -> Action:
    return Action(**{**data, "due": date.fromisoformat(data["due"]) if data["due"] else None})


def records(rows: Any) -> list[dict[str, Any]]:
    """Rows as JSON values: a DataFrame or an iterable of mappings in, NaN and NaT as None.

    A cell that is an `Estimate` becomes four: its value under the column's name, and `_low`, `_high`, `_n` beside it.

    Examples
    --------
    >>> records([{"a": float("nan"), "b": date(2026, 1, 31)}])
    [{'a': None, 'b': '2026-01-31'}]
    >>> records([{"share": assumed(0.1, 0.0, 0.2, unit="share", per="lead", source="owner")}])
    [{'share': 0.1, 'share_low': 0.0, 'share_high': 0.2, 'share_n': None}]
    """
    if hasattr(rows, "to_dict"):
        rows = rows.to_dict("records")
    return [{k: v for key, cell in row.items() for k, v in _cells(str(key), cell)} for row in rows]


def _cells(key: str, cell: Any) -> list[tuple[str, Any]]:
    if isinstance(cell, Estimate):
        return [(key, cell.value), (f"{key}_low", cell.low), (f"{key}_high", cell.high), (f"{key}_n", cell.n)]
    return [(key, _plain(cell))]


def _plain(value: Any) -> Any:
    if hasattr(value, "item") and not isinstance(value, (str, bytes)):
        value = value.item()
    if value is None or value != value:  # NaN and NaT are not equal to themselves
        return None
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()[:10]
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("a table cell is infinite: say null, and why in a check")
    return value
