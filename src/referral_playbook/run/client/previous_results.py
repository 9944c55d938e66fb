"""The results of the run before, kept beside those of a run, so that the memo can say what changed."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

from referral_playbook.run.client.changed import Previous

KEPT = "previous"
"""The folder of a run that holds them."""


def keep_previous(previous: Previous, work: Path, as_of: date) -> None:
    """Copy the results of the last run at an earlier date into the new run.

    A run that is repeated at the same date compares with the same earlier run as before.
    """
    told = str(previous.manifest.get("as_of", ""))
    results, target = previous.folder / "results", previous.folder / KEPT
    source = results if told and told < as_of.isoformat() else target
    if source.is_dir():
        shutil.copytree(source, work / KEPT)
