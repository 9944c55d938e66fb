"""`playbook export`: the memo of a run as PDF or as slides."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path

from referral_playbook.run.report.files import write_whole
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
        The run has no results, or python-pptx is not installed.
    """
    if find_spec("pptx") is None:
        raise ExportError("Slides need python-pptx. Install it with: pip install 'referral-playbook[deck]'")
    from referral_playbook.run.report.deck import DeckError, deck
    from referral_playbook.run.report.memo.findings import Findings

    try:
        return write_whole(target, deck(Findings.read(run_folder)))
    except (ValueError, DeckError) as error:
        raise ExportError(str(error)) from None
