"""Each kind of fault once: file, line, column, value, and a fix that says what to do."""

from __future__ import annotations

import pytest

from referral_playbook.intake.faults import SHOWN

CUSTOMERS = '[tables.customers]\nfile = "c.csv"\n'
PAYMENTS = '[tables.payments]\nfile = "p.csv"\n'
SURVEYS = '[tables.surveys]\nfile = "s.csv"\n'
HEAD = "customer_id,joined_on,monthly_amount,referrals_made\n"

CELLS = [
    # rows, line, column, value, problem, fix
    ("a,31/01/2026,1,0\n", 2, "joined_on", "31/01/2026", "not a date", '"%d/%m/%Y"'),
    ("a,2026-02-30,1,0\n", 2, "joined_on", "2026-02-30", "not a date", "Correct it"),
    ("a,2026-01-31 10:00:00,1,0\n", 2, "joined_on", "2026-01-31 10:00:00", "not a date", "%H:%M:%S"),
    ("a,2026-1-31,1,0\n", 2, "joined_on", "2026-1-31", "not a date", "Declare how"),
    ("a,never,1,0\n", 2, "joined_on", "never", "not a date", '"" = ["never"]'),
    ("a,,1,0\n", 2, "joined_on", "", "joined_on is empty", "Fill it"),
    ("a,2026-01-01,1,0\n,2026-01-01,1,0\n", 3, "customer_id", "", "customer_id is empty", "Fill it"),
    ("a,2026-01-01,£10,0\n", 2, "monthly_amount", "£10", "sign or unit", 'marks = ["£"]'),
    ("a,2026-01-01,10 GBP,0\n", 2, "monthly_amount", "10 GBP", "sign or unit", 'marks = ["GBP"]'),
    ("a,2026-01-01,10%,0\n", 2, "monthly_amount", "10%", "sign or unit", 'marks = ["%"]'),
    ('a,2026-01-01,"1.234,50",0\n', 2, "monthly_amount", "1.234,50", "not a number", 'decimal = ",", thousands = "."'),
    ('a,2026-01-01,"1,234.50",0\n', 2, "monthly_amount", "1,234.50", "not a number", 'decimal = ".", thousands = ","'),
    ("a,2026-01-01,N/A,0\n", 2, "monthly_amount", "N/A", "not a number", '"" = ["N/A"]'),
    ("a,2026-01-01,(10),0\n", 2, "monthly_amount", "(10)", "sign or unit", 'marks = ["()"]'),
    ("a,2026-01-01,nan,0\n", 2, "monthly_amount", "nan", "not a number", "Correct it"),
    ("a,2026-01-01,1e999,0\n", 2, "monthly_amount", "1e999", "not a number", "Correct it"),
    ("a,2026-01-01,1,1.5\n", 2, "referrals_made", "1.5", "not a whole number", "Correct it"),
    ("a,2026-01-01,1,-1\n", 2, "referrals_made", "-1", "not a whole number", "Correct it"),
    ("a,2026-01-01,1,0\nb,2026-01-01,1,0\na,2026-01-01,1,0\n", 2, "customer_id", "a", "more than one row", "per key"),
]


@pytest.mark.parametrize(("rows", "line", "column", "value", "problem", "fix"), CELLS)
def test_a_cell(errors, rows, line, column, value, problem, fix) -> None:
    found = errors(CUSTOMERS, {"c.csv": HEAD + rows})
    first = found[0]
    assert (first.file, first.line, first.column, first.value) == ("c.csv", line, column, value)
    assert (first.table, first.severity) == ("customers", "error")
    assert problem in first.problem
    assert fix in first.fix
    assert len(found) == (2 if "more than one row" in problem else 1)


def test_ambiguous_dates_offer_both_forms(errors) -> None:
    (fault,) = errors(CUSTOMERS, {"c.csv": HEAD + "a,03/04/2026,1,0\n"})
    assert '"%d/%m/%Y" or "%m/%d/%Y"' in fault.fix


