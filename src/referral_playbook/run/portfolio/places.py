"""Where a portfolio's clients and runs are: folders that all workers see."""

from __future__ import annotations

import os
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from referral_playbook.contract.client_toml.client import FILE
from referral_playbook.contract.client_toml.problems import CommandFaultError
from referral_playbook.run.client.changed import Previous
from referral_playbook.run.client.manifest import read_manifest

PAGES = "portfolio"
"""What the names of the summary's files begin with; no client's folder may."""


class PlaceError(CommandFaultError):
    """A folder or URL that cannot be read or written from here."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """A client folder; `fault` says why its name cannot be used, and is empty where it can."""

    name: str
    fault: str = ""


@dataclass(frozen=True, kw_only=True)
class Listing:
    """What there is: client folders by name, and names that are passed over with the reason."""

    clients: tuple[Found, ...]
    skipped: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class RunPlace:
    """Where one run is written: `target` is the run folder to write, `previous` the run before if it is elsewhere."""

    target: Path
    previous: Previous | None = None

    @property
    def folder(self) -> Path:
        """Where the newest whole run can be read."""
        return self.previous.folder if self.previous and not self.target.is_dir() else self.target


class Place(Protocol):
    """A place that holds client folders, or run folders."""

    def clients(self) -> Listing:
        """The client folders there are."""

    def client(self, name: str) -> AbstractContextManager[Path]:
        """One client folder, on this machine within the block."""

    def run(self, name: str) -> AbstractContextManager[RunPlace]:
        """Where one run is to be written; kept when the block ends without an error."""

    def shown(self, name: str) -> str:
        """A client or run folder as people know it."""

    def write(self, file: str, content: bytes) -> str:
        """Write one file, whole; where it is."""

    def has_run(self, name: str) -> bool:
        """Whether a whole run is there, as seen from this machine."""


def listing(with_file: Iterable[str], without: Iterable[str]) -> Listing:
    """Sort names of folders, with a client.toml and without, into clients and others.

    Examples
    --------
    >>> found = listing(["acme", "Bolt", "bolt", ".old"], ["notes"])
    >>> [client.name for client in found.clients if not client.fault], found.skipped
    (['acme'], (('.old', 'hidden'), ('notes', 'no client.toml')))
    """
    named = sorted(with_file)
    hidden = [(name, "hidden") for name in named if name.startswith(".")]
    clients = [name for name in named if not name.startswith(".")]
    same = Counter(map(_folded, clients))
    found = tuple(Found(name=name, fault=_fault(name, same[_folded(name)] > 1)) for name in clients)
    skipped = [(n, "hidden" if n.startswith(".") else f"no {FILE}") for n in without]
    return Listing(clients=found, skipped=tuple(sorted([*hidden, *skipped])))


def _folded(name: str) -> str:
    """What a file system may take a name for: some know no case, some compose accents."""
    return unicodedata.normalize("NFC", name).casefold()


def _fault(name: str, same: bool) -> str:
    if same:
        return "another client's folder has the same name but for capitals or accents: rename one of them"
    if not name or not name.isprintable() or any(mark in name for mark in "/\\") or name != name.strip():
        return "the folder's name holds characters that no file name should have: rename it"
    if name.casefold().startswith(PAGES) and name.casefold().endswith((".html", ".csv")):
        return "the folder is named like the summary: rename it"
    return ""


@dataclass(frozen=True)
class Folder:
    """A folder of this machine, or one that is shared by all; see `Place`."""

    path: Path

    def clients(self) -> Listing:
        if not self.path.is_dir():
            raise PlaceError(f"{self.path}: there is no such folder")
        folders = [entry.name for entry in os.scandir(self.path) if entry.is_dir()]
        holds = {name: (self.path / name / FILE).is_file() for name in folders}
        return listing([n for n in folders if holds[n]], [n for n in folders if not holds[n]])

    @contextmanager
    def client(self, name: str) -> Iterator[Path]:
        if not self.path.is_dir():
            raise PlaceError(f"{self.path} is not on this machine: workers need a shared folder, or a URL")
        yield self.path / name

    @contextmanager
    def run(self, name: str) -> Iterator[RunPlace]:
        yield RunPlace(target=self.path.resolve() / name)

    def shown(self, name: str) -> str:
        return str(self.path.resolve() / name)

    def write(self, file: str, content: bytes) -> str:
        self.path.mkdir(parents=True, exist_ok=True)
        beside = self.path / f".{file}.part"
        beside.write_bytes(content)
        os.replace(beside, self.path / file)
        return str(self.path / file)

    def has_run(self, name: str) -> bool:
        return read_manifest(self.path / name) is not None


def place_at(address: str | Path) -> Place:
    """A folder of this machine, or an fsspec URL such as ``s3://bucket/clients``."""
    if "://" not in str(address):
        return Folder(Path(address).absolute())
    from referral_playbook.run.portfolio.stores import Store  # not above: who has folders needs no fsspec

    return Store(str(address))
