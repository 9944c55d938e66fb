"""The environment that every kernel gets, whichever way it is started."""

from __future__ import annotations

ENVIRONMENT = {
    # The same bytes on every machine: no local time, no local language, no window, one order of sets.
    "TZ": "UTC",
    "LC_ALL": "C.UTF-8",
    "MPLBACKEND": "Agg",
    "REFERRAL_PLAYBOOK_HEADLESS": "1",  # the what-if prints its table: nobody is there to move a slider
    "PYTHONHASHSEED": "0",
    # A kernel is one of several at work; threads of its own would only get in the way of the others.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    # glibc gives large arrays back to the system one by one and asks for them again; each time every page is cleared.
    "MALLOC_MMAP_THRESHOLD_": str(1 << 28),
    "MALLOC_TRIM_THRESHOLD_": str(1 << 28),
}
