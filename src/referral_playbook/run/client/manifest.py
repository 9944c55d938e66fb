"""What a run stood on and what came of it: ``manifest.json``, written last. No clock in it."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from referral_playbook.contract.files import write_json

FILE = "manifest.json"
MARK = "referral_playbook_run"
FORMAT = 1
PACKAGE = Path(__file__).resolve().parents[2]
LIBRARIES = ("referral-playbook", "numpy", "pandas", "scipy", "matplotlib", "duckdb", "ibis-framework", "papermill")
STEP_CODE = ("contract", "facts", "intake", "methods", "benchmarks", "domain", "steps", "show")
RUN_CODE = ("contract", "show", "run")


def digest(value: Any) -> str:
    """SHA-256 of a JSON value.

    Examples
    --------
    >>> digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    True
    """
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def file_digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def files_digests(folder: Path, *, leave_out: Iterable[str] = ()) -> dict[str, str]:
    """SHA-256 of every file below a folder, by its path there; but of those in the folders that are left out."""
    skipped = tuple(f"{name}/" for name in leave_out)
    paths = {p.relative_to(folder).as_posix(): p for p in sorted(folder.rglob("*")) if p.is_file()}
    return {name: file_digest(path) for name, path in paths.items() if not name.startswith(skipped)}


@cache
def code_digest(rooms: tuple[str, ...] = STEP_CODE) -> str:
    """One SHA-256 over our source in these rooms: a changed rule makes old results stale as changed data do."""
    files = (
        p for room in rooms for p in (PACKAGE / room).rglob("*") if p.is_file() and p.suffix not in (".pyc", ".pyo")
    )
    return digest({p.relative_to(PACKAGE).as_posix(): file_digest(p) for p in files})


@cache
def versions() -> Mapping[str, str]:
    """Python and the libraries that numbers depend on."""
    return {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}}


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest of a run folder, None where the folder is no run of ours."""
    try:
        manifest = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return manifest if isinstance(manifest, dict) and manifest.get(MARK) == FORMAT else None


def write_manifest(folder: Path, told: Mapping[str, Any]) -> Path:
    """Write ``manifest.json`` with the SHA-256 of every file of the run but its facts and itself."""
    files = files_digests(folder, leave_out=("facts",))
    files.pop(FILE, None)  # that of the run before, where a challenge is attached
    return write_json(folder / FILE, {MARK: FORMAT, **told, "versions": dict(versions()), "files": files})
