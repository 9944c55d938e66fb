"""Whether somebody is looking, or a run writes for a reader who comes later."""

from __future__ import annotations

import os
import sys

HEADLESS = "REFERRAL_PLAYBOOK_HEADLESS"
"""Environment variable that the runner sets: nobody is looking."""


def live() -> bool:
    """Whether somebody may be looking: a Jupyter kernel, and the runner has not said that it is headless.

    Examples
    --------
    >>> live()
    False
    """
    if os.environ.get(HEADLESS):
        return False
    ipython = sys.modules.get("IPython")
    return ipython is not None and hasattr(ipython.get_ipython(), "kernel")
