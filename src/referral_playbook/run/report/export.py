"""`playbook export`: the memo of a run as PDF, as slides or as a Word document."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from referral_playbook.contract.files import write_whole
from referral_playbook.contract.writing.language import numbers_in
from referral_playbook.run.report.deck import DeckError, deck
from referral_playbook.run.report.deliver import language_of
from referral_playbook.run.report.docx import DocxError, memo_docx
from referral_playbook.run.report.memo.findings import Findings
from referral_playbook.run.report.pdf import PrinterMissingError, write_pdf


class ExportError(RuntimeError):
    """The report cannot be written in this form; the message says what is missing."""


def export_pdf(run_folder: Path, target: Path) -> Path:
    """The memo as PDF: the one of the run, or printed now.

    Raises
    ------
    ExportError
        The run has no memo, or the PDF printer is not installed.
    """
    memo, made = run_folder / "report.html", run_folder / "report.pdf"
    if made.is_file():
        shutil.copyfile(made, target)
        return target
    if not memo.is_file():
        raise ExportError(f"{memo}: there is no memo. Run the client again: playbook run CLIENT")
    try:
        return write_pdf(memo.read_text(encoding="utf-8"), target)
    except PrinterMissingError as missing:
        raise ExportError(str(missing)) from None


def export_deck(run_folder: Path, target: Path) -> Path:
    """The memo as slides, made from the results of the run.

    Raises
    ------
    ExportError
        python-pptx is not installed, or there is no run.
    """
    return _export(run_folder, target, deck)


def export_docx(run_folder: Path, target: Path) -> Path:
    """The memo as a Word document.

    Raises
    ------
    ExportError
        python-docx is not installed, or there is no run.
    """
    return _export(run_folder, target, memo_docx)


def _export(run_folder: Path, target: Path, make: Callable[[Findings], bytes]) -> Path:
    try:
        with numbers_in(language_of(run_folder)):
            return write_whole(target, make(Findings.read(run_folder)))
    except (DeckError, DocxError, ValueError) as missing:
        raise ExportError(str(missing)) from None
