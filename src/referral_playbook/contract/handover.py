"""How results pass from step to step: one JSON file each, written whole or not at all."""

from __future__ import annotations

import json
import os
import time
from functools import lru_cache
from pathlib import Path

from referral_playbook.contract.evidence import StepResult
from referral_playbook.contract.files import write_json, write_whole
from referral_playbook.contract.names import STEPS
from referral_playbook.contract.session import note_recorded

AWAITED = "REFERRAL_PLAYBOOK_AWAITED"
"""Environment variable of a notebook in a run: the earlier steps whose results come, parted by commas."""
FACTS = "REFERRAL_PLAYBOOK_FACTS"
"""Environment variable of a notebook in a run: the folder of the facts that the run has built or checked before."""
SETTINGS = "REFERRAL_PLAYBOOK_SETTINGS"
"""Environment variable of a notebook in a run: the parameters that were set, as JSON (see `statements.Settings`)."""


def record(result: StepResult, results_dir: str | Path) -> Path:
    """Write ``<results_dir>/<step>.json`` and return its path.

    The same result gives the same bytes. NaN and infinity are refused (ValueError), for other
    programs read this file.
    """
    folder = Path(results_dir)
    folder.mkdir(parents=True, exist_ok=True)
    path = write_json(folder / f"{result.step}.json", result.to_dict())
    note_recorded(result.step, folder)
    return path


def load(step: str, results_dir: str | Path) -> StepResult | None:
    """The result of an earlier step, or None where it has not been run.

    A step goes on without an earlier one: it falls back to a benchmark or an assumption and says so. Within a run,
    where steps work side by side, an earlier step that is still at work is waited for.
    """
    path, failed = Path(results_dir) / f"{step}.json", _failure(step, results_dir)
    while step in os.environ.get(AWAITED, "").split(",") and not (path.is_file() or failed.is_file()):
        time.sleep(0.02)
    if not path.is_file():
        return None
    stat = path.stat()
    return _read(path, (stat.st_mtime_ns, stat.st_size, stat.st_ino))


def load_all(results_dir: str | Path) -> dict[str, StepResult]:
    """The results that are there, by step in the order of the playbook."""
    return {step: result for step in STEPS if (result := load(step, results_dir))}


@lru_cache(maxsize=32)  # a step asks for the estimates of an earlier one, one at a time
def _read(path: Path, stamp: tuple[int, ...]) -> StepResult:
    return StepResult.from_dict(json.loads(path.read_text(encoding="utf-8")))


def record_failure(step: str, why: str, results_dir: str | Path) -> Path:
    """Write ``<results_dir>/<step>.failed`` in the place of a result, so that no other step waits for one."""
    (Path(results_dir) / f"{step}.json").unlink(missing_ok=True)
    return write_whole(_failure(step, results_dir), why + "\n")


def load_failure(step: str, results_dir: str | Path) -> str:
    """Why a step failed in this run; empty where it did not."""
    path = _failure(step, results_dir)
    return path.read_text(encoding="utf-8").strip() if path.is_file() else ""


def _failure(step: str, results_dir: str | Path) -> Path:
    return Path(results_dir) / f"{step}.failed"
