"""What `playbook check` found, as a CSV to correct the exports by: a row per fault, equal ones counted."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from referral_playbook.contract.client_toml.problems import ClientError, Problem
from referral_playbook.intake import Fault
from referral_playbook.run.report.csv_text import csv_text

COLUMNS = ("severity", "file", "table", "line", "column", "value", "problem", "what_to_do", "more_like_it")


def write_faults(path: Path, found: Iterable[Fault] | ClientError) -> None:
    """Write faults of the tables, or problems of client.toml, for a spreadsheet; without any, the header alone.

    The file is written over. `more_like_it` counts further cells with the same fault that have no row.
    """
    rows = list(map(_of_problem, found.problems) if isinstance(found, ClientError) else map(_of_fault, found))
    text = csv_text(rows) if rows else ",".join(COLUMNS) + "\r\n"
    path.write_bytes(text.encode("utf-8-sig"))


def _of_fault(fault: Fault) -> dict[str, Any]:
    cells = (fault.severity, fault.file, fault.table, fault.line, fault.column, fault.value, fault.problem, fault.fix)
    return dict(zip(COLUMNS, (*cells, fault.more), strict=True))


def _of_problem(problem: Problem) -> dict[str, Any]:
    table = problem.path[1] if problem.path[:1] == ("tables",) and len(problem.path) > 1 else ""
    value = None if problem.value is None else str(problem.value)
    cells = ("error", problem.file, table, problem.line, problem.key, value, problem.problem, problem.fix, 0)
    return dict(zip(COLUMNS, cells, strict=True))
