"""The data-quality page from a quality report written out by hand."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pandas as pd
import pytest

from referral_playbook.steps.intake import data_quality


def table(name, rows, **changed):
    row = {
        "table": name,
        "files": [{"file": f"{name}.csv", "rows": rows}],
        "rows_in_files": rows,
        "rows_left_out": 0,
        "rows_after_as_of": 0,
        "rows_used": rows,
        "first": "2025-01-01",
        "last": "2026-01-01",
        "faults": {},
        "duplicates": 0,
        "orphans": None,
    }
    return row | changed


def client(*tables, faults=(), **facts):
    used = {row["table"]: {"last": date(2026, 1, 1)} for row in tables}
    return SimpleNamespace(
        quality={"tables": list(tables), "faults": list(faults)},
        tables=used,
        fact=facts.get,
        real_dates=True,
        has=used.__contains__,
    )


def passed(engagement):
    return {c.name: c.passed for c in data_quality.checks(engagement)}


def test_rows_that_do_not_add_up_fail():
    good = table("payments", 100, rows_left_out=10, rows_after_as_of=5, rows_used=85)
    assert passed(client(good))["rows_accounted_for"] is True
    assert passed(client(good | {"rows_used": 80}))["rows_accounted_for"] is False


@pytest.mark.parametrize(("orphans", "right"), [(0, True), (5, True), (6, False)])
def test_ids_that_nobody_has_pass_up_to_one_in_twenty(orphans, right):
    assert passed(client(table("payments", 100, orphans=orphans)))["ids_match"] is right


def test_repeated_rows_are_counted_and_named():
    (check,) = [c for c in data_quality.checks(client(table("leads", 50, duplicates=3))) if c.name == "nothing_twice"]
    assert (check.passed, check.text) == (False, "Some rows appear twice or share a key: 3 in leads.")


def test_unknown_sources_count_empty_and_unknown_words():
    """12 of 40: 8 unknown and 4 empty."""
    sources = pd.DataFrame({"source": ["search", "Unknown", None], "customers": [28, 8, 4]})
    found = data_quality.unknown_sources(client(table("customers", 40), acquisition=sources))
    assert (found.value, found.n) == (pytest.approx(0.3), 40)


def test_several_files_of_one_table_are_named_with_their_rows():
    both = table("leads", 30, files=[{"file": "a.csv", "rows": 10}, {"file": "b.csv", "rows": 20}])
    assert data_quality.file_rows(client(both))[0]["file"] == "a.csv (10) + b.csv (20)"


def test_the_summary_says_tables_rows_and_dates():
    said = data_quality.describe(client(table("customers", 40), table("leads", 2)))
    assert "2 tables with 42 rows" in said
    assert "2025-01-01 to 2026-01-01" in said
