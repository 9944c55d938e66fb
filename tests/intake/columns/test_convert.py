"""Text into typed columns: what is read, and for what is not, the line to write in client.toml."""

from __future__ import annotations

import pyarrow as pa
import pytest

from referral_playbook.contract.client_toml.client import TableSpec
from referral_playbook.contract.tables import TABLES
from referral_playbook.intake.columns.convert import Reading, convert
from referral_playbook.intake.faults import Faults
from referral_playbook.intake.files.sheet_file import parquet_source

PAYMENTS = '[tables.payments]\nfile = "p.csv"\n'
CUSTOMERS = '[tables.customers]\nfile = "c.csv"\n'
SURVEYS = '[tables.surveys]\nfile = "s.csv"\n'


def paid(*days, form=None):
    toml = PAYMENTS + (f'dates = {{ paid_on = "{form}" }}\n' if form else "")
    rows = "".join(f"A,{day},1\n" for day in days)
    return toml, {"p.csv": f"customer_id,paid_on,amount\n{rows}"}


def amounts(*texts, toml=""):
    rows = "".join(f'A,2026-05-01,"{text}"\n' for text in texts)
    return PAYMENTS + toml, {"p.csv": f"customer_id,paid_on,amount\n{rows}"}


def the_only(found, severity="error"):
    (fault,) = [f for f in found if f.severity == severity]
    return fault


@pytest.mark.parametrize(
    ("days", "fix"),
    [
        (["31/05/2026", "01/06/2026"], 'Declare how the dates are written, dates = { paid_on = "%d/%m/%Y" }'),
        (["05/31/2026"], 'Declare how the dates are written, dates = { paid_on = "%m/%d/%Y" }'),
        (["01.06.2026"], 'Declare how the dates are written, dates = { paid_on = "%d.%m.%Y" }'),
        (["2026-05-01", "2026-05-02", "01/06/2026"], "Correct it: most cells of this column are read, and another"),
    ],
)
def test_dates_of_another_form_come_with_the_declaration_that_reads_them(errors, days, fix):
    (proposed,) = {fault.fix for fault in errors(*paid(*days))}
    assert proposed.startswith(fix)


def test_dates_that_two_forms_fit_leave_the_choice_to_the_client(errors):
    fix = {f.fix for f in errors(*paid("01/06/2026", "02/06/2026"))}.pop()
    assert '"%d/%m/%Y" or "%m/%d/%Y"' in fix or '"%m/%d/%Y" or "%d/%m/%Y"' in fix


def test_a_form_that_reads_most_cells_is_named_with_its_share(errors):
    fixes = {f.fix for f in errors(*paid("31/05/2026", "30/05/2026", "29/05/2026", "soon"))}
    assert fixes == {'Correct them; dates = { paid_on = "%d/%m/%Y" } would read 75% of them'}


def test_a_word_in_the_place_of_a_date_may_mean_none(errors):
    fault = the_only(errors(*paid("2026-05-01", "never", "2026-05-02")))
    assert (fault.line, fault.value) == (3, "never")
    assert fault.fix.endswith('[tables.payments.values] paid_on = { "" = ["never"] }')


def test_a_date_before_1906_is_kept_with_a_warning(read):
    toml, files = CUSTOMERS, {"c.csv": "customer_id,joined_on,left_on\nA,2026-01-01,\nB,2025-01-01,1900-01-01\n"}
    found = read(toml, files)
    early = next(f for f in found.faults if "1906" in f.problem)
    assert (early.line, early.value, early.column) == (3, "1900-01-01", "left_on")
    assert early.fix == 'If it means "none", say so: [tables.customers.values] left_on = { "" = ["1900-01-01"] }'
    declared = read(toml + '[tables.customers.values]\nleft_on = { "" = ["1900-01-01"] }\n', files)
    assert declared.tables["customers"]["left_on"].isna().all()
    assert not [f for f in declared.faults if "1906" in f.problem]


def test_every_declared_number_is_read_as_it_is_meant(read):
    frame = read(*amounts("1.234,50", "-2,5", "0", toml='decimal = ","\nthousands = "."\n')).tables["payments"]
    assert frame["amount"].tolist() == [1234.5, -2.5, 0.0]


@pytest.mark.parametrize(
    ("text", "problem", "fix"),
    [
        ("£12", "a sign or unit within the number", 'Declare how the numbers are written: marks = ["£"]'),
        ("12,50", "not a number as declared (decimal = '.')", 'decimal = ","'),
        ("free", "not a number but a word", '[tables.payments.values] amount = { "" = ["free"] }'),
        ("1.2.3", "not a number as declared", "Correct it"),
    ],
)
def test_what_is_no_number_is_sorted_by_what_is_wrong_with_it(errors, text, problem, fix):
    fault = the_only(errors(*amounts(text)))
    assert problem in fault.problem
    assert fix in fault.fix


