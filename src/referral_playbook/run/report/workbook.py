"""Files a client works with: break-even as a sheet with live formulas, and two lists as CSV."""

from __future__ import annotations

import os
from pathlib import Path

from referral_playbook.contract.evidence import StepResult
from referral_playbook.contract.handover import load
from referral_playbook.run.report.break_even_sheet import break_even_sheet
from referral_playbook.run.report.csv_text import csv_text

LISTS = {"ask_list": "ask-list.csv", "close_the_loop": "close-the-loop.csv"}
"""Tables of `ask_and_follow_up` and the files they become."""


def write_workbook(run_folder: Path) -> list[Path]:
    """Write what the results of a run allow of ``break-even.xlsx``, ``ask-list.csv`` and ``close-the-loop.csv``.

    The same results give the same bytes.

    Returns
    -------
    list of Path
        What was written.
    """
    written = []
    if result := load("break_even", run_folder / "results"):
        written.append(_write(run_folder / "break-even.xlsx", break_even_sheet(result)))
    if follow_up := load("ask_and_follow_up", run_folder / "results"):
        written += _lists(follow_up, run_folder)
    return written


def _lists(result: StepResult, run_folder: Path) -> list[Path]:
    found = {file: result.tables[name] for name, file in LISTS.items() if result.tables.get(name)}
    # Excel takes a CSV for UTF-8 only when it begins with the mark.
    return [_write(run_folder / file, csv_text(rows).encode("utf-8-sig")) for file, rows in found.items()]


def _write(path: Path, content: bytes) -> Path:
    beside = path.with_name(f"{path.name}.part")
    beside.write_bytes(content)
    os.replace(beside, path)
    return path
