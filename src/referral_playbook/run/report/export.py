"""`playbook export`: the memo of a run as PDF, as slides or as a Word document."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

from referral_playbook.contract.client_toml.problems import CommandFaultError
from referral_playbook.contract.files import write_whole
from referral_playbook.contract.writing.language import numbers_in
from referral_playbook.run.report.deck import deck
from referral_playbook.run.report.deliver import language_of
from referral_playbook.run.report.docx import memo_docx
from referral_playbook.run.report.memo.findings import Findings
from referral_playbook.run.report.pdf import write_pdf


class ExportError(CommandFaultError):
    """The report cannot be written in this form; the message says what is missing."""


def export_pdf(run_folder: Path, target: Path) -> Path:
    """The memo as PDF: the one of the run, or printed now.

    ExportError says that the run has no memo, PrinterMissingError that it cannot be printed here.
    """
    memo, made = run_folder / "report.html", run_folder / "report.pdf"
    if made.is_file():
        shutil.copyfile(made, target)
        return target
    if not memo.is_file():
        raise ExportError(f"{memo}: there is no memo. Run the client again: playbook run CLIENT")
    return write_pdf(memo.read_text(encoding="utf-8"), target)


def _export(make: Callable[[Findings], bytes], run_folder: Path, target: Path) -> Path:
    """The memo as slides or as a Word document, made from the results of the run.

    ExportError says that the library that writes it is not installed, or that there is no run.
    """
    try:
        with numbers_in(language_of(run_folder)):
            return write_whole(target, make(Findings.read(run_folder)))
    except ValueError as missing:
        raise ExportError(str(missing)) from None


export_deck, export_docx = partial(_export, deck), partial(_export, memo_docx)
