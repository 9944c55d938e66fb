"""Rows that repeat another cell by cell: folded, kept, warned of or refused."""

from __future__ import annotations

import pytest

PAYMENTS = '[tables.payments]\nfile = "p.csv"\n'
ROWS = "customer_id,paid_on,amount\nA,2026-01-05,10\nB,2026-01-05,10\nA,2026-01-05,10\nA,2026-01-05,10\n"


def test_repeats_are_used_with_a_warning(read) -> None:  # type: ignore[no-untyped-def]
    found = read(PAYMENTS, {"p.csv": ROWS})
    assert len(found.tables["payments"]) == 4
    (fault,) = [f for f in found.faults if "equal to an earlier row" in f.problem]
    assert (fault.problem, fault.line, fault.severity) == ("2 rows equal to an earlier row in every cell", 4, "warning")


def test_folded_repeats_are_counted_and_left_out(read) -> None:  # type: ignore[no-untyped-def]
    found = read(PAYMENTS + 'repeats = "fold"\n', {"p.csv": ROWS})
    assert found.tables["payments"]["customer_id"].tolist() == ["A", "B"]
    assert found.quality["payments"]["rows_repeated"] == 2


def test_repeats_that_are_meant_need_no_warning(read) -> None:  # type: ignore[no-untyped-def]
    found = read(PAYMENTS + 'repeats = "keep"\n', {"p.csv": ROWS})
    assert len(found.tables["payments"]) == 4
    assert not [f for f in found.faults if "equal to an earlier row" in f.problem]


def test_a_row_that_two_files_have_is_refused(errors) -> None:  # type: ignore[no-untyped-def]
    head, first, second, *_ = ROWS.splitlines(keepends=True)
    toml = '[tables.payments]\nfiles = ["p.csv", "q.csv"]\n'
    (fault,) = errors(toml, {"p.csv": head + first, "q.csv": head + second + first})
    assert (fault.file, fault.line) == ("q.csv", 3)
    assert "1 row that another file has too" in fault.problem


@pytest.mark.parametrize("last", ["A,2026-01-05,10.0", "A,2026-01-06,10"])
def test_a_row_that_differs_in_one_cell_is_no_repeat(read, last: str) -> None:  # type: ignore[no-untyped-def]
    found = read(PAYMENTS, {"p.csv": "customer_id,paid_on,amount\nA,2026-01-05,10\nB,2026-01-07,3\n" + last + "\n"})
    assert not [f for f in found.faults if "equal to an earlier row" in f.problem]
