"""Temporary folders whose name says which process made them, so that a later run can remove those of a killed one."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path

_NAME = re.compile(r"playbook-[a-z]+-(\d+)-(\d+)-\w+")


def prefix_of(kind: str) -> str:
    """How the name of a temporary folder of this process begins."""
    return f"playbook-{kind}-{_namespace()}-{os.getpid()}-"


def sweep(folder: Path | None = None) -> list[Path]:
    """Remove the temporary folders of processes that are gone, for instance killed.

    They lie in `folder`, by default the system's place for them. Folders of other users, and of processes of another
    container that shares the place, stay. Returns what was removed.
    """
    place = folder or Path(tempfile.gettempdir())
    left = [path for path in place.glob("playbook-*") if _is_left(path)]
    for path in left:
        shutil.rmtree(path, ignore_errors=True)
    return left


def _is_left(path: Path) -> bool:
    match = _NAME.fullmatch(path.name)
    if match is None or path.is_symlink() or not path.is_dir() or int(match[1]) != _namespace():
        return False
    ours = not hasattr(os, "getuid") or path.stat().st_uid == os.getuid()
    return ours and not _is_alive(int(match[2]))


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:  # another user's process: it is there
        return True
    return True


def _namespace() -> int:
    """A number of the space in which process ids count; 0 where there is only one, or where nobody can tell."""
    try:
        return os.stat("/proc/self/ns/pid").st_ino
    except OSError:
        return 0
