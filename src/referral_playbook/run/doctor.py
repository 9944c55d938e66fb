"""`playbook doctor`: whether this machine has what a run needs."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from referral_playbook.facts.engines.places import KINDS, Kind
from referral_playbook.run.client.manifest import LIBRARIES
from referral_playbook.run.client.plan import PlanError, find_notebooks, notebooks_dir


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing looked at; a run goes on without it where it is not `needed`."""

    name: str
    passed: bool
    text: str
    needed: bool = True


def examine() -> list[Finding]:
    """Look at everything; nothing is changed but a temporary file."""
    looks: tuple[Callable[[], Finding], ...] = (_python, _libraries, _notebooks, _reports, _temporary, _fork, _printer)
    engines = dict.fromkeys(KINDS.values())  # two schemes mean PostgreSQL
    return [*(look() for look in looks), *(_engine(kind) for kind in engines)]


def _python() -> Finding:
    now = ".".join(map(str, sys.version_info[:3]))
    return Finding(name="Python", passed=(3, 11) <= sys.version_info[:2] < (3, 14), text=f"{now} at {sys.executable}")


def _libraries() -> Finding:
    versions, missing = [], []
    for library in (*LIBRARIES, "ipykernel", "nbconvert", "jupyterlab"):
        try:
            versions.append(f"{library} {version(library)}")
        except PackageNotFoundError:
            missing.append(library)
    text = ", ".join(versions) + (f"; missing: {', '.join(missing)}" if missing else "")
    return Finding(name="libraries", passed=not missing, text=text)


def _notebooks() -> Finding:
    try:
        place = notebooks_dir()
        return Finding(name="notebooks", passed=True, text=f"{len(find_notebooks(place))} in {place}")
    except (PlanError, ValueError) as error:
        return Finding(name="notebooks", passed=False, text=str(error))


def _reports() -> Finding:
    place = Path("reports")
    nearest = next(folder for folder in (place.absolute(), *place.absolute().parents) if folder.exists())
    return _writable("reports", nearest)


def _temporary() -> Finding:
    return _writable("temporary files", Path(tempfile.gettempdir()))


def _writable(name: str, folder: Path) -> Finding:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return Finding(name=name, passed=True, text=f"{folder} can be written")
    except OSError as error:
        return Finding(name=name, passed=False, text=f"{folder} cannot be written: {error.strerror}")


def _engine(kind: Kind) -> Finding:
    text = f"facts can be computed there ({kind.imports} is installed)" if kind.installed else kind.remedy
    return Finding(name=f"engine {kind.name}", passed=kind.installed, text=text, needed=not kind.extra)


def _printer() -> Finding:
    """Whether the memo can be printed to PDF."""
    from referral_playbook.run.report.pdf import PrinterMissingError, load_printer

    try:
        load_printer()
    except PrinterMissingError as error:
        return Finding(name="PDF", passed=False, text=str(error), needed=False)
    return Finding(name="PDF", passed=True, text="the memo can be printed to report.pdf", needed=False)


def _fork() -> Finding:
    there = hasattr(os, "fork")
    text = "kernels start from one warm process" if there else "not on this system: kernels start one by one, slower"
    return Finding(name="fork", passed=there, text=text, needed=False)
