"""A question on one key of a table in client.toml."""

from __future__ import annotations

from dataclasses import dataclass

MOST = 12
"""Words or columns that a question offers at most."""


@dataclass(frozen=True)
class Doubt:
    """The lines to choose from, and a line that keeps `check` from going on.

    `section` is the table of keys in which the lines stand, "top" for the table itself.
    `placeholder` is empty where the folder is refused anyhow until the question is answered.
    """

    section: str
    question: str
    choices: tuple[tuple[str, str], ...]
    placeholder: str = ""
