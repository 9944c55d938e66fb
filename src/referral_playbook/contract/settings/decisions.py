"""Keep what was decided in a meeting: decisions.toml beside client.toml, newest decision last.

Every step reads the decisions as parameters (see `statements`), so that a plan made at a slider is the plan of the
next run too, with who made it, when and why.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from referral_playbook.contract.client_toml.toml_text import Scalar, entry
from referral_playbook.contract.files import write_whole
from referral_playbook.contract.settings.declarations import declarations
from referral_playbook.contract.settings.statements import DECISIONS_FILE

HEADER = (
    "# What was decided for this client, newest last. Every step reads it as parameters; delete an entry to undo it.\n"
)


ENTRY, TOGETHER = "[[decision]]", "# Decided together: "


@dataclass(frozen=True, kw_only=True)
class Decision:
    """One change of the plan: a parameter, its new and earlier value, and who decided it, when and why."""

    parameter: str
    value: Scalar
    was: Scalar | None
    who: str
    when: date
    why: str = ""

    def __post_init__(self) -> None:
        declared = declarations().get(self.parameter)
        if declared is None:
            raise ValueError(f"There is no parameter {self.parameter!r}, so the decision cannot be kept.")
        declared.accept(self.value)
        if not self.who.strip():
            raise ValueError("Say who decided it: fill in a name before you keep the decision.")

    def to_toml(self) -> str:
        """The decision as an entry of decisions.toml.

        Examples
        --------
        >>> print(Decision(parameter="uplift", value=1.4, was=1.2, who="Ana", when=date(2026, 9, 30)).to_toml())
        [[decision]]
        parameter = "uplift"
        value = 1.4
        was = 1.2
        who = "Ana"
        when = 2026-09-30
        why = ""
        <BLANKLINE>
        """
        stated = {**vars(self), "who": self.who.strip(), "why": self.why.strip()}
        return entry("decision", **stated)


def keep_decisions(client_dir: str | Path, decisions: Sequence[Decision]) -> Path:
    """Append decisions that were made together to the client's decisions.toml and return its path.

    They are undone together too. The file is written whole.

    A file that cannot be read raises ValueError and is left as it is.
    """
    path = Path(client_dir) / DECISIONS_FILE
    text = path.read_text(encoding="utf-8") if path.is_file() else HEADER
    _refuse_unreadable(path, text)
    together = f"{TOGETHER}{', '.join(decision.parameter for decision in decisions)}\n" if len(decisions) > 1 else ""
    entries = "\n".join(decision.to_toml() for decision in decisions)
    write_whole(path, text.rstrip("\n") + "\n\n" + together + entries)
    return path


def undo_change(client_dir: str | Path) -> tuple[dict[str, Any], ...]:
    """Take back the newest decision, with those that were made together with it; return them, none where none is left.

    With its last entry gone the file goes too, so that a run gives the same bytes as before the first decision.
    """
    path = Path(client_dir) / DECISIONS_FILE
    if not path.is_file():
        return ()
    text = path.read_text(encoding="utf-8")
    entries = _refuse_unreadable(path, text)
    start, count = _newest(text)
    if start < 0:
        return ()
    if len(entries) == count:
        path.unlink()
    else:
        write_whole(path, text[:start].rstrip("\n") + "\n")
    return tuple(entries[-count:])


def _newest(text: str) -> tuple[int, int]:
    """Where the newest change begins in the file, -1 where there is none, and how many entries it has."""
    start = text.rfind(TOGETHER)
    if start >= 0:
        named = text[start:].split("\n", 1)[0].removeprefix(TOGETHER).split(", ")
        if text[start:].count(ENTRY) == len(named):
            return start, len(named)
    return text.rfind(ENTRY), 1


def _refuse_unreadable(path: Path, text: str) -> list[dict[str, Any]]:
    try:
        return list(tomllib.loads(text).get("decision", []))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(
            f"{path.name} cannot be read ({error}). Correct it before you keep another decision."
        ) from None


def decision_rows(client_dir: str | Path) -> list[dict[str, Any]]:
    """The decisions of a client as rows, oldest first: parameter, was, value, unit, who, when (ISO date), why.

    A file that cannot be read raises ValueError.
    """
    path = Path(client_dir) / DECISIONS_FILE
    entries = _refuse_unreadable(path, path.read_text(encoding="utf-8-sig")) if path.is_file() else []
    return [_row(entry) for entry in entries]


def _row(entry: dict[str, Any]) -> dict[str, Any]:
    name = str(entry["parameter"]).rpartition(".")[2]
    declared, when = declarations().get(name), entry["when"]
    return {
        "parameter": name,
        "was": entry.get("was"),
        "value": entry["value"],
        "unit": declared.unit if declared else "",
        "who": str(entry["who"]),
        "when": when.isoformat()[:10] if isinstance(when, date) else str(when),
        "why": str(entry.get("why", "")),
    }
