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
    assert "1 Jan 2025 to 1 Jan 2026" in said


@pytest.mark.parametrize(
    ("late", "words"),
    [(0, "0 rows are dated"), (1, "1 row is dated"), (1_200, "1,200 rows are dated")],
)
def test_rows_after_the_as_of_date_are_counted_in_good_english(late, words):
    row = table("payments", 2_000, rows_after_as_of=late, rows_used=2_000 - late)
    (check,) = [c for c in data_quality.checks(client(row)) if c.name == "rows_accounted_for"]
    assert check.text == f"Every row is used or accounted for; {words} after the as-of date and left out."


def fault(problem, line=3, value="x", more=0, column="paid_on"):
    place = {"table": "payments", "column": column, "line": line}
    return {**place, "problem": problem, "value": value, "more": more, "fix": "F"}


def test_faults_of_one_kind_are_one_row_with_all_their_cells():
    faults = [fault("not a date"), fault("not a date", line=9, more=40), fault("negative", column="amount")]
    rows = data_quality.fault_rows(client(table("payments", 100), faults=faults))
    assert [(r["problem"], r["cells"], r["first"]) for r in rows] == [
        ("not a date", 42, "line 3: x"),
        ("negative", 1, "line 3: x"),
    ]
    assert "43 in all" in data_quality.describe_fault(client(table("payments", 100), faults=faults))
    assert data_quality.describe_fault(client(table("payments", 100))) == "No cell has a fault."


def test_a_fault_without_a_place_is_told_without_one():
    (row,) = data_quality.fault_rows(client(table("payments", 1), faults=[fault("cut off", line=None, value=None)]))
    assert row["first"] == ""


def test_unusable_amounts_are_told_once_whether_intake_saw_them_or_not():
    amounts = pd.DataFrame(
        [("payments", "amount", "refund above 0", 4, 80.0), ("payments", "margin", "missing", 0, 0.0)],
        columns=["table", "column", "fault", "rows", "amount"],
    )
    (row,) = data_quality.fault_rows(client(table("payments", 9), amount_faults=amounts))
    assert (row["cells"], row["what_to_do"]) == (4, "Taken as negative; write refunds with a minus")
    seen = [fault("refund above 0", column="amount")]
    assert len(data_quality.fault_rows(client(table("payments", 9), faults=seen, amount_faults=amounts))) == 1


def test_sources_of_customers_and_enquiries_stand_one_below_the_other():
    customers = pd.DataFrame({"source": ["search", None, "search"], "customers": [20, 5, 5]})
    leads = pd.DataFrame({"source": ["fair", "search"], "leads": [1, 9], "won": [0, 3]})
    rows = data_quality.source_rows(client(table("customers", 30), acquisition=customers, lead_sources=leads))
    assert [(r["table"], r["source"], r["rows"], r["won"], r["share"]) for r in rows] == [
        ("customers", "search", 25, None, pytest.approx(25 / 30)),
        ("customers", "(empty)", 5, None, pytest.approx(5 / 30)),
        ("leads", "search", 9, 3, 0.9),
        ("leads", "fair", 1, 0, 0.1),
    ]


def test_where_nobody_wrote_a_source_the_unknown_share_is_not_100_percent():
    empty = pd.DataFrame({"source": [None, None], "customers": [20, 5]})
    found = data_quality.unknown_sources(client(table("customers", 25), acquisition=empty))
    assert found.reason == "the export of customers has no source"
    (check,) = [c for c in data_quality.checks(client(acquisition=empty)) if c.name == "sources_known"]
    assert (check.passed, check.text) == (None, "The export of customers has no source.")


def test_ids_and_dates_that_cannot_be_compared_are_neither_right_nor_wrong():
    bare = client(table("leads", 5))
    assert passed(bare)["ids_match"] is None
    assert passed(bare)["dates_are_real"] is None
    tenures = client(table("customers", 5))
    tenures.real_dates = False
    assert passed(tenures)["dates_are_real"] is False


def test_a_table_of_months_may_reach_further_than_all_days():
    said = data_quality.describe(client(table("customers", 40), table("costs", 2, first="2024-04", last="2026-09")))
    assert "dated Apr 2024 to Sept 2026" in said


def priced(amounts, left=()):
    """Customers with these monthly amounts; those at the places in `left` have left."""
    gone = [i in left for i in range(len(amounts))]
    profile = pd.DataFrame({"monthly_amount": amounts, "left": gone, "total_amount": None})
    made = client(table("customers", 20), customer_profile=profile.assign(customer_id=profile.index.astype(str)))
    made.scale, made.currency = 1.0, "GBP"
    return {c.name: c.text for c in data_quality.checks(made)}


@pytest.mark.parametrize(("free", "said"), [(8, True), (1, False), (20, False)])
def test_a_free_plan_among_the_customers_is_left_out_and_said(free, said):
    checks = priced([0.0] * free + [30.0] * (20 - free))
    assert data_quality.AMOUNTS_ABOVE_ZERO not in checks
    assert ("8 of 20 customers have a monthly amount of 0" in checks.get(data_quality.ONLY_PAYERS, "")) is said


def test_an_amount_of_0_of_those_who_left_may_be_a_trace_of_leaving_and_is_said():
    checks = priced([0.0] * 8 + [30.0] * 12, left=range(8))
    assert checks[data_quality.AMOUNTS_ABOVE_ZERO].startswith("8 of 20 customers have a monthly amount of £0,")
    assert data_quality.ONLY_PAYERS not in checks


@pytest.mark.parametrize(
    ("stopped", "said"), [(4, "4 of 16 customers who count as still here have stopped paying"), (0, "")]
)
def test_customers_who_stopped_paying_and_did_not_leave_are_said(stopped, said):
    """Twenty pay every month of 2025 and 2026; four of them leave, and some only stop."""
    months = [f"{year}-{month:02d}" for year in (2025, 2026) for month in range(1, 13) if (year, month) <= (2026, 9)]
    paid = [(f"c{i:02d}", month, 30.0) for i in range(20) for month in (months[:12] if i < 4 + stopped else months)]
    rows = pd.DataFrame(paid, columns=["customer_id", "month", "amount"])
    profile = pd.DataFrame(
        {
            "customer_id": [f"c{i:02d}" for i in range(20)],
            "joined_on": pd.Timestamp("2025-01-05"),
            "left_on": [pd.Timestamp("2026-01-05") if i < 4 else pd.NaT for i in range(20)],
            "left": [i < 4 for i in range(20)],
            "monthly_amount": None,
            "amount_usable": None,
        }
    )
    made = client(table("customers", 20), customer_profile=profile, customer_months=rows)
    made.scale, made.currency, made.as_of, made.real_dates = 1.0, "GBP", date(2026, 9, 30), True
    texts = {c.name: c.text for c in data_quality.checks(made)}
    assert texts.get(data_quality.LEAVING_IS_RECORDED, "").startswith(said)
    assert (data_quality.LEAVING_IS_RECORDED in texts) is bool(said)
