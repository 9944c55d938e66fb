"""`playbook watch`: which files of a client folder changed, and what the check says now."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from referral_playbook.contract.client_toml.problems import ClientFaultError
from referral_playbook.run.client.checking import check_client

Stamps = dict[str, tuple[int, int]]


def stamps(folder: Path) -> Stamps:
    """Time of change and size of every file in a folder, by its path there; hidden files are left out."""
    stamps = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_file() and not any(part.startswith((".", "~")) for part in name.parts):
            stat = path.stat()
            stamps[name.as_posix()] = (stat.st_mtime_ns, stat.st_size)
    return stamps


def check_lines(folder: Path) -> Iterator[str]:
    """What `playbook check` says, faults as lines too: here they do not end the command."""
    try:
        yield from check_client(folder)
    except ClientFaultError as error:
        yield from str(error).split("\n")