@pytest.mark.parametrize(
    ("row", "column", "value", "fix"),
    [
        ("r,2026-01-01,pfm,5", "question", "pfm", '[tables.surveys.values] question = { pmf = ["..."], ... }'),
        (
            "r,2026-01-01,pmf,Very disappointed",
            "answer",
            "Very disappointed",
            '"very disappointed" = ["Very disappointed"]',
        ),
        ("r,2026-01-01,nps,11", "answer", "11", "Correct it"),
        ("r,2026-01-01,nps,7.5", "answer", "7.5", "Correct it"),
        ("r,2026-01-01,csat,8", "answer", "8", "Correct it"),
        ("r,2026-01-01,ces,0", "answer", "0", "Correct it"),
        ("r,2026-01-01,csat,good", "answer", "good", "Correct it"),
        ("r,2026-01-01,value,£90", "answer", "£90", "bare number"),
        ("r,2026-01-01,nps,", "answer", "", "Fill it"),
    ],
)
def test_an_answer(errors, row, column, value, fix) -> None:
    (fault,) = errors(SURVEYS, {"s.csv": f"respondent_id,asked_on,question,answer\n{row}\n"})
    assert (fault.file, fault.line, fault.column, fault.value) == ("s.csv", 2, column, value)
    assert fix in fault.fix


def test_a_choice_names_the_words_that_are_known(errors) -> None:
    toml = PAYMENTS + '[tables.payments.values]\nkind = { new = ["First"] }\n'
    text = "customer_id,paid_on,amount,kind\na,2026-01-01,1,First\na,2026-02-01,1,first\n"
    (fault,) = errors(toml, {"p.csv": text})
    assert (fault.line, fault.column, fault.value) == (3, "kind", "first")
    assert "'cross_sell'" in fault.problem
    assert "Words here: 'first' (1)" in fault.fix  # never the first word of the contract for any word of the client


@pytest.mark.parametrize(
    ("table", "text", "column", "value"),
    [
        ("touchpoints", "customer_id,on,kind,score\na,2026-01-01,support,9\n", "score", "9"),
        ("effort", "market,current,desired\nstaff,3,11\n", "desired", "11"),
        ("costs", "month,item,hours,amount\nJan 26,software,0,9\n", "month", "Jan 26"),
        ("costs", "month,item,hours,amount\n2026-13,software,0,9\n", "month", "2026-13"),
    ],
)
def test_scales_and_months(errors, table, text, column, value) -> None:
    (fault,) = errors(f'[tables.{table}]\nfile = "x.csv"\n', {"x.csv": text})
    assert (fault.line, fault.column, fault.value) == (2, column, value)


def test_all_faults_are_told_the_first_few_each_and_the_rest_as_a_number(errors) -> None:
    rows = "".join(f"c{i},never,x{i},0\n" for i in range(100))
    found = errors(CUSTOMERS + PAYMENTS, {"c.csv": HEAD + rows, "p.csv": "customer_id,paid_on,amount\na,bad,1\n"})
    dates = [f for f in found if f.column == "joined_on"]
    assert len(dates) == SHOWN
    assert dates[-1].more == 100 - SHOWN
    assert "95 more" in str(dates[-1])
    assert sum(1 + f.more for f in found if f.column == "monthly_amount") == 100
    assert [f.value for f in found if f.file == "p.csv"] == ["bad"]


