"""The run folder is whole or it is the previous one: written beside, then put in its place."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from referral_playbook.contract.client_toml.problems import CommandFaultError
from referral_playbook.contract.leftovers import sweep
from referral_playbook.run.client.manifest import FILE, read_manifest

if sys.platform != "win32":  # Windows has no flock: two runs into one folder at a time are then not noticed
    import fcntl

AT_FDCWD, RENAME_EXCHANGE = -100, 2
"""Of Linux: paths count from the working folder, and two names change places."""


class FolderError(CommandFaultError):
    """A folder that a run must not replace, or that another run is writing."""


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """A folder to write a run into; it takes the place of `target` when the block ends without an error.

    After an error, or a crash at any moment, the previous run is still there. What was written until
    then stays beside it (`unfinished`) until the next run.

    FolderError says that `target` holds something that is not a run, or that another process writes to it now.
    """
    refuse_strange(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    with _locked(target):
        sweep()
        _restore(target)
        work = unfinished(target)
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir()
        yield work
        _swap(work, target)


def unfinished(target: Path) -> Path:
    """Where a run that goes to `target` is written."""
    return target.with_name(f".{target.name}.part")


def _previous(target: Path) -> Path:
    return target.with_name(f".{target.name}.previous")


def refuse_strange(target: Path) -> None:
    """Refuse to replace what is not a run: a mistyped --out must not cost a folder of somebody's files."""
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise FolderError(f"{target} is not a folder; name another one with --out")
    if target.is_dir() and any(target.iterdir()) and read_manifest(target) is None:
        raise FolderError(f"{target} holds files but no {FILE} of a run; name another folder with --out")


def _restore(target: Path) -> None:
    """Undo a swap that was cut off between its two renames."""
    if _previous(target).is_dir() and not target.exists():
        _previous(target).rename(target)


def _swap(work: Path, target: Path) -> None:
    previous = _previous(target)
    shutil.rmtree(previous, ignore_errors=True)
    if target.is_dir() and _exchange(work, target):
        shutil.rmtree(work, ignore_errors=True)  # it holds the previous run now
        return
    if target.is_dir():
        target.rename(previous)
    work.rename(target)
    shutil.rmtree(previous, ignore_errors=True)


def _exchange(one: Path, other: Path) -> bool:
    """Swap two folders in one step, so that there is no moment without a run; False where the system cannot."""
    if not sys.platform.startswith("linux"):
        return False
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:  # another C library than glibc
        return False
    here = ctypes.c_int(AT_FDCWD)
    return bool(rename(here, os.fsencode(one), here, os.fsencode(other), ctypes.c_uint(RENAME_EXCHANGE)) == 0)


@contextmanager
def _locked(target: Path) -> Iterator[None]:
    if sys.platform == "win32":
        yield
        return
    # The file stays: whoever removed it could let two runs hold a lock on two files of one name.
    with target.with_name(f".{target.name}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise FolderError(f"another run is writing {target} now; wait for it or use --out") from None
        yield
