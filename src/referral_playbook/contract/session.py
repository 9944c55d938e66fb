"""What the results of a live session were made from, so that one that is out of date can say so.

A session is a folder of `playbook lab`. Beside its results lies a folder with a note per step, written when the step
records its result: the client's files and settings as they were when the notebook opened them, the earlier results that
it may have read, and the parameters that its cell set. A run has no such folder, and nothing is written there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from typing import Any

from referral_playbook.contract.names import STEPS, Step
from referral_playbook.contract.settings.declarations import declarations
from referral_playbook.contract.settings.in_words import setting_name
from referral_playbook.contract.settings.statements import (
    CLIENT_FILE,
    DECISIONS_FILE,
    SCENARIOS_FILE,
    ParameterError,
    settings_of,
)

NOTES = ".session"
DATA = (".csv", ".xlsx", ".xls", ".parquet", ".gz")
"""Files of a client by their ending, which are compared by time and size: they may be large."""
SHOWN_BY = {DECISIONS_FILE: Step.CLIENT_REPORT, SCENARIOS_FILE: Step.BREAK_EVEN}
"""Files whose text a step shows: to the others they matter only by the parameters that they set."""


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A client as a notebook opened it: its files, the parameters that were set, and what parameter cells added."""

    client_dir: str
    files: Mapping[str, str]
    settings: Mapping[str, Any]
    cells: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def now(cls, client_dir: str | Path) -> Opened:
        """The client as it is now."""
        try:
            settings = settings_of(client_dir).values
        except ParameterError:  # `check` says what is wrong with them
            settings = {}
        return cls(client_dir=str(client_dir), files=_files(Path(client_dir)), settings=_plain(settings))

    def files_of(self, step: str) -> dict[str, str]:
        """The files that a step's result rests on."""
        return {name: mark for name, mark in self.files.items() if SHOWN_BY.get(name, step) == step}

    def settings_of(self, step: str) -> dict[str, Any]:
        """The parameters that were set and that a step reads."""
        known = declarations()
        return {name: value for name, value in self.settings.items() if step in known[name].steps}


_opened: dict[Path, Opened] = {}
"""What this process opened, by its folder of results: a notebook records only at its end."""


def is_session(results_dir: str | Path) -> bool:
    """Whether results are those of a live session."""
    return (Path(results_dir).resolve().parent / NOTES).is_dir()


def opened_session() -> Path | None:
    """The folder of the session whose client this process opened last, None where it opened none."""
    return list(_opened)[-1].parent if _opened else None


def _files(folder: Path) -> dict[str, str]:
    """client.toml and what was decided by their text, tables by time and size."""
    plan = {name: digest for name in (CLIENT_FILE, *SHOWN_BY) if (digest := _digest(folder / name))}
    tables = (path for path in sorted(folder.rglob("*")) if path.suffix.lower() in DATA and path.is_file())
    return plan | {path.relative_to(folder).as_posix(): _stamp(path) for path in tables}


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _stamp(path: Path) -> str:
    stat = path.stat()
    return f"{stat.st_mtime_ns} {stat.st_size}"


def note_opened(client_dir: str | Path, results_dir: str | Path) -> None:
    """Remember what a notebook of a session opens."""
    if is_session(results_dir):
        _opened[Path(results_dir).resolve()] = Opened.now(client_dir)


def note_cell(results_dir: str | Path, step: str, cell: Mapping[str, Any]) -> None:
    """Remember the parameters that the cell of a step's notebook sets."""
    if (opened := _opened.get(Path(results_dir).resolve())) is not None:
        opened.cells[step] = _plain(cell)


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """As JSON reads it back, so that both can be compared."""
    return dict(json.loads(json.dumps(dict(values), default=list)))


def note_recorded(step: str, results_dir: str | Path) -> None:
    """Note what a result that was just recorded was made from."""
    place = Path(results_dir).resolve()
    if (opened := _opened.get(place)) is not None and is_session(place):
        write_note(step, place, opened)


def write_note(step: str, results_dir: Path, opened: Opened) -> None:
    """Write what a result was made from."""
    note = {
        "files": opened.files_of(step),
        "settings": opened.settings_of(step),
        "earlier": _earlier(step, results_dir),
        "cell": opened.cells.get(step, {}),
    }
    path = results_dir.resolve().parent / NOTES / f"{step}.json"
    path.write_text(json.dumps(note, indent=1), encoding="utf-8")


def _earlier(step: str, results_dir: Path) -> dict[str, str]:
    names = takewhile(step.__ne__, STEPS)
    return {name: digest for name in names if (digest := _digest(results_dir / f"{name}.json"))}


def why_out_of_date(step: str, now: Opened, results_dir: str | Path, *, cell: Mapping[str, Any] | None = None) -> str:
    """Why a result of a session is out of date; empty where it is not, or where nothing was noted.

    `now` is the client as it is now (`Opened.now`), and `cell` what the parameter cell of the step's notebook sets now,
    where that is known.
    """
    place = Path(results_dir).resolve()
    path = place.parent / NOTES / f"{step}.json"
    if not path.is_file():
        return ""
    note = json.loads(path.read_text(encoding="utf-8"))
    reasons = [f"{name} changed" for name in _differences(note["files"], now.files_of(step))]
    changed = _differences(note["settings"], now.settings_of(step))
    reasons += [f"the plan has another {setting_name(name)}" for name in changed]
    rerun = _differences(note["earlier"], _earlier(step, place))
    reasons += [f"step {STEPS.index(name):02d} has another result" for name in rerun]
    if cell is not None and _plain(cell) != note["cell"]:
        reasons.append("the parameters in its notebook changed")
    return ", ".join(reasons)


def _differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    return [name for name in {**before, **now} if before.get(name) != now.get(name)]
