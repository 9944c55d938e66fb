"""One currency per client: others are refused with count and sum, or converted at a declared rate."""

from __future__ import annotations

import pytest

PAYMENTS = '[tables.payments]\nfile = "p.csv"\n'
TEXT = "customer_id,paid_on,amount,{header}\na,2026-05-01,15.00,gbp\nb,2026-05-02,2000.00,jpy\n"
TEXT += "b,2026-05-03,500.00,JPY\nc,2026-05-04,7.00,\nd,2026-05-05,3,USD\n"
RATES = 'rates.JPY = { to = "GBP", rate = 0.005, on = 2026-09-30 }\n'
RATES += 'rates.USD = { to = "GBP", rate = 0.5, on = 2026-09-30 }\n'


@pytest.mark.parametrize("header", ["currency", "Currency", "Currency code", "Transaction Currency", "Währung"])
def test_other_currencies_are_refused_with_count_and_sum(errors, header) -> None:
    jpy, usd = errors(PAYMENTS, {"p.csv": TEXT.format(header=header)})
    assert (jpy.line, jpy.column) == (3, header)
    assert jpy.problem == "2 rows are in JPY (sum 2,500.00), not in the client's currency GBP"
    assert 'rates = { JPY = { to = "GBP", rate = ..., on = 2026-09-30 } }' in jpy.fix
    assert usd.problem.startswith("1 row is in USD (sum 3.00)")


def test_a_declared_rate_converts_and_is_counted(read) -> None:
    intake = read(RATES + PAYMENTS, {"p.csv": TEXT.format(header="currency")})
    assert intake.tables["payments"]["amount"].tolist() == [15.0, 10.0, 2.5, 7.0, 1.5]
    assert intake.quality["payments"]["converted"] == {"JPY": 2, "USD": 1}


def test_rows_that_where_leaves_out_do_not_count(read) -> None:
    intake = read(PAYMENTS + 'where = { currency = ["gbp", ""] }\n', {"p.csv": TEXT.format(header="currency")})
    assert intake.tables["payments"]["amount"].tolist() == [15.0, 7.0]


def test_a_column_can_be_declared_or_switched_off_or_be_the_same_for_all(read, errors) -> None:
    files = {"p.csv": TEXT.format(header="Unit")}
    assert len(read(PAYMENTS, files).tables["payments"]) == 5  # nothing says that Unit is a currency
    assert len(errors(PAYMENTS + 'currency = "Unit"\n', files)) == 2
    files = {"p.csv": TEXT.format(header="Currency")}
    assert len(read(PAYMENTS + 'currency = ""\n', files).tables["payments"]) == 5
    amounts = read(RATES + PAYMENTS + 'currency = "=JPY"\n', files).tables["payments"]["amount"]
    assert amounts.tolist() == [0.075, 10.0, 2.5, 0.035, 0.015]


def test_a_column_of_something_else_is_no_currency(errors) -> None:
    text = "customer_id,paid_on,amount,Currency\na,2026-05-01,15.00,points\n"
    (fault,) = errors(PAYMENTS, {"p.csv": text})
    assert 'write currency = ""' in fault.fix


def test_a_sign_is_its_currency(read) -> None:
    text = "customer_id,paid_on,amount,Currency\na,2026-05-01,15.00,£\n"
    assert read(PAYMENTS, {"p.csv": text}).tables["payments"]["amount"].tolist() == [15.0]


def test_a_sign_of_another_currency_is_said_with_its_place_where_a_preset_reads_it(read) -> None:
    text = "Name,Email,Country,Created at,First sale at,Subscription canceled at,External ID,Sale amount\n"
    text += "A,a@b.c,DE,2026-01-01T00:00:00Z,2026-01-01T00:00:00Z,,1,{}\n"
    toml = '[tables.customers]\nfile = "d.csv"\npreset = "dub_customers"\n'
    (fault,) = read(toml, {"d.csv": text.format('"$1,024.00"')}).faults
    assert (fault.file, fault.line, fault.column, fault.value) == ("d.csv", 2, "Sale amount", "$1,024.00")
    assert 'currency = "=USD"' in fault.fix
    assert read(toml, {"d.csv": text.format("24.00")}).faults == ()


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ("Amount (USD)", "USD"),
        ("amount_eur", "EUR"),
        ("Price [$]", "$"),
        ("Betrag in €", "€"),
        ("Total GBP", ""),
        ("Trusd", ""),
    ],
)
def test_a_header_that_names_another_currency_is_said(read, header, names) -> None:
    toml = PAYMENTS + f'columns = {{ amount = "{header}" }}\n'
    faults = read(toml, {"p.csv": f"customer_id,paid_on,{header}\na,2026-05-01,15.00\n"}).faults
    assert [f.problem.split(",")[0] for f in faults] == ([f"the header names {names}"] if names else [])
    assert read(toml + 'currency = ""\n', {"p.csv": f"customer_id,paid_on,{header}\na,2026-05-01,15.00\n"}).faults == ()


def test_a_header_that_may_be_a_currency_counts_if_all_its_words_are_codes(errors, read) -> None:
    text = "customer_id,paid_on,amount,Price ccy\na,2026-05-01,15.00,EUR\n"
    assert len(errors(PAYMENTS, {"p.csv": text})) == 1
    assert len(read(PAYMENTS, {"p.csv": text.replace("EUR", "12.5")}).tables["payments"]) == 1


def test_a_total_below_the_table_is_told(read) -> None:
    text = "customer_id,paid_on,amount\na,2026-05-01,15.00\nb,2026-05-02,20.00\nc,2026-05-04,7.00\nc,2026-05-31,42.00\n"
    (fault,) = read(PAYMENTS, {"p.csv": text}).faults
    assert (fault.line, fault.problem) == (5, "the sum of all rows above it")
    assert fault.fix.endswith("skip_lines = [5]")