def test_marks_that_would_lose_the_other_cells_are_not_proposed(errors):
    """A decimal comma reads the odd cell, but then the 900.25 of the others could not be read."""
    fault = the_only(errors(*amounts("900.25", "12,5", "3.75")))
    assert fault.fix.startswith("Correct it: most cells of this column are read")


def test_a_number_rounded_by_a_spreadsheet_is_read_with_a_warning(read):
    found = read(*amounts("1.2E+05", "3"))
    assert found.tables["payments"]["amount"].tolist() == [120_000.0, 3.0]
    assert "with an exponent" in the_only(found.faults, "warning").problem


def test_negative_prices_are_kept_with_a_warning_and_negative_payments_without(read):
    customers = "customer_id,joined_on,monthly_amount\nA,2026-01-01,-5\nB,2026-01-02,7\n"
    found = read(CUSTOMERS + PAYMENTS, {**amounts("-5")[1], "c.csv": customers})
    assert found.tables["customers"]["monthly_amount"].tolist() == [-5.0, 7.0]
    assert [(f.column, f.line, f.problem) for f in found.faults] == [("monthly_amount", 2, "negative")]


@pytest.mark.parametrize("text", ["1.5", "-1", "many", "9007199254740993"])
def test_counts_are_whole_numbers_from_nought(errors, text):
    toml = '[tables.friction]\nfile = "f.csv"\n'
    fault = the_only(errors(toml, {"f.csv": f"step,fields,seconds\nopen,{text},3\n"}))
    assert fault.problem == "not a whole number from 0 on"


def test_whole_numbers_with_a_point_are_counts(read):
    rows = "step,fields,seconds\nopen,4.0,3\nsend,7,5\n"
    frame = read('[tables.friction]\nfile = "f.csv"\n', {"f.csv": rows}).tables["friction"]
    assert frame["fields"].tolist() == [4, 7]


def test_an_empty_cell_that_is_needed_is_refused_with_the_line_that_leaves_such_rows_out(read, errors):
    toml, files = PAYMENTS, {"p.csv": "customer_id,Paid on,amount\nA,2026-05-01,1\nB,,2\n"}
    toml += 'columns = { paid_on = "Paid on" }\n'
    fault = the_only(errors(toml, files))
    assert fault.problem == "paid_on is empty, and payments needs it"
    assert fault.fix.endswith('where = { "Paid on" = { empty = false } }')
    found = read(toml + fault.fix.split(": ")[-1].replace("them counted: ", "") + "\n", files)
    assert found.tables["payments"]["customer_id"].tolist() == ["A"]


def test_words_that_stand_for_nobody_are_no_customer(read):
    found = read(PAYMENTS, {"p.csv": "customer_id,paid_on,amount\nA,2026-05-01,1\nN/A,2026-05-02,2\n"})
    fault = the_only(found.faults, "warning")
    assert fault.problem == "a word in the place of an id"
    assert 'where = { customer_id = { not = ["N/A"] } }' in fault.fix


def test_an_id_that_excel_shortened_is_refused_because_its_digits_are_lost(errors):
    fault = the_only(errors(PAYMENTS, {"p.csv": "customer_id,paid_on,amount\n4.06E+12,2026-05-01,1\n"}))
    assert "Excel has shortened" in fault.problem
    assert fault.private  # the id itself is not printed


def test_a_word_that_is_no_choice_is_proposed_for_the_nearest(errors):
    rows = "respondent_id,asked_on,question,answer\nA,2026-05-01,NPS score,9\n"
    fault = the_only(errors(SURVEYS, {"s.csv": rows}))
    assert "not a word of question" in fault.problem
    assert "[tables.surveys.values]" in fault.fix
    assert "NPS score" in fault.fix


@pytest.mark.parametrize(
    ("text", "form", "month"), [("2026-05", None, "2026-05"), ("05/2026", "%m/%Y", "2026-05"), ("2026-5", None, None)]
)
def test_months_are_read_by_their_declared_form_alone(read, errors, text, form, month):
    toml = '[tables.costs]\nfile = "k.csv"\n' + (f'dates = {{ month = "{form}" }}\n' if form else "")
    files = {"k.csv": f"month,item,hours,amount\n{text},software,0,9\n"}
    if month:
        assert read(toml, files).tables["costs"]["month"].tolist() == [month]
    else:
        fault = the_only(errors(toml, files))
        assert (fault.problem, fault.value) == ("not a month of the form YYYY-MM", text)
        assert 'dates = { month = "%m/%Y" }' in fault.fix


def test_numbers_and_days_of_parquet_are_not_turned_into_text():
    days = pa.array([20_000, 20_001], pa.int32()).cast(pa.date32())
    rows = pa.table({"amount": [12.345, 8.0], "paid_on": days, "margin": pa.array([7, None])})
    table, cells = TABLES["payments"], parquet_source(rows, "payments.parquet", 1).cells
    for name in rows.column_names:
        convert(cells[name], Reading(table, table.column(name), TableSpec(file="payments.parquet"), Faults()))
        assert "text" not in vars(cells[name]), name
