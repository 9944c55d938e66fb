"""Whether a step must run again: what it stands on, against what the previous run stood on."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from referral_playbook.run.client.manifest import file_digest, read_manifest

CHANGED = {
    "notebook": "its notebook changed",
    "inputs": "the client's files changed",
    "parameters": "its parameters changed",
    "upstream": "an earlier result changed",
    "plan": "what was decided or compared changed",
    "code": "our code changed",
    "versions": "the libraries changed",
}


@dataclass(frozen=True, kw_only=True)
class Previous:
    """The run that a folder holds; without steps where it holds none."""

    folder: Path
    manifest: Mapping[str, Any]

    @classmethod
    def at(cls, folder: Path) -> Previous:
        return cls(folder=folder, manifest=read_manifest(folder) or {})

    def step(self, step: str) -> Mapping[str, Any] | None:
        """What the manifest says of a step whose files are whole."""
        entry = self.manifest.get("steps", {}).get(step)
        return entry if entry and self.holds(f"results/{step}.json", f"notebooks/{entry['notebook']}") else None

    def holds(self, *names: str) -> bool:
        """Whether these files are there with the bytes that the manifest tells."""
        sums = self.manifest.get("files", {})
        return all(n in sums and (p := self.folder / n).is_file() and file_digest(p) == sums[n] for n in names)

    def hand_on(self, work: Path, *names: str) -> None:
        """Give files or folders of this run to the next one, without a copy where the disk can link."""
        for name in names:
            source, target = self.folder / name, work / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, copy_function=_link)
            else:
                _link(source, target)


def _link(source: str | Path, target: str | Path) -> None:
    # Files of a run are replaced, never written into, so two runs can share one.
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def why_run(told: Mapping[str, Any] | None, stands_on: Mapping[str, str], *, fresh: bool) -> str:
    """Why a step must run; empty where its previous result stands on the same things.

    Examples
    --------
    >>> why_run(None, {"notebook": "a"}, fresh=False)
    'no earlier result'
    >>> why_run({"stands_on": {"notebook": "a"}}, {"notebook": "b"}, fresh=False)
    'its notebook changed'
    >>> why_run({"stands_on": {"notebook": "a"}}, {"notebook": "a"}, fresh=False)
    ''
    """
    if fresh:
        return "asked for with --fresh"
    if told is None:
        return "no earlier result"
    before = told["stands_on"]
    return ", ".join(CHANGED[part] for part, now in stands_on.items() if before.get(part) != now)
