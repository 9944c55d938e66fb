"""`playbook export`: the memo of a run as PDF or as slides."""

from __future__ import annotations

import shutil
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from referral_playbook.run.report.pdf import PrinterMissingError, write_pdf

DECK = "referral_playbook.run.report.deck"
"""Has ``write_deck(run_folder, target)``."""


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
    """The memo as slides.

    Raises
    ------
    ExportError
        This installation makes no slides.
    """
    if find_spec(DECK) is None:
        raise ExportError("This version makes no slides yet. Use --pdf, or open report.html and print it")
    written = import_module(DECK).write_deck(run_folder, target)
    return Path(written or target)
