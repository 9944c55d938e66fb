"""TOML as we write it: values as literals, and files that are whole or as they were."""

from __future__ import annotations

import os
from pathlib import Path

Scalar = float | int | str | bool


def literal(value: Scalar) -> str:
    """Write a value as TOML does.

    Examples
    --------
    >>> literal(True), literal(0.25), literal('say "no"')
    ('true', '0.25', '"say \\\\"no\\\\""')
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        escaped = "".join(f"\\u{ord(c):04X}" if ord(c) < 32 or c == "\x7f" else c for c in value.replace("\\", "\\\\"))
        return '"' + escaped.replace('"', '\\"') + '"'
    return repr(value)


def write_whole(path: Path, text: str) -> None:
    """Replace a TOML file at once, so that nobody reads half of it."""
    beside = path.with_suffix(".toml.part")
    beside.write_text(text, encoding="utf-8")
    os.replace(beside, path)
