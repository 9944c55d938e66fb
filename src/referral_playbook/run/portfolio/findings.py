"""What a run found, as far as a summary over many clients shows it."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from referral_playbook.contract.names import STEPS
from referral_playbook.contract.shared_evidence import SharedUplift
from referral_playbook.contract.tables import TABLES
from referral_playbook.facts.fresh import FACTS_FILE
from referral_playbook.run.client.manifest import read_manifest

DECISION = "client_report"
REVIEW = "programme_review"
Z = 1.959964  # 95%


@dataclass(frozen=True, kw_only=True)
class Score:
    """Sealed ranges, or stated chances, at one level: how many held, of how many whose time has come."""

    level: float
    held: int
    n: int

    @property
    def share(self) -> float:
        return self.held / self.n

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95% interval of the share."""
        centre = (self.held + Z**2 / 2) / (self.n + Z**2)
        half = Z / (self.n + Z**2) * math.sqrt(self.held * (self.n - self.held) / self.n + Z**2 / 4)
        return max(0.0, centre - half), min(1.0, centre + half)

    @property
    def too_low(self) -> bool:
        """Whether fewer held than the level promises, beyond chance."""
        return self.interval[1] < self.level


@dataclass(frozen=True, kw_only=True)
class Chance:
    """A sealed probability whose time has come: what was stated, and whether it happened (0 or 1)."""

    stated: float
    happened: float


@dataclass(frozen=True, kw_only=True)
class Findings:
    """One client's whole run.

    `verdicts` by step; `tables_missing` are those of the contract that the client did not give; `not_known` are numbers
    without a value, `not_measured` those that rest on a benchmark or an assumption, each as ``step.name``; `scores` are
    how often forecasts of earlier runs held, `chances` what was stated and what happened, and `shared` the measured
    uplift where the client agreed to share it.
    """

    name: str
    as_of: str
    decision: str
    headline: str
    verdicts: Mapping[str, str]
    tables_missing: tuple[str, ...]
    not_known: tuple[str, ...]
    not_measured: tuple[str, ...]
    scores: tuple[Score, ...] = ()
    chances: tuple[Chance, ...] = ()
    shared: tuple[SharedUplift, ...] = ()

    @classmethod
    def of(cls, run_folder: Path) -> Findings:
        """Read them from a run folder, or from what is here of one: manifest.json, results and facts.json."""
        manifest = read_manifest(run_folder) or {}
        results = {step: found for step in STEPS if (found := _json(run_folder / "results" / f"{step}.json"))}
        numbers = tuple(_numbers(results))
        decision = results.get(DECISION, {})
        return cls(
            name=manifest.get("client", ""),
            as_of=manifest.get("as_of", ""),
            decision=decision.get("verdict", {}).get("status", ""),
            headline=decision.get("headline", ""),
            verdicts={step: result["verdict"]["status"] for step, result in results.items()},
            tables_missing=_missing(_json(run_folder / "facts" / FACTS_FILE)),
            not_known=tuple(name for name, told in numbers if told["value"] is None),
            not_measured=tuple(n for n, told in numbers if told["value"] is not None and told["basis"] != "measured"),
            scores=tuple(Score(**row) for row in _reviewed(results, "forecast_scores")),
            shared=tuple(SharedUplift(**row) for row in _reviewed(results, "shared_evidence")),
            chances=tuple(
                Chance(stated=row["stated"], happened=row["happened"]) for row in _reviewed(results, "chance_scores")
            ),
        )


def _reviewed(results: Mapping[str, Mapping[str, Any]], table: str) -> Iterable[Mapping[str, Any]]:
    """The rows of a table of the programme review; none where it was not run."""
    rows: Iterable[Mapping[str, Any]] = results.get(REVIEW, {}).get("tables", {}).get(table, ())
    return rows


def _json(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}


def _numbers(results: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every estimate but those of the closing step, which repeats the others'."""
    for step, result in results.items():
        if step != DECISION:
            yield from ((f"{step}.{name}", told) for name, told in result["estimates"].items())


def _missing(facts: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(name for name in TABLES if name not in facts["tables"]) if "tables" in facts else ()
