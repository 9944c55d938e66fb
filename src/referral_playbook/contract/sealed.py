"""Forecasts that a run seals and later runs score: ``forecasts.json`` of a run folder.

The file holds every set that was ever sealed for the client, oldest first. The first set of an as-of date stands: a run
that is repeated with other data cannot improve what it said.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal

from referral_playbook.contract.files import write_json

FILE = "forecasts.json"
MARK, FORMAT = "referral_playbook_forecasts", 1


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """One number about a time to come.

    It was made on the as-of date of the run, for `horizon` months ahead; its outcome is known from `due_on` on. A
    ``range`` has value, low and high at `confidence`; of a ``chance`` the value is a probability. `ranges` are those at
    other levels, such as ``{"0.95": (3, 18)}``; where there is none, the one at `confidence` is rescaled.
    """

    name: str
    what: str
    made_on: date
    due_on: date
    horizon: int
    kind: Literal["range", "chance"]
    value: float
    low: float
    high: float
    confidence: float | None
    unit: str
    basis: str
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        days = {"made_on": self.made_on.isoformat(), "due_on": self.due_on.isoformat()}
        return asdict(self) | days | {"ranges": {level: list(ends) for level, ends in self.ranges.items()}}

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Forecast:
        days = {name: date.fromisoformat(str(fields[name])) for name in ("made_on", "due_on")}
        ranges = {level: (float(low), float(high)) for level, (low, high) in fields.get("ranges", {}).items()}
        return cls(**{**fields, **days, "ranges": ranges})


@dataclass(frozen=True, kw_only=True)
class SealedSet:
    """The forecasts of one as-of date, and the SHA-256 of what they were made from."""

    as_of: date
    made_from: str
    forecasts: tuple[Forecast, ...]

    def to_dict(self) -> dict[str, Any]:
        return {
            "as_of": self.as_of.isoformat(),
            "made_from": self.made_from,
            "forecasts": [forecast.to_dict() for forecast in self.forecasts],
        }

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> SealedSet:
        return cls(
            as_of=date.fromisoformat(fields["as_of"]),
            made_from=fields["made_from"],
            forecasts=tuple(Forecast.from_dict(row) for row in fields["forecasts"]),
        )


def read_sealed(*folders: Path) -> tuple[SealedSet, ...]:
    """Every sealed set in these run folders by as-of date; of two for one date the first folder's stands.

    Folders without the file are passed over.

    A file that is not one of ours, or was changed by hand, raises ValueError.
    """
    sets_by_day: dict[date, SealedSet] = {}
    for folder in folders:
        for sealed in _read(folder / FILE):
            sets_by_day.setdefault(sealed.as_of, sealed)
    return tuple(sets_by_day[day] for day in sorted(sets_by_day))


def _read(path: Path) -> list[SealedSet]:
    if not path.is_file():
        return []
    try:
        whole = json.loads(path.read_text(encoding="utf-8"))
        if whole[MARK] != FORMAT:
            raise ValueError(f"format {whole[MARK]}")
        return [SealedSet.from_dict(fields) for fields in whole["sealed"]]
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(
            f"{path} does not hold forecasts of this playbook ({error}); restore it or move it away"
        ) from None


def seal(new: SealedSet, earlier: Iterable[SealedSet]) -> tuple[SealedSet, ...]:
    """The earlier sets with the new one, by as-of date; a set that was sealed for its date before stands.

    Examples
    --------
    >>> one = SealedSet(as_of=date(2026, 9, 30), made_from="a", forecasts=())
    >>> [s.made_from for s in seal(SealedSet(as_of=date(2026, 9, 30), made_from="b", forecasts=()), [one])]
    ['a']
    """
    by_day = {sealed.as_of: sealed for sealed in earlier}
    by_day.setdefault(new.as_of, new)
    return tuple(by_day[day] for day in sorted(by_day))


def write_sealed(folder: Path, sets: Iterable[SealedSet]) -> Path:
    """Write ``forecasts.json`` whole; the same sets give the same bytes."""
    return write_json(folder / FILE, {MARK: FORMAT, "sealed": [sealed.to_dict() for sealed in sets]})
