"""A run in which nothing is to be done: found by fingerprints alone, without a kernel and without writing a file."""

from __future__ import annotations

from collections.abc import Mapping

from referral_playbook.contract.challenged import FILE as CHALLENGE
from referral_playbook.run.client.chain import Job, StepRun
from referral_playbook.run.client.changed import why_run
from referral_playbook.run.client.manifest import RUN_CODE, code_digest, digest, versions
from referral_playbook.run.report.look import USUAL, Look

MADE_FROM = ("notebooks/", "results/", "previous/", CHALLENGE)
"""Where the files of a run are that its report is made from."""


def report_stands_on(files: Mapping[str, str], look: Look = USUAL) -> str:
    """SHA-256 of everything that the report and its companions are made from.

    `files` has the SHA-256 of the files of a run by their path there; only notebooks, results and the challenge count.
    """
    made_from = {path: sha for path, sha in files.items() if path.startswith(MADE_FROM)}
    return digest([made_from, code_digest(RUN_CODE), versions(), *look.key])


def standing(job: Job) -> tuple[StepRun, ...] | None:
    """The steps of the previous run where all of it stands as it is; None where anything must be done.

    Whether the facts are fresh is not looked at.
    """
    manifest = job.previous.manifest
    files, steps = manifest.get("files", {}), manifest.get("steps", {})
    if job.fresh or list(steps) != list(job.books) or manifest.get("parameters") != job.settings.to_dict():
        return None
    if any(why_run(steps[step], job.stands_on(step, files), fresh=False) for step in job.books):
        return None
    if manifest.get("report") != report_stands_on(files, job.look) or not job.previous.holds(*files):
        return None
    return tuple(StepRun.kept(step, one) for step, one in steps.items())
