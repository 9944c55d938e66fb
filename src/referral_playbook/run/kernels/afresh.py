"""The process of one notebook where it cannot be a fork: ``python -m referral_playbook.run.kernels.afresh``."""

from __future__ import annotations

import os
import sys
import threading

from referral_playbook.run.kernels.forked import call_with_file
from referral_playbook.run.kernels.warm import NEVER


def end_with_the_run() -> None:
    """Wait until the run that holds the other end of our standard input is over, however it ended; then end too."""
    os.read(0, 1)
    os._exit(1)


def main(arguments: list[str]) -> None:
    """Call the function that runs a notebook, with the arguments in a file; its answer goes to another file."""
    threading.Thread(target=end_with_the_run, daemon=True).start()
    sys.modules.update(dict.fromkeys(NEVER))  # type: ignore[arg-type]
    os._exit(call_with_file(*arguments))  # whatever the notebook has left running


if __name__ == "__main__":
    main(sys.argv[1:])
