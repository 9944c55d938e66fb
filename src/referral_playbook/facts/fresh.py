"""Facts that belong to the client's files as they are now: built when there are none, or other ones."""

from __future__ import annotations

import gc
import hashlib
import json
import os
import shutil
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

from referral_playbook.facts.engines.places import DUCKDB

CLIENT_FILE = "client.toml"
FACTS_FILE = "facts.json"
MUCH = 1 << 26
"""Bytes of tables that are worth a search for garbage."""
_OURS = Path(__file__).resolve().parents[1]


def fingerprint(client_dir: str | Path) -> dict[str, str]:
    """SHA-256 of client.toml, of every file that it names, and of the code that turns them into facts.

    A file that is not there is "absent": intake says what to do about it.

    Examples
    --------
    >>> fingerprint("no/such/client")["client.toml"]
    'absent'
    """
    folder = Path(client_dir)
    toml = folder / CLIENT_FILE
    named = sorted(set(_named_files(_toml(toml).get("tables", {}))))
    return {CLIENT_FILE: _sha256(toml), **{name: _sha256(folder / name) for name in named}, "code": code_of_facts()}


def _toml(path: Path) -> dict[str, Any]:
    """What client.toml says; nothing where it cannot be read, for intake reports that better."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        return {}


def _named_files(value: Any) -> Iterator[str]:
    """Every `file`, `files` or `returned` at any depth: tables, what is joined to them, and lists that came back."""
    if isinstance(value, list):
        for inner in value:
            yield from _named_files(inner)
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in ("file", "files", "returned"):
                yield from (name for name in ([inner] if isinstance(inner, str) else inner) if isinstance(name, str))
            yield from _named_files(inner)


def _sha256(path: Path) -> str:
    if not path.is_file():
        return "absent"
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@cache
def code_of_facts() -> str:
    """One digest over contract, intake and facts: a changed rule makes old facts stale as changed data do.

    Once a process, as the code was when it started.
    """
    files = sorted(p for room in ("contract", "intake", "facts") for p in (_OURS / room).rglob("*.*") if _is_source(p))
    parts = (f"{p.relative_to(_OURS).as_posix()} {_sha256(p)}" for p in files)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _is_source(path: Path) -> bool:
    return path.suffix in (".py", ".toml")


def is_fresh(client_dir: str | Path, facts_dir: str | Path) -> bool:
    """Whether the facts there were made from the client's files as they are now."""
    path = Path(facts_dir) / FACTS_FILE
    if not path.is_file():
        return False
    return bool(json.loads(path.read_text(encoding="utf-8")).get("fingerprint") == fingerprint(client_dir))


def built_on(facts_dir: str | Path) -> str | None:
    """The engine that computed the facts there, with its version; None where there are none."""
    path = Path(facts_dir) / FACTS_FILE
    return json.loads(path.read_text(encoding="utf-8")).get("engine") if path.is_file() else None


def ensure_facts(client_dir: str | Path, facts_dir: str | Path, *, engine: str = DUCKDB, fresh: bool = False) -> bool:
    """Build the facts of a client where they are absent or stale; whether they were built now.

    The folder is whole or the previous one; its ``tables/`` are the tables as intake read them. `engine` is the URL of
    what computes them (see `engines`). The numbers are the same, so facts that are there stay whichever engine made
    them, unless `fresh`.

    ClientError and IntakeError list all faults of client.toml and the tables; EngineError says that the engine is not
    known, not installed or not reached.
    """
    target = Path(facts_dir)
    if not fresh and is_fresh(client_dir, target):
        return False
    part = target.with_name(f"{target.name}.part-{os.getpid()}")
    shutil.rmtree(part, ignore_errors=True)
    try:
        with _no_garbage_collection():
            _build(Path(client_dir), part, engine)
        _swap(part, target)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return True


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Put off the search for garbage: imports and expressions make many objects that stay, and little garbage.

    The search would take a sixth of the time that the facts of a small client take.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _build(client_dir: Path, folder: Path, engine: str) -> None:
    # Here and not above: ibis and pydantic cost a second, and a notebook whose facts are there needs neither.
    from referral_playbook.contract.client_toml.client import read_client
    from referral_playbook.facts.script import facts_of
    from referral_playbook.intake import read_client_tables, write_tables

    made_from, tables = fingerprint(client_dir), folder / "tables"
    client = read_client(client_dir)
    write_tables(read_client_tables(client, spool=tables), tables)
    _let_go()
    facts_of(client, tables, folder, engine=engine, fingerprint=made_from)


def _let_go() -> None:
    """Give back the memory of large tables that nobody reads any more, before the engine takes its own."""
    import pyarrow as pa  # not above: where the facts are there, nothing is read

    if pa.total_allocated_bytes() >= MUCH:
        gc.collect()  # circles of objects hold the tables, and nobody looks for them here
        pa.default_memory_pool().release_unused()


def _swap(part: Path, target: Path) -> None:
    """Put the new folder in the place of the old. Another process may do so at the same time with the same facts."""
    old = target.with_name(f"{target.name}.old-{os.getpid()}")
    shutil.rmtree(old, ignore_errors=True)
    with suppress(FileNotFoundError):
        target.rename(old)
    try:
        part.rename(target)
    except OSError:
        if not (target / FACTS_FILE).is_file():
            raise
    shutil.rmtree(old, ignore_errors=True)
