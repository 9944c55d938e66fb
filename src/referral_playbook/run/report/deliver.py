"""Everything that a run hands to people, written from its results and executed notebooks."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from referral_playbook.contract.files import write_whole
from referral_playbook.contract.writing.language import numbers_in
from referral_playbook.facts.fresh import FACTS_FILE
from referral_playbook.run.report.evidence import write_evidence
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

    Returns the files that were written.
    """
    with numbers_in(language_of(run_folder)):
        return _deliver(run_folder, progress, look)


def language_of(run_folder: Path) -> str | None:
    """The client's language, as the facts of the run have it; None for the usual one."""
    facts = run_folder / "facts" / FACTS_FILE
    return json.loads(facts.read_text(encoding="utf-8")).get("language") if facts.is_file() else None


def _deliver(run_folder: Path, progress: Callable[[str], None], look: Look) -> list[Path]:
    memo = write_memo(run_folder, look)
    written = [memo, write_evidence(run_folder, private=look.private), *write_workbook(run_folder)]
    try:
        written.append(write_pdf(memo.read_text(encoding="utf-8"), run_folder / PDF))
    except PrinterMissingError as missing:
        progress(str(missing))
    if look.deck:
        # Here and not above: python-pptx takes most of a second, and few runs make a deck.
        from referral_playbook.run.report.deck import FILE, deck

        written.append(write_whole(run_folder / FILE, deck(Findings.read(run_folder))))
    if look.docx:
        from referral_playbook.run.report.docx import FILE as DOCX
        from referral_playbook.run.report.docx import memo_docx

        written.append(write_whole(run_folder / DOCX, memo_docx(Findings.read(run_folder))))
    return written


def delivered(run_folder: str, look: Mapping[str, Any]) -> list[str]:
    """Do the same in another process, to which a look goes as plain values; what `progress` was told comes back."""
    lines: list[str] = []
    deliver(Path(run_folder), progress=lines.append, look=Look(**look))
    return lines
