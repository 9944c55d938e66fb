"""Files a client works with: break-even as a sheet with live formulas, and two lists as CSV."""

from __future__ import annotations

from pathlib import Path

from referral_playbook.contract.files import write_whole
from referral_playbook.contract.handover import load_all
from referral_playbook.contract.names import Step
from referral_playbook.run.report.lists import list_files
from referral_playbook.run.report.sheet.book import break_even_sheet


def write_workbook(run_folder: Path) -> list[Path]:
    """Write what the results of a run allow of ``break-even.xlsx``, ``this-month.csv`` and a file for each list.

    The same results give the same bytes.

    Returns what was written.
    """
    results = load_all(run_folder / "results")
    written = []
    if result := results.get(Step.BREAK_EVEN):
        written.append(write_whole(run_folder / "break-even.xlsx", break_even_sheet(result)))
    return written + [write_whole(run_folder / file, content) for file, content in list_files(results).items()]