WARNINGS = [
    # toml, files, line, column, value, problem
    (CUSTOMERS, {"c.csv": HEAD + "a,2026-01-01,-4,0\n"}, "c.csv", 2, "monthly_amount", "-4", "negative"),
    (
        CUSTOMERS,
        {"c.csv": HEAD + "a,2026-10-01,4,0\nb,2026-09-30,4,0\n"},
        "c.csv",
        2,
        "joined_on",
        "2026-10-01",
        "after the as-of date",
    ),
    (
        CUSTOMERS,
        {"c.csv": "customer_id,joined_on,left_on\na,2026-02-01,2026-01-01\n"},
        "c.csv",
        2,
        "left_on",
        "2026-01-01",
        "before joined_on",
    ),
    (
        CUSTOMERS,
        {"c.csv": "customer_id,joined_on,left_on,status\na,2026-02-01,,left\n"},
        "c.csv",
        2,
        "status",
        "left",
        "no left_on",
    ),
    (
        CUSTOMERS,
        {"c.csv": "customer_id,joined_on,referred_by\na,2026-02-01,zz\n"},
        "c.csv",
        2,
        "referred_by",
        "zz",
        "no such customer_id",
    ),
    (
        CUSTOMERS + PAYMENTS,
        {"c.csv": HEAD + "a,2026-01-01,4,0\n", "p.csv": "customer_id,paid_on,amount\na,2026-01-01,4\nb,2026-01-01,4\n"},
        "p.csv",
        3,
        "customer_id",
        "b",
        "no such customer_id",
    ),
]


@pytest.mark.parametrize(("toml", "files", "file", "line", "column", "value", "problem"), WARNINGS)
def test_a_warning_keeps_the_row(read, toml, files, file, line, column, value, problem) -> None:
    intake = read(toml, files)
    (fault,) = intake.faults
    assert (fault.file, fault.line, fault.column, fault.value, fault.severity) == (file, line, column, value, "warning")
    assert problem in fault.problem
    assert fault.fix
    assert intake.quality[fault.table]["faults"] == {column: 1}
    assert len(intake.tables[fault.table]) == intake.quality[fault.table]["rows_in_files"]


def test_a_refund_is_no_fault(read) -> None:
    intake = read(PAYMENTS, {"p.csv": "customer_id,paid_on,amount,kind\na,2026-01-01,-4,refund\n"})
    assert intake.faults == ()
    assert intake.tables["payments"]["amount"].tolist() == [-4.0]
    assert intake.quality["payments"]["orphans"] is None  # nobody can be an orphan where no customers are given


def test_staff_who_refer_are_no_orphans(read) -> None:
    referrals = '[tables.referrals]\nfile = "r.csv"\n'
    text = "referral_id,referrer_id,referred_on,referrer_type\n1,eve,2026-01-01,employee\n2,zz,2026-01-01,\n"
    intake = read(CUSTOMERS + referrals, {"c.csv": HEAD + "a,2026-01-01,4,0\n", "r.csv": text})
    assert [f.value for f in intake.faults] == ["zz"]
    assert intake.quality["referrals"]["orphans"] == 1


def test_one_odd_date_is_corrected_and_does_not_change_the_declaration(errors) -> None:
    """Most dates are read: declaring the form of the odd one would lose all others."""
    rows = "a,03.04.2024,,\nb,2024-05-17,,\nc,01.06.2024,,\nd,never,,\n"
    odd, word = errors(CUSTOMERS + 'dates = "%d.%m.%Y"\n', {"c.csv": HEAD + rows})
    assert (odd.line, odd.value) == (3, "2024-05-17")
    assert "Correct it" in odd.fix
    assert "Declare" not in odd.fix
    assert word.value == "never"


def test_words_among_numbers_do_not_hide_the_mark_of_the_others(errors) -> None:
    number, word = errors(CUSTOMERS, {"c.csv": HEAD + 'a,2026-01-01,"49,90",\nb,2026-01-01,abc,\n'})
    assert number.fix.endswith('decimal = ","') or 'decimal = "," or' in number.fix
    assert (word.value, word.problem) == ("abc", "not a number but a word")


def test_a_mark_that_would_lose_the_other_numbers_is_not_proposed(errors) -> None:
    rows = 'a,2026-01-01,12.5,\nb,2026-01-01,13.25,\nc,2026-01-01,"49,9",\n'
    (fault,) = errors(CUSTOMERS, {"c.csv": HEAD + rows})
    assert fault.value == "49,9"
    assert "Correct it" in fault.fix
    assert "decimal" not in fault.fix
