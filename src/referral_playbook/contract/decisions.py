"""Keep what was decided in a meeting: decisions.toml beside client.toml, newest decision last.

Every step reads the decisions as parameters (see `statements`), so that a plan made at a slider is the plan of the
next run too, with who made it, when and why.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from referral_playbook.contract.declarations import declarations
from referral_playbook.contract.statements import DECISIONS_FILE

HEADER = (
    "# What was decided for this client, newest last. Every step reads it as parameters; delete an entry to undo it.\n"
)


@dataclass(frozen=True, kw_only=True)
class Decision:
    """One change of the plan: a parameter, its new and earlier value, and who decided it, when and why."""

    parameter: str
    value: float | int | str | bool
    was: float | int | str | bool | None
    who: str
    when: date
    why: str = ""

    def __post_init__(self) -> None:
        entry = declarations().get(self.parameter)
        if entry is None:
            raise ValueError(f"There is no parameter {self.parameter!r}, so the decision cannot be kept.")
        entry.accept(self.value)
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
        was = [] if self.was is None else [f"was = {_literal(self.was)}"]
        lines = [
            "[[decision]]",
            f"parameter = {_literal(self.parameter)}",
            f"value = {_literal(self.value)}",
            *was,
            f"who = {_literal(self.who.strip())}",
            f"when = {self.when.isoformat()}",
            f"why = {_literal(self.why.strip())}",
        ]
        return "\n".join(lines) + "\n"


def keep_decision(client_dir: str | Path, decision: Decision) -> Path:
    """Append a decision to the client's decisions.toml and return its path; the file is written whole.

    Raises
    ------
    ValueError
        The file that is there cannot be read; it is left as it is.
    """
    path = Path(client_dir) / DECISIONS_FILE
    text = path.read_text(encoding="utf-8") if path.is_file() else HEADER
    _refuse_unreadable(path, text)
    _write(path, text.rstrip("\n") + "\n\n" + decision.to_toml())
    return path


def undo_decision(client_dir: str | Path) -> dict[str, Any] | None:
    """Take the newest decision back and return it; None where there is none.

    With its last entry gone the file goes too, so that a run gives the same bytes as before the first decision.
    """
    path = Path(client_dir) / DECISIONS_FILE
    if not path.is_file():
        return None
    text = path.read_text(encoding="utf-8")
    entries = _refuse_unreadable(path, text)
    start = text.rfind("[[decision]]")
    if start < 0:
        return None
    if len(entries) == 1:
        path.unlink()
    else:
        _write(path, text[:start].rstrip("\n") + "\n")
    return dict(entries[-1])


def _refuse_unreadable(path: Path, text: str) -> list[dict[str, Any]]:
    try:
        return list(tomllib.loads(text).get("decision", []))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(
            f"{path.name} cannot be read ({error}). Correct it before you keep another decision."
        ) from None


def _write(path: Path, text: str) -> None:
    beside = path.with_suffix(".toml.part")
    beside.write_text(text, encoding="utf-8")
    os.replace(beside, path)


def _literal(value: float | int | str | bool) -> str:
    """A value as TOML writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        escaped = "".join(f"\\u{ord(c):04X}" if ord(c) < 32 or c == "\x7f" else c for c in value.replace("\\", "\\\\"))
        return '"' + escaped.replace('"', '\\"') + '"'
    return repr(value)
