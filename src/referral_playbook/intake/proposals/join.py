"""A file that is joined to the rows of another."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from referral_playbook.intake.files.peek import Peek


@dataclass(frozen=True)
class Join:
    """A file to be joined: the key in the rows so far, the key in this file, and why the two are the same."""

    found: Peek
    on: str
    equals: str
    why: str

    @property
    def path(self) -> Path:
        return self.found.path
