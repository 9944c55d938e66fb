"""Numbers with declared marks beside and within them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from referral_playbook.contract.client_toml.client import TableSpec
from referral_playbook.intake.columns.figures import numbers

PAYMENTS = '[tables.payments]\nfile = "p.csv"\n'


@pytest.mark.parametrize(
    ("text", "marks", "decimal", "thousands", "value"),
    [
        ("$1,234.50", ["$"], ".", ",", 1234.5),
        ("-$12.00", ["$"], ".", None, -12.0),
        ("$-12.00", ["$"], ".", None, -12.0),
        ("($12.00)", ["$"], ".", None, -12.0),
        ("(12.00)", ["()"], ".", None, -12.0),
        ("12.00-", ["$"], ".", None, -12.0),
        ("1.234,50 EUR", ["EUR"], ",", ".", 1234.5),
        ("€ 1.234,50", ["€"], ",", ".", 1234.5),
        ("1\u00a0234,50 €", ["€"], ",", " ", 1234.5),
        ("1\u202f234,50", [], ",", "\u00a0", 1234.5),
        ("45%", ["%"], ".", None, 0.45),
        ("12.00", ["$"], ".", None, 12.0),
        ("$12.00", [], ".", None, np.nan),
        ("(12.00)", [], ".", None, np.nan),
        ("$12.00", ["€"], ".", None, np.nan),
        ("(-12.00)", ["()"], ".", None, np.nan),
        ("1€2", ["€"], ".", None, np.nan),
        ("$", ["$"], ".", None, np.nan),
        ("\u221212.50", [], ".", None, -12.5),
        ("\u2212€3", ["€"], ".", None, -3.0),
        ("1,23,456.50", [], ".", ",", 123456.5),
        ("12,34,56,789", [], ".", ",", 123456789.0),
        ("1,2345", [], ".", ",", np.nan),
        ("12,34", [], ".", ",", np.nan),
    ],
)
def test_a_number(text, marks, decimal, thousands, value):
    spec = TableSpec(file="x.csv", marks=marks, decimal=decimal, thousands=thousands)
    found = numbers(pd.Series([text]), np.zeros(1, dtype=bool), spec)[0]
    assert found == pytest.approx(value, nan_ok=True)


SIGNS = 'customer_id,paid_on,amount\nA,2026-05-01,"$1,234.50"\nB,2026-05-02,$12.00\nA,2026-05-09,($12.00)\n'


def test_signs_are_refused_with_the_declaration_that_reads_them(read, errors):
    toml = PAYMENTS + 'thousands = ","\n'
    assert {fault.fix for fault in errors(toml, {"p.csv": SIGNS})} == {
        'Declare how the numbers are written: marks = ["$", "()"]'
    }
    frame = read(toml + 'marks = ["$", "()"]\n', {"p.csv": SIGNS}).tables["payments"]
    assert frame["amount"].tolist() == [1234.5, 12.0, -12.0]


@pytest.mark.parametrize("text", ["1e15", "-1e18", "999999999999999999"])
def test_an_amount_that_cannot_be_is_refused(errors, text):
    (fault,) = errors(PAYMENTS, {"p.csv": f"customer_id,paid_on,amount\nA,2026-05-01,{text}\n"})
    assert (fault.line, fault.value) == (2, text)
    assert "larger than any amount" in fault.problem


def test_cents_are_divided_after_refunds_are_subtracted(read):
    text = "customer_id,paid_on,amount,refund,margin\nA,2026-05-01,1000,250,100\nB,2026-05-02,99,,\n"
    toml = PAYMENTS + 'divide = 100\nless = { amount = "refund" }\n'
    frame = read(toml, {"p.csv": text}).tables["payments"]
    assert frame["amount"].tolist() == [7.5, 0.99]
    assert frame["margin"].fillna(-1).tolist() == [1.0, -1.0]
    frame = read(PAYMENTS + "divide = { margin = 10 }\n", {"p.csv": text}).tables["payments"]
    assert (frame["amount"][0], frame["margin"][0]) == (1000.0, 10.0)


LINES = "Invoice,Quantity,InvoiceDate,Price,Customer ID\n489434,12,2026-05-01 07:45:00,6.95,13085.0\n"
LINES += "C489435,-2,2026-05-02 07:46:00,2.50,13085.0\n"
MAPPED = (
    PAYMENTS + 'dates = "iso"\ncolumns = { customer_id = "Customer ID", paid_on = "InvoiceDate", amount = "Price" }\n'
)


def test_quantity_times_price(read, errors):
    frame = read(MAPPED + 'times = { amount = "Quantity" }\n', {"p.csv": LINES}).tables["payments"]
    assert frame["amount"].round(2).tolist() == [83.4, -5.0]
    assert frame["customer_id"].tolist() == ["13085", "13085"]
    (fault,) = errors(MAPPED + 'times = { amount = "Quantity" }\n', {"p.csv": LINES.replace(",-2,", ",,")})
    assert (fault.line, fault.column) == (3, "Quantity")


def test_a_price_beside_an_unused_quantity_is_told(read):
    faults = read(MAPPED, {"p.csv": LINES}).faults
    assert [f.fix for f in faults if "times" in f.fix] == [
        'If amount is the price of one, multiply it: [tables.payments] times = { amount = "Quantity" }'
    ]


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("kr 500", 'marks = ["kr"]'),
        ("Rs. 500", 'marks = ["Rs."]'),
        ("US$ 500", 'marks = ["US$"]'),
        ("CHF 1'234.50", 'decimal = ".", thousands = "\'", marks = ["CHF"]'),
        ("12.5 %", 'marks = ["%"]'),
        ("10 pcs", "Correct it"),
    ],
)
def test_the_advice_names_the_marks(errors, text, advice):
    (fault,) = errors(PAYMENTS, {"p.csv": f"customer_id,paid_on,amount\nA,2026-05-01,{text}\n"})
    assert advice in fault.fix
