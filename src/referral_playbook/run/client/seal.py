"""Seal a run's forecasts into ``forecasts.json``, beside those of the runs before it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from referral_playbook.contract.names import Step
from referral_playbook.contract.sealed import Forecast, SealedSet, read_sealed, seal, write_sealed

MADE = "forecasts_made"


def carry_forecasts(previous: Path, work: Path) -> None:
    """Put the forecasts of earlier runs into a new run folder, where step 09 scores them."""
    sealed_before = read_sealed(previous)
    if sealed_before:
        write_sealed(work, sealed_before)


def seal_forecasts(work: Path, made_from: str) -> None:
    """Add what this run forecasts to the sealed sets; nothing where step 09 did not run.

    `made_from` is the SHA-256 of what the run stands on.
    """
    path = work / "results" / f"{Step.PROGRAMME_REVIEW}.json"
    if not path.is_file():
        return
    result = json.loads(path.read_text(encoding="utf-8"))
    rows = result["tables"].get(MADE, [])
    new = SealedSet(
        as_of=date.fromisoformat(result["as_of"]),
        made_from=made_from,
        forecasts=tuple(Forecast.from_dict(row) for row in rows),
    )
    write_sealed(work, seal(new, read_sealed(work)))
