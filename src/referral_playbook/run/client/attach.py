"""Put a challenge into the run that it belongs to, and carry it from run to run while the data stay the same."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from referral_playbook.contract.challenged import Challenge, read_challenge, write_challenge
from referral_playbook.run.client.manifest import files_digests, read_manifest, write_manifest
from referral_playbook.run.client.up_to_date import report_stands_on
from referral_playbook.run.report.look import USUAL, Look


def carry_challenge(previous: Path, work: Path, inputs: Mapping[str, str]) -> None:
    """Take over the challenge of the previous run where it was made from the same data; else leave it behind."""
    challenge = read_challenge(previous)
    if challenge is not None and dict(challenge.inputs) == dict(inputs):
        write_challenge(challenge, work)


def attach_challenge(challenge: Challenge, run_folder: Path, *, look: Look = USUAL) -> str:
    """Write a challenge into a run folder and make its memo and working papers anew.

    Returns why it was not attached; empty where it was.
    """
    manifest = read_manifest(run_folder)
    if manifest is None:
        return f"there is no run in {run_folder}"
    if manifest.get("inputs") != dict(challenge.inputs):
        return f"the run in {run_folder} was made from other data"
    from referral_playbook.run.report.deliver import deliver

    write_challenge(challenge, run_folder)
    deliver(run_folder, progress=lambda line: None, look=look)
    facts = {key: value for key, value in manifest.items() if key not in ("versions", "files")}
    made_from = files_digests(run_folder, leave_out=("facts",))
    write_manifest(run_folder, {**facts, "report": report_stands_on(made_from, look)})
    return ""
