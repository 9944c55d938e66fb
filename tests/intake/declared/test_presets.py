"""Presets: each reads an export as the tool writes it, and the client's own keys come first."""

from __future__ import annotations

import datetime as dt

import pytest

from referral_playbook.contract.client_toml.client import TableSpec
from referral_playbook.contract.tables import TABLES
from referral_playbook.intake.declared.presets import ABOUT, preset, preset_names

STRIPE = """\
id,Created date (UTC),Amount,Amount Refunded,Currency,Captured,Converted Amount,Converted Amount Refunded,\
Converted Currency,Status,Customer ID
py_01,2026-07-10 18:37:41,1061.86,0.00,usd,true,1061.86,0.00,usd,Paid,cus_a
py_02,2026-07-09 19:48:17,200.00,50.00,usd,true,200.00,50.00,usd,Paid,cus_b
py_03,2026-07-09 19:20:22,99.00,0.00,usd,false,99.00,0.00,usd,Failed,cus_b
"""
HUBSPOT = """\
Record ID,Deal Name,Deal Stage,Create Date,Close Date,Amount,Original Traffic Source
101,One,Closed Won,2026-01-05 09:30,2026-02-01 12:00,5000,Referrals
102,Two,Decision Maker Bought-In,2026-01-06 09:30,2026-12-31 12:00,7000,Direct Traffic
"""
TELCO = """\
Customer ID,Contract,Number of Referrals,Tenure in Months,Monthly Charge,Total Revenue,Customer Status
0002-ORFBO,One Year,2,9,65.6,974.81,Stayed
0004-TLHLJ,Month-to-Month,0,4,73.9,415.45,Churned
"""


@pytest.mark.parametrize("name", preset_names())
def test_a_preset_names_only_what_the_contract_has(name) -> None:
    known = preset(name)
    table = TABLES[known["table"]]
    spec = TableSpec.model_validate({"file": "x.csv"} | {k: v for k, v in known.items() if k not in ABOUT})
    for names in (spec.columns, spec.values, spec.when, spec.less, spec.dates):
        assert set(names) <= set(table.names)
    asked_by_the_client = {"question", "answer"} if table.name == "surveys" else set()
    assert set(table.required) - {"joined_on"} - asked_by_the_client <= set(spec.columns)
    assert all(column in known["documented"] for column in spec.columns)


def test_stripe_payments(read) -> None:
    intake = read(
        'rates.USD = { to = "GBP", rate = 1.0, on = 2026-09-30 }\n'
        '[tables.payments]\nfile = "s.csv"\npreset = "stripe_payments"\n',
        {"s.csv": STRIPE},
    )
    frame = intake.tables["payments"]
    assert frame["customer_id"].tolist() == ["cus_a", "cus_b"]
    assert frame["amount"].tolist() == [1061.86, 150.0]
    assert frame["paid_on"].dt.date.tolist() == [dt.date(2026, 7, 10), dt.date(2026, 7, 9)]
    assert intake.quality["payments"]["rows_left_out"] == 1


def test_hubspot_deals_count_as_won_only_where_they_are(read) -> None:
    intake = read('[tables.leads]\nfile = "h.csv"\npreset = "hubspot_deals"\n', {"h.csv": HUBSPOT})
    frame = intake.tables["leads"]
    assert frame["won_on"].notna().tolist() == [True, False]
    assert frame["source"].tolist() == ["Referrals", "Direct Traffic"]


def test_ibm_telco_customers(read) -> None:
    intake = read('[tables.customers]\nfile = "t.csv"\npreset = "ibm_telco_customers"\n', {"t.csv": TELCO})
    frame = intake.tables["customers"]
    assert frame["status"].tolist() == ["active", "left"]
    assert frame["referrals_made"].tolist() == [2, 0]


def test_the_clients_own_keys_come_first(read) -> None:
    toml = '[tables.leads]\nfile = "h.csv"\npreset = "hubspot_deals"\ncolumns = { value = "Worth", source = "" }\n'
    toml += 'dates = "%d/%m/%Y"\nwhen = { won_on = { "Deal Stage" = "Signed" } }\n'
    text = "Record ID,Deal Stage,Create Date,Close Date,Worth,Original Traffic Source\n"
    text += "1,Signed,05/01/2026,06/01/2026,9,x\n"
    frame = read(toml, {"h.csv": text}).tables["leads"]
    assert frame["value"].tolist() == [9.0]
    assert "source" not in frame
    assert frame["won_on"].dt.date.tolist() == [dt.date(2026, 1, 6)]


def test_a_column_that_only_the_preset_names_may_be_absent_and_is_told(read) -> None:
    text = HUBSPOT.replace("Amount", "Sum")
    intake = read('[tables.leads]\nfile = "h.csv"\npreset = "hubspot_deals"\n', {"h.csv": text})
    words, fault = sorted(intake.faults, key=lambda fault: fault.column == "Amount")
    assert (fault.column, fault.severity) == ("Amount", "warning")
    assert "'Referrals' (1)" in words.problem
    assert "value" not in intake.tables["leads"]


@pytest.mark.parametrize(
    ("table", "name", "problem", "fix"),
    [
        ("payments", "stripe_payment", "no such preset", "stripe_payments"),
        ("payments", "hubspot_deals", "for leads", "[tables.leads]"),
    ],
)
def test_a_preset_that_does_not_fit(errors, table, name, problem, fix) -> None:
    found = errors(f'[tables.{table}]\nfile = "s.csv"\npreset = "{name}"\n', {"s.csv": STRIPE})
    assert (found[0].file, found[0].value) == ("client.toml", name)
    assert problem in found[0].problem
    assert fix in found[0].fix
