"""A proposal with how sure it is and what it rests on, and the question where it is not sure.

`playbook init` writes nothing without the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Sure = Literal["certain", "likely", "open"]
MOST = 12
"""Words or columns that a question offers at most."""


@dataclass(frozen=True)
class Guess:
    """One proposal: `certain` (only this fits), `likely` (stands in the file, please check) or `open` (ask).

    An open guess is never used: `options` are what the user chooses from, each with what it would mean.
    """

    value: Any
    sure: Sure
    evidence: str
    options: tuple[tuple[Any, str], ...] = ()

    @property
    def comment(self) -> str:
        """The evidence as it stands in a comment."""
        return f"{self.sure}: {self.evidence}"


@dataclass(frozen=True)
class Doubt:
    """A question on one key of a table: the lines to choose from, and a line that keeps `check` from going on.

    `section` is the table of keys in which the lines stand, "top" for the table itself.
    `placeholder` is empty where the folder is refused anyhow until the question is answered.
    """

    section: str
    question: str
    choices: tuple[tuple[str, str], ...]
    placeholder: str = ""


def shown(text: object, at_most: int = 40) -> str:
    """A value as it may stand in a comment or a message: in quotes, on one line, short.

    Examples
    --------
    >>> shown("two\\nlines"), shown("x" * 50, at_most=5)
    ('"two lines"', '"xxxxx..."')
    """
    plain = "".join(c if c.isprintable() else " " for c in str(text))
    return f'"{plain[:at_most]}..."' if len(plain) > at_most else f'"{plain}"'
