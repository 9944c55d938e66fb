"""`playbook check`: a line per table with what was done to its rows, and a record that ended early."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pandas as pd
import pytest

from referral_playbook.contract.client_toml.problems import ClientFaultError
from referral_playbook.intake.files import pieces
from referral_playbook.run.client.checking import _ends_early, _line, check_client

ROW = {
    "table": "payments",
    "rows_used": 1200,
    "first": "2025-01-01",
    "last": "2026-09-30",
    "synthetic_dates": False,
    "rows_blank": 0,
    "rows_repeated": 0,
    "rows_left_out": 0,
    "rows_after_as_of": 0,
    "duplicates": 0,
    "orphans": 0,
    "converted": {},
    "note": "",
}


def test_a_table_without_faults_is_its_rows_and_dates():
    assert _line(ROW) == "payments: 1,200 rows, 2025-01-01 to 2026-09-30"
    assert _line(ROW | {"first": "", "last": "", "rows_used": 1}) == "payments: 1 row"


def test_all_that_was_done_to_rows_is_said():
    row = ROW | {"rows_blank": 1, "rows_left_out": 20, "rows_after_as_of": 3, "duplicates": 1, "orphans": 2}
    row |= {"rows_repeated": 4, "converted": {"USD": 7}, "note": "joined"}
    assert _line(row).split("; ")[1:] == [
        "1 blank row skipped",
        "4 repeated rows folded",
        "20 rows left out by 'where'",
        "3 rows after the as-of date, not used",
        "1 duplicate",
        "2 rows whose customer is not in customers",
        "7 rows converted from USD",
        "joined",
    ]


def early(last, *, synthetic=False, left=None):
    tables = {} if left is None else {"customers": pd.DataFrame({"left_on": [pd.Timestamp(left), pd.NaT]})}
    intake = SimpleNamespace(tables=tables, quality={"payments": ROW | {"last": last, "synthetic_dates": synthetic}})
    return _ends_early(SimpleNamespace(as_of=date(2026, 9, 30)), intake)


@pytest.mark.parametrize(("last", "warned"), [("2026-06-30", 0), ("2026-06-29", 1), ("", 0), ("2026-09-30", 0)])
def test_a_record_that_ends_more_than_92_days_before_is_warned_of(last, warned):
    """30 June is 92 days before 30 September."""
    assert len(early(last)) == warned


def test_made_up_dates_do_not_count_and_the_last_leaver_does():
    assert early("2020-01-01", synthetic=True) == []
    assert early("2026-01-01", left="2026-09-01") == []
    (warning,) = early("2026-01-01", left="2026-03-01")
    assert "the record ends on 2026-03-01, 213 days before the as-of date 2026-09-30" in warning


def test_a_client_read_in_pieces_is_checked_with_the_same_words(client_dir, monkeypatch):
    rows = "a,2026-01-01,\nb,2026-01-01,2026-04-01\n"
    (client_dir / "customers.csv").write_text(f"customer_id,joined_on,left_on\n{rows}", encoding="utf-8")
    whole = list(check_client(client_dir))
    assert any("the record ends on 2026-04-01" in line for line in whole)
    monkeypatch.setattr(pieces, "BIG", 0)
    assert list(check_client(client_dir)) == whole


def test_a_small_client_is_checked_line_by_line(client_dir):
    lines = list(check_client(client_dir))
    assert lines[0] == "Acme: as of 2026-09-30, GBP"
    assert lines[1].startswith("customers: 2 rows")
    assert any(line.startswith("not given: ") and "payments" in line for line in lines)
    assert lines[-1].startswith("1 table read, no errors, ")


def test_a_fault_is_raised_and_written_to_the_file(client_dir, tmp_path):
    (client_dir / "customers.csv").write_text("customer_id,joined_on\na,soon\n", encoding="utf-8")
    with pytest.raises(ClientFaultError):
        list(check_client(client_dir, faults_file=tmp_path / "faults.csv"))
    assert "soon" in (tmp_path / "faults.csv").read_text(encoding="utf-8")
