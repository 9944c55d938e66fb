"""Clients and runs behind an fsspec URL, such as ``s3://bucket/clients``: fetched, run here, put back.

A store has no folders that could be replaced at a stroke. So a run's manifest.json is taken away first and put back
last: a run that was cut off has none, counts as not done, and is done again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from referral_playbook.contract.client_toml.client import FILE as CLIENT_FILE
from referral_playbook.contract.leftovers import prefix_of
from referral_playbook.contract.sealed import FILE as FORECASTS
from referral_playbook.run.client.changed import Previous
from referral_playbook.run.client.manifest import FILE as MANIFEST
from referral_playbook.run.client.manifest import file_digest, files_digests, read_manifest
from referral_playbook.run.portfolio.places import Listing, PlaceError, RunPlace, listing

OURS = ("results/", "notebooks/", "facts/")
"""Folders of a run: what the last run left in them and this one does not write is removed, and nothing else."""
NEEDED = (MANIFEST, FORECASTS, "results/", "facts/facts.json")
"""What tells whether the previous run stands, and what it found."""


@dataclass(frozen=True, kw_only=True)
class StoredPrevious(Previous):
    """The previous run, of which only what is needed is here; the rest is fetched when it is handed on."""

    there: frozenset[str]
    fetch: Callable[[str, Path], None]

    def holds(self, *names: str) -> bool:
        """Whether these files are there; that their bytes are the manifest's is seen when they are fetched."""
        return all(name in self.manifest.get("files", {}) and name in self.there for name in names)

    def hand_on(self, work: Path, *names: str) -> None:
        for name in names:
            for file in sorted(f for f in self.there if f == name or f.startswith(f"{name}/")):
                self.fetch(file, work / file)
                sha = self.manifest.get("files", {}).get(file)
                if sha and sha != file_digest(work / file):
                    raise PlaceError(f"{file} of the previous run was changed: run again with --fresh")


class Store:
    """An fsspec URL; see `places.Place`."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")

    @cached_property
    def _opened(self) -> tuple[Any, str]:
        try:
            from fsspec.core import url_to_fs

            fs, root = url_to_fs(self.url, use_listings_cache=False)
        except ImportError as error:
            needs = f"{self.shown('')} needs {error.name or error}"
            raise PlaceError(f"{needs}: pip install 'referral-playbook[s3]'") from None
        except ValueError as error:
            raise PlaceError(f"{self.shown('')}: {error}") from None
        return fs, root.rstrip("/")

    def _files(self, name: str = "") -> list[str]:
        """Paths below a folder, as they are there."""
        fs, root = self._opened
        top = f"{root}/{name}" if name else root
        with self._reached():
            return [path.removeprefix(f"{top}/") for path in fs.find(top) if path.startswith(f"{top}/")]

    @contextmanager
    def _reached(self) -> Iterator[None]:
        # Each store has errors of its own (botocore's are not even OSErrors); all mean the same here.
        try:
            yield
        except Exception as error:
            raise PlaceError(f"{self.shown('')} cannot be used: {type(error).__name__}: {error}") from None

    def clients(self) -> Listing:
        paths = [path.partition("/") for path in self._files()]
        folders = {name for name, sign, _ in paths if sign}
        clients = {name for name, _, file in paths if file == CLIENT_FILE}
        return listing(clients, folders - clients)

    @contextmanager
    def client(self, name: str) -> Iterator[Path]:
        with TemporaryDirectory(prefix=prefix_of("client")) as folder:
            for file in self._files(name):
                self._fetch(name, file, Path(folder, "client", *_parts(file)))
            yield Path(folder, "client")

    @contextmanager
    def run(self, name: str) -> Iterator[RunPlace]:
        with TemporaryDirectory(prefix=prefix_of("run")) as folder:
            previous = self._previous(name, Path(folder, "previous"))
            place = RunPlace(target=Path(folder, "run"), previous=previous)
            yield place
            if place.target.is_dir():
                self._put(name, place.target, previous)

    def _previous(self, name: str, folder: Path) -> StoredPrevious:
        there = frozenset(self._files(name))
        for file in sorted(there) if MANIFEST in there else ():
            if file.startswith(NEEDED):
                self._fetch(name, file, folder.joinpath(*_parts(file)))
        return StoredPrevious(
            folder=folder,
            manifest=read_manifest(folder) or {},
            there=there,
            fetch=lambda file, target: self._fetch(name, file, target),
        )

    def _fetch(self, name: str, file: str, target: Path) -> None:
        fs, root = self._opened
        target.parent.mkdir(parents=True, exist_ok=True)
        with self._reached():
            fs.get_file(f"{root}/{name}/{file}", str(target))

    def _put(self, name: str, run: Path, previous: StoredPrevious) -> None:
        fs, root = self._opened
        top, files, told = f"{root}/{name}", files_digests(run), previous.manifest.get("files", {})
        unchanged = {file for file, sha in files.items() if file in previous.there and told.get(file) == sha}
        gone = {file for file in previous.there - files.keys() if file in told or file.startswith(OURS)}
        with self._reached():
            if MANIFEST in previous.there:
                fs.rm_file(f"{top}/{MANIFEST}")
            for file in sorted(gone):
                fs.rm_file(f"{top}/{file}")
            for file in sorted(files.keys() - unchanged - {MANIFEST}):
                fs.put_file(str(run / file), f"{top}/{file}")
            fs.put_file(str(run / MANIFEST), f"{top}/{MANIFEST}")

    def shown(self, name: str) -> str:
        """The URL, without what may be a password."""
        scheme, netloc, path, _, _ = urlsplit(self.url)
        plain = f"{scheme}://{netloc.rpartition('@')[2]}{path}"
        return f"{plain}/{name}" if name else plain

    def write(self, file: str, content: bytes) -> str:
        fs, root = self._opened
        with self._reached():
            fs.pipe_file(f"{root}/{file}", content)
        return self.shown(file)

    def has_run(self, name: str) -> bool:
        fs, root = self._opened
        with self._reached():
            return bool(fs.exists(f"{root}/{name}/{MANIFEST}"))


def _parts(file: str) -> tuple[str, ...]:
    """A path in a store as parts of one on disk, for a store takes any text for a name."""
    parts = PurePosixPath(file).parts
    if ".." in parts or file.startswith("/") or any("\\" in part or ":" in part or "\0" in part for part in parts):
        raise PlaceError(f"{file!r} is not a path that can be fetched: rename it")
    return parts
