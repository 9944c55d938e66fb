"""One table on its way: amounts changed as declared, spans, counts of rows, and rows that are all alike."""

from __future__ import annotations

import pyarrow as pa
import pytest

from referral_playbook.intake.columns.typed import schema

PAYMENTS = '[tables.payments]\nfile = "p.csv"\n'
CUSTOMERS = '[tables.customers]\nfile = "c.csv"\n'
PAID = "customer_id,paid_on,amount,units,rebate,cents\nA,2026-05-01,10,3,4,1250\nB,2026-05-02,20,1,0,99\n"


def amounts(read, toml, content=PAID):
    return read(PAYMENTS + toml, {"p.csv": content}).tables["payments"]["amount"].tolist()


@pytest.mark.parametrize(
    ("toml", "expected"),
    [
        ("", [10.0, 20.0]),
        ('times = { amount = "units" }\n', [30.0, 20.0]),
        ('less = { amount = "rebate" }\n', [6.0, 20.0]),
        ('columns = { amount = "cents" }\ndivide = { amount = 100 }\n', [12.5, 0.99]),
        # in this order: 10 x 3 - 4 = 26, then by 2
        ('times = { amount = "units" }\nless = { amount = "rebate" }\ndivide = { amount = 2 }\n', [13.0, 10.0]),
    ],
)
def test_amounts_are_multiplied_reduced_and_divided_in_this_order(read, toml, expected):
    assert amounts(read, toml) == expected


def test_a_division_of_every_column_reaches_money_and_nothing_else(read):
    toml = CUSTOMERS + "divide = 100\n"
    rows = "customer_id,joined_on,monthly_amount,referrals_made\nA,2026-01-01,1999,200\n"
    frame = read(toml, {"c.csv": rows}).tables["customers"]
    assert (frame["monthly_amount"][0], frame["referrals_made"][0]) == (19.99, 200)


def test_an_empty_factor_is_refused_and_an_empty_rebate_is_none(read, errors):
    content = "customer_id,paid_on,amount,units,rebate\nA,2026-05-01,10,,\n"
    (fault,) = errors(PAYMENTS + 'times = { amount = "units" }\n', {"p.csv": content})
    assert (fault.line, fault.problem) == (2, "empty, but amount is multiplied by it")
    assert amounts(read, 'less = { amount = "rebate" }\n', content) == [10.0]


def test_the_quality_row_counts_what_was_read_left_out_and_used(read):
    rows = "customer_id,paid_on,amount,state\nA,2026-05-01,1,ok\nA,2026-05-01,1,ok\n,,,\n"
    rows += "B,2026-06-01,2,void\nC,2026-12-01,3,ok\n"
    found = read(PAYMENTS + 'where = { state = ["ok"] }\n', {"p.csv": rows}).quality["payments"]
    keys = ("rows_in_files", "rows_blank", "rows_left_out", "rows_used", "rows_after_as_of", "rows_alike")
    assert {key: found[key] for key in keys} == {
        "rows_in_files": 4,
        "rows_blank": 1,
        "rows_left_out": 1,
        "rows_used": 2,
        "rows_after_as_of": 1,
        "rows_alike": 1,
    }
    assert (found["first"], found["last"]) == ("2026-05-01", "2026-05-01")
    assert found["files"] == [{"file": "p.csv", "rows": 4}]


def test_a_condition_that_leaves_no_row_is_refused(errors):
    (fault,) = errors(
        PAYMENTS + 'where = { kind = ["renewal"] }\n',
        {"p.csv": "customer_id,paid_on,amount,kind\nA,2026-05-01,1,new\n"},
    )
    assert fault.problem == "'where' leaves no row"
    assert "[tables.payments] where" in fault.fix


def test_rows_are_alike_by_what_they_mean_and_not_by_how_it_is_written(read):
    rows = "customer_id,paid_on,amount,note\nA,2026-05-01,1.0,x\nA,2026-05-01,1.00,y\nA,2026-05-01,1.01,x\n"
    found = read(PAYMENTS, {"p.csv": rows}).quality["payments"]
    assert found["rows_alike"] == 1


def test_made_dates_have_no_span_and_say_so(read):
    rows = "customer_id,tenure_months,status\nA,12,active\n"
    found = read(CUSTOMERS, {"c.csv": rows}).quality["customers"]
    assert (found["first"], found["last"], found["synthetic_dates"]) == (None, None, True)
    assert "no figure by month or year" in found["note"]


def test_the_arrow_types_of_a_table_are_those_of_its_contract():
    found = schema("customers", ["customer_id", "joined_on", "monthly_amount", "referrals_made", "status"])
    assert found.types == [pa.string(), pa.date32(), pa.float64(), pa.int64(), pa.string()]
