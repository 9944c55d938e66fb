"""The tables of a client together: tenure, quality figures, files written."""

from __future__ import annotations

import datetime as dt
import json
import math

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral_playbook.intake import write_tables
from referral_playbook.intake.columns.rules import DAYS_PER_MONTH

CUSTOMERS = '[tables.customers]\nfile = "c.csv"\n'
TENURE = "customer_id,tenure_months,status\na,1,active\nb,24,left\nc,0,active\n"


def test_tenure_and_status_stand_for_dates(read) -> None:
    intake = read(CUSTOMERS, {"c.csv": TENURE})
    frame = intake.tables["customers"]
    as_of = dt.date(2026, 9, 30)
    days = [(as_of - day).days for day in frame["joined_on"].dt.date]
    assert [math.floor(d / DAYS_PER_MONTH) for d in days] == [1, 24, 0]
    assert frame["left_on"].dt.date.tolist()[1] == as_of
    assert frame["left_on"].isna().tolist() == [True, False, True]
    quality = intake.quality["customers"]
    assert quality["synthetic_dates"] is True
    assert "calendar dates are not" in quality["note"]
    assert (quality["first"], quality["last"]) == (None, None)  # invented dates are not shown as a period


@given(st.integers(0, 600))
def test_whole_months_survive_the_way_through_days(months: int) -> None:
    assert math.floor(math.ceil(months * DAYS_PER_MONTH) / DAYS_PER_MONTH) == months


def test_tenure_needs_its_status(errors) -> None:
    (fault,) = errors(CUSTOMERS, {"c.csv": "customer_id,tenure_months\na,1\n"})
    assert "status" in fault.fix
    (fault,) = errors(CUSTOMERS, {"c.csv": TENURE.replace("24,left", "24,")})
    assert (fault.line, fault.column, fault.value) == (3, "status", "")
    (fault,) = errors(CUSTOMERS, {"c.csv": TENURE.replace("24,left", ",left")})
    assert (fault.line, fault.column) == (3, "tenure_months")


def test_real_dates_come_before_tenure(read) -> None:
    text = "customer_id,joined_on,tenure_months,status\na,2026-01-01,99,active\n"
    intake = read(CUSTOMERS, {"c.csv": text})
    assert intake.tables["customers"]["joined_on"].dt.date.tolist() == [dt.date(2026, 1, 1)]
    assert intake.quality["customers"]["synthetic_dates"] is False


def test_quality_counts(read) -> None:
    payments = '[tables.payments]\nfile = "p.csv"\n'
    text = "customer_id,paid_on,amount\na,2026-01-01,1\nz,2026-10-01,2\na,2026-09-30,3\n"
    intake = read(CUSTOMERS + payments, {"c.csv": "customer_id,joined_on\na,2026-01-01\n", "p.csv": text})
    assert dict(intake.quality["payments"]) == {
        "table": "payments",
        "files": [{"file": "p.csv", "rows": 3}],
        "rows_in_files": 3,
        "rows_blank": 0,
        "rows_repeated": 0,
        "rows_alike": 0,
        "rows_left_out": 0,
        "rows_used": 2,
        "rows_after_as_of": 1,
        "first": "2026-01-01",
        "last": "2026-09-30",
        "faults": {"paid_on": 1, "customer_id": 1},
        "duplicates": 0,
        "orphans": 1,
        "synthetic_dates": False,
        "converted": {},
        "unmapped": {},
        "absent_words": {},
        "scale": {},
        "note": "",
    }
    assert len(intake.tables["payments"]) == 3


def test_only_columns_that_the_client_has(read) -> None:
    frame = read(CUSTOMERS, {"c.csv": "joined_on,customer_id\n2026-01-01,a\n"}).tables["customers"]
    assert frame.columns.tolist() == ["customer_id", "joined_on"]


def test_what_is_written(read, tmp_path) -> None:
    costs = '[tables.costs]\nfile = "k.csv"\ndates = "%m/%Y"\n'
    text = "customer_id,joined_on,monthly_amount,referrals_made,segment\na,2026-01-01,1.5,3,\n"
    intake = read(CUSTOMERS + costs, {"c.csv": text, "k.csv": "month,item,hours,amount\n09/2026,software,0,9\n"})
    out = write_tables(intake, tmp_path / "tables")
    table = pq.read_table(out / "customers.parquet")
    assert table.schema.types == [pa.string(), pa.date32(), pa.string(), pa.int64(), pa.float64()]
    assert table.to_pylist() == [
        {
            "customer_id": "a",
            "joined_on": dt.date(2026, 1, 1),
            "segment": None,
            "referrals_made": 3,
            "monthly_amount": 1.5,
        }
    ]
    assert pq.read_table(out / "costs.parquet")["month"].to_pylist() == ["2026-09"]
    told = json.loads((out / "quality.json").read_text(encoding="utf-8"))
    assert [row["table"] for row in told["tables"]] == ["customers", "costs"]
    assert told["faults"] == []
    first = {path.name: path.read_bytes() for path in out.iterdir()}
    write_tables(intake, out)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == first


def test_dates_far_away_are_read_or_refused_never_bent(read, errors) -> None:
    text = "customer_id,joined_on\na,1970-01-01\n"
    assert read(CUSTOMERS, {"c.csv": text}).tables["customers"]["joined_on"].dt.year.tolist() == [1970]
    (fault,) = errors(CUSTOMERS, {"c.csv": text.replace("1970", "9999")})
    assert fault.value == "9999-01-01"


@pytest.mark.parametrize("months", ["1200", "99999"])
def test_a_tenure_longer_than_a_life_is_refused(errors, months) -> None:
    (fault,) = errors(CUSTOMERS, {"c.csv": f"customer_id,tenure_months,status\na,{months},active\n"})
    assert (fault.line, fault.value) == (2, months)
