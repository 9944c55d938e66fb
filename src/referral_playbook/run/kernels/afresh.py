"""A process of notebooks where it cannot be a fork: ``python -m referral_playbook.run.kernels.afresh``."""

from __future__ import annotations

import os
import queue
import sys
import threading

from referral_playbook.run.kernels.forked import serve
from referral_playbook.run.kernels.warm import NEVER

requests: queue.SimpleQueue[bytes] = queue.SimpleQueue()


def hand_on() -> None:
    """Hand on what is asked for on standard input, until the run at its other end is over; then end at once."""
    for line in sys.stdin.buffer:
        requests.put(line)
    os._exit(0)  # whatever a notebook is doing, or has left running


def main() -> None:
    """Run the notebooks that are asked for on standard input; what is said of them goes to standard output."""
    record = os.dup(1)
    os.dup2(2, 1)  # what other programs write is for the log
    threading.Thread(target=hand_on, daemon=True).start()
    sys.modules.update(dict.fromkeys(NEVER))  # type: ignore[arg-type]
    serve(iter(requests.get, None), record)


if __name__ == "__main__":
    main()
