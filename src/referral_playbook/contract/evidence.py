"""What a step hands over: numbers with a range and a basis, checks, a verdict, actions.

Every figure the playbook prints is an `Estimate`; every step ends in one `StepResult`. All are frozen
values, and `StepResult.to_dict` / `from_dict` are the JSON contract of ``results/<step>.json``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from referral_playbook.contract.estimate import (
    ONLY_CONVERTED,
    STRENGTH,
    Basis,
    Estimate,
    assumed,
    exact,
    undefined,
    weakest,
)
from referral_playbook.contract.writing.agreement import agreed
from referral_playbook.contract.writing.units import is_currency

__all__ = [
    "ONLY_CONVERTED",
    "STRENGTH",
    "Action",
    "Basis",
    "Check",
    "Estimate",
    "Status",
    "StepResult",
    "Verdict",
    "assumed",
    "exact",
    "records",
    "undefined",
    "weakest",
]


class Status(StrEnum):
    """What the client should do."""

    GO = "go"
    TEST_SMALL = "test_small"
    STOP = "stop"
    NOT_ENOUGH_DATA = "not_enough_data"


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing that was looked at: passed is True, False, or None where the data do not show it."""

    name: str
    passed: bool | None
    text: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", agreed(self.text))


@dataclass(frozen=True, kw_only=True)
class Verdict:
    status: Status
    reason: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "status", Status(self.status))
        object.__setattr__(self, "reason", agreed(self.reason))

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

    def __post_init__(self) -> None:
        object.__setattr__(self, "what", agreed(self.what))
        object.__setattr__(self, "why", agreed(self.why))

    def due_on(self, as_of: date) -> date | None:
        """The day by which it is to be done, where it has one."""
        return as_of + timedelta(days=self.due) if isinstance(self.due, int) else self.due


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
        object.__setattr__(self, "headline", agreed(self.headline))
        stated = {c.name for c in self.checks}
        missing = [
            check
            for name, estimate in self.estimates.items()
            if (check := _unsaid(name, estimate)) is not None and check.name not in stated
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

    @property
    def currency(self) -> str:
        """The currency that amounts are in; empty where no estimate is an amount."""
        return next((e.unit for e in self.estimates.values() if is_currency(e.unit)), "")

    def to_dict(self) -> dict[str, Any]:
        return {
            "step": self.step,
            "client": self.client,
            "as_of": self.as_of.isoformat(),
            "verdict": {"status": self.verdict.status.value, "reason": self.verdict.reason},
            "headline": self.headline,
            "estimates": {name: e.to_dict() for name, e in self.estimates.items()},
            "checks": [asdict(c) for c in self.checks],
            "actions": [asdict(a) | {"due": (due := a.due_on(self.as_of)) and due.isoformat()} for a in self.actions],
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
    return [_record(row) for row in rows]


_AS_IT_IS = frozenset((str, int, bool, type(None)))


def _record(row: Mapping[Any, Any]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key, cell in row.items():
        # Most cells; results are read many times.
        if type(cell) in _AS_IT_IS or (type(cell) is float and math.isfinite(cell)):
            out[str(key)] = cell
        else:
            out.update(_cells(str(key), cell))
    return out


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
