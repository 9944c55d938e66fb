"""Everything that a run hands to people, written from its results and executed notebooks."""

from __future__ import annotations

from pathlib import Path

from referral_playbook.run.report.evidence import write_evidence
from referral_playbook.run.report.memo.memo import write_memo
from referral_playbook.run.report.workbook import write_workbook

REPORT, EVIDENCE = "report.html", "evidence.html"


def deliver(run_folder: Path) -> list[Path]:
    """Write the memo, the working papers, the workbook and the lists; the same run gives the same bytes.

    Returns
    -------
    list of Path
        The files that were written.
    """
    return [write_memo(run_folder), write_evidence(run_folder), *write_workbook(run_folder)]
