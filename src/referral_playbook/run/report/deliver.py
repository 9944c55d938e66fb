"""Everything that a run hands to people, written from its results and executed notebooks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from referral_playbook.run.report.deck import FILE, deck
from referral_playbook.run.report.evidence import write_evidence
from referral_playbook.run.report.files import write_whole
from referral_playbook.run.report.look import USUAL, Look
from referral_playbook.run.report.memo.findings import Findings
from referral_playbook.run.report.memo.memo import write_memo
from referral_playbook.run.report.pdf import PrinterMissingError, write_pdf
from referral_playbook.run.report.workbook import write_workbook

PDF = "report.pdf"


def deliver(run_folder: Path, *, progress: Callable[[str], None] = print, look: Look = USUAL) -> list[Path]:
    """Write the memo as HTML and PDF, the working papers, the workbook and the lists.

    The same run gives the same bytes. Where the PDF printer is not installed, the PDF is left out and `progress`
    is told what to install.

    Returns
    -------
    list of Path
        The files that were written.
    """
    memo = write_memo(run_folder, look)
    written = [memo, write_evidence(run_folder, private=look.private), *write_workbook(run_folder)]
    try:
        written.append(write_pdf(memo.read_text(encoding="utf-8"), run_folder / PDF))
    except PrinterMissingError as missing:
        progress(str(missing))
    if look.deck:
        written.append(write_whole(run_folder / FILE, deck(Findings.read(run_folder))))
    return written
