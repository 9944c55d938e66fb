"""A client folder made in a line or two."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from referral_playbook.contract.client_toml.client import read_client
from referral_playbook.intake import Fault, Intake, IntakeError, read_client_tables

HEAD = 'name = "Test"\ncurrency = "GBP"\nas_of = 2026-09-30\n'
Files = dict[str, str | bytes]


@pytest.fixture
def read(tmp_path: Path) -> Callable[[str, Files], Intake]:
    """Write client.toml and files, read them."""

    def reading(toml: str, files: Files) -> Intake:
        (tmp_path / "client.toml").write_text(HEAD + toml, encoding="utf-8")
        for name, content in files.items():
            data = content.encode("utf-8") if isinstance(content, str) else content
            (tmp_path / name).write_bytes(data)
        return read_client_tables(read_client(tmp_path))

    return reading


@pytest.fixture
def errors(read: Callable[[str, Files], Intake]) -> Callable[[str, Files], list[Fault]]:
    """The errors of a client that is refused."""

    def reading(toml: str, files: Files) -> list[Fault]:
        with pytest.raises(IntakeError) as caught:
            read(toml, files)
        return [f for f in caught.value.faults if f.severity == "error"]

    return reading
