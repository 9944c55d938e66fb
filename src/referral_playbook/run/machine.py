"""Faults of the machine, in plain words: a full disk, or a folder that cannot be written to."""

from __future__ import annotations

import errno
import os

WHAT_TO_DO = {
    errno.ENOSPC: "the disk is full. Free some space, or choose a folder on another disk with --out",
    errno.EDQUOT: "your disk quota is used up. Free some space, or choose another folder with --out",
    errno.EROFS: "the disk is read-only. Choose a folder that you can write to with --out",
    errno.EACCES: "permission denied. Ask for the right to use it, or choose another folder with --out",
    errno.EPERM: "permission denied. Ask for the right to use it, or choose another folder with --out",
    errno.ENAMETOOLONG: "the name is too long. Choose a shorter one",
    errno.ELOOP: "the name is a link that leads back to itself. Give the folder itself",
    errno.EIO: "the disk cannot be read or written. Check the disk, or choose another folder with --out",
}
FULL = os.strerror(errno.ENOSPC)


def describe_fault(error: OSError) -> str:
    """One sentence for a fault of the machine: where it is, what is wrong and what to do.

    Examples
    --------
    >>> describe_fault(OSError(errno.ENOSPC, "No space left on device", "reports/acme"))
    'reports/acme: the disk is full. Free some space, or choose a folder on another disk with --out'
    """
    name = str(error.filename or "The run folder")
    shown = name if len(name) <= 100 else f"{name[:97]}..."
    usual = f"{error.strerror or error}. Check the disk and your rights on it, then run again"
    return f"{shown}: {WHAT_TO_DO.get(error.errno or 0, usual)}"


def fault_of_machine(error: BaseException) -> OSError | None:
    """The fault of the machine that an error tells of; None where it is another one.

    DuckDB and Arrow have errors of their own for a full disk, so their text is looked at too.
    """
    if isinstance(error, OSError) and error.errno is not None:
        return error
    return OSError(errno.ENOSPC, FULL) if FULL in str(error) else None
