"""What stands beside the facts: what intake counted, and rows in the types that a fact has."""

from __future__ import annotations

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from referral_playbook.facts.described import counted_by_intake, has_made_dates, with_counted, write_rows


def _row(table, **more):
    row = {"rows_used": 9, "rows_after_as_of": 0, "duplicates": 1, "rows_alike": 2, "orphans": 3, "files": ["a.csv"]}
    return {"table": table, "synthetic_dates": False, **row, **more}


@pytest.fixture
def said(tmp_path):
    def _said(*rows):
        (tmp_path / "quality.json").write_text(json.dumps({"tables": rows}))
        return tmp_path

    return _said


def test_duplicates_are_of_the_key_or_of_all_columns(said):
    folder = said(_row("referrals"), _row("payments"))
    assert counted_by_intake(folder) == {
        "referrals": {"duplicates": 1, "orphans": 3},
        "payments": {"duplicates": 2, "orphans": 3},
    }


def test_orphans_are_counted_again_where_rows_are_late_or_in_several_files(said):
    assert counted_by_intake(said(_row("payments", rows_after_as_of=1))) == {"payments": {"duplicates": 2}}
    assert counted_by_intake(said(_row("payments", files=["a.csv", "b.csv"]))) == {"payments": {"duplicates": 2}}
    late_customers = said(_row("payments"), _row("customers", rows_after_as_of=1))
    assert "orphans" not in counted_by_intake(late_customers)["payments"]
    assert counted_by_intake(said(_row("payments", rows_alike=None, orphans=None))) == {"payments": {}}


def test_dates_are_made_only_where_intake_says_so(said, tmp_path):
    assert not has_made_dates(tmp_path / "by-hand")
    assert counted_by_intake(tmp_path / "by-hand") == {}
    assert not has_made_dates(said(_row("customers")))
    assert has_made_dates(said(_row("customers", synthetic_dates=True)))


def test_what_intake_counted_stands_in_the_summary_of_its_table_and_in_no_other_fact():
    shape = pa.schema([("table", pa.string()), ("orphans", pa.int64()), ("duplicates", pa.int64())])
    rows = [{"table": name, "orphans": None, "duplicates": 7} for name in ("payments", "leads")]
    batch, counted = pa.RecordBatch.from_pylist(rows, schema=shape), {"payments": {"orphans": 0}}
    (found,) = with_counted("table_summary", [batch], counted)
    assert found.schema == shape
    assert found.to_pylist() == [{**rows[0], "orphans": 0}, rows[1]]
    assert list(with_counted("costs", [batch], counted)) == [batch]


def test_rows_are_written_in_the_types_of_the_fact_and_counted(tmp_path):
    schema = pa.schema([("payments", pa.int64())])
    batches = [pa.record_batch({"payments": pa.array(values, pa.int32())}) for values in ([1, 2], [3])]
    assert write_rows(tmp_path / "fact.parquet", schema, batches) == 3
    written = pq.read_table(tmp_path / "fact.parquet")
    assert written.schema == schema
    assert written["payments"].to_pylist() == [1, 2, 3]
    assert [path.name for path in tmp_path.iterdir()] == ["fact.parquet"]
