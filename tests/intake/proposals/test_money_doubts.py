"""Amounts that mean something else than they look like are asked about: refunds, unpaid rows, cents, repeated rows."""

from __future__ import annotations

import re

import pytest

from referral_playbook.contract.client_toml.client import ClientError, read_client
from referral_playbook.intake import IntakeError, read_client_tables
from referral_playbook.intake.proposals.starting import Source, start_client


@pytest.fixture
def start(tmp_path):
    """Start a client from exports: what was said, and the tables once these lines are answered."""

    def starting(answers, *texts, name="payments"):
        sources = []
        for number, text in enumerate(texts):
            path = tmp_path / f"{name} {number}.csv"
            path.write_text(text, encoding="utf-8")
            sources.append(Source(path))
        said = "\n".join(start_client(tmp_path / "acme", sources, name="Acme", currency="USD", as_of=None))
        file = tmp_path / "acme" / "client.toml"
        text = re.sub(r"(?m)^# (as_of = )\S+.*$", r"\g<1>2026-06-30", file.read_text(encoding="utf-8"))
        file.write_text(text, encoding="utf-8")
        if answers:
            with pytest.raises((ClientError, IntakeError)):
                read_client_tables(read_client(tmp_path / "acme"))
        for line in answers:
            text = text.replace(f"# {line}", line)
        text = "\n".join(line for line in text.split("\n") if '"?"' not in line or line.startswith("#"))
        file.write_text(text, encoding="utf-8")
        return said, read_client_tables(read_client(tmp_path / "acme")).tables

    return starting


API = """\
id,customer,created,amount,amount_refunded,currency,paid
ch_1,cus_1,1767225600,4900,0,usd,true
ch_2,cus_2,1769904000,12900,2900,usd,true
ch_3,cus_1,1772323200,4900,0,usd,false
"""


def test_cents_refunds_and_unpaid_rows_of_an_interface(start):
    answers = ["divide = 100", '"paid" = { not = ["false"] }', 'amount = "amount_refunded"']
    said, tables = start(answers, API)
    assert "the largest is 12900" in said
    assert tables["payments"]["amount"].tolist() == [49.0, 100.0]


def test_nothing_is_asked_of_whole_amounts_that_people_write(start):
    said, tables = start([], "Customer,Date,Total,Refund\na,2026-01-03,1200,0\nb,2026-02-03,500,0\n")
    assert "cents" not in said
    assert "subtracted" not in said
    assert tables["payments"]["amount"].tolist() == [1200.0, 500.0]


def test_a_state_that_says_refunded_counts_only_where_no_column_says_how_much(start):
    text = "Customer,Date,Total,Status\na,2026-01-03,10.50,Paid\nb,2026-02-03,5.00,Refunded\nc,2026-02-04,7.00,Failed\n"
    said, tables = start(['"Status" = { not = ["Refunded", "Failed"] }'], text)
    assert '"Paid" 1 row, "Refunded" 1 row, "Failed" 1 row' in said
    assert tables["payments"]["amount"].tolist() == [10.5]


def test_files_that_overlap_are_asked_about(start):
    head = "Invoice,Client,Date,Total\n"
    first, second = "I1,A,2026-01-05,100\nI3,A,2026-03-31,90\n", "I3,A,2026-03-31,90\nI4,B,2026-04-05,50\n"
    said, tables = start(['repeats = "fold"'], head + first, head + second)
    assert "Files overlap: 1 row" in said
    assert sorted(tables["payments"]["amount"]) == [50.0, 90.0, 100.0]


def test_orders_that_were_never_paid_are_left_out_only_if_the_user_says_so(start):
    text = (
        "Order,Email,Paid at,Total\n1,a@x.example,2026-04-04,50.25\n2,b@x.example,,30\n3,a@x.example,2026-04-06,2.00\n"
    )
    said, tables = start(['"Paid at" = { empty = false }'], text)
    assert '"Paid at" is empty in 1 row of 3' in said
    assert tables["payments"]["amount"].tolist() == [50.25, 2.0]


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("Account Ref,Account Name,Date Opened,Date Closed,Monthly Fee\n0007,Foo,2024-04-03,,£120.00\n", "customers"),
        ("Member ID,Tenure (months),Active,Referrals\n1,12,TRUE,0\n2,3,FALSE,1\n", "customers"),
        ("Code client,Date facture,Montant TTC\nC1,2026-01-03,10.50\nC2,2026-01-28,80.00\n", "payments"),
        ("Lead No,Created,Lead Source,Deal Size\n1,2026-01-03,Web,100\n2,2026-01-04,Referral,200\n", "leads"),
    ],
)
def test_headers_of_other_programs_are_read(tmp_path, text, columns):
    path = tmp_path / "export 8821.csv"
    path.write_text(text, encoding="utf-8")
    said = next(start_client(tmp_path / "acme", [Source(path)], name="Acme", currency="GBP", as_of=None))
    assert f"Read as {columns}" in said


def test_yes_and_no_under_active_are_a_status(start):
    _, tables = start([], "Member ID,Tenure (months),Active\n1,12,TRUE\n2,3,FALSE\n3,40,true\n", name="members")
    assert tables["customers"]["status"].tolist() == ["active", "left", "active"]


def test_the_zone_of_a_time_is_no_currency(tmp_path):
    path = tmp_path / "form.csv"
    text = "Timestamp,Customer number,How likely are you to recommend us?\n2026/05/03 2:02:11 PM GMT+2,C1,9\n"
    path.write_text(text, encoding="utf-8")
    list(start_client(tmp_path / "acme", [Source(path)], name="Acme", currency=None, as_of=None))
    assert 'GMT"' not in (tmp_path / "acme" / "client.toml").read_text(encoding="utf-8").split("[tables")[0]


def test_the_period_of_a_plan_is_asked(start):
    text = "No,Customer ID,Invoice date,Net amount,Billing period\n1,A,2026-01-05,1200,yearly\n"
    text += "2,B,2026-01-06,100,monthly\n"
    said, tables = start(['period = "Billing period"'], text)
    assert '"yearly" 1 row, "monthly" 1 row' in said
    assert tables["payments"]["period_months"].tolist() == [12, 1]


def test_months_are_days_of_a_payment(start):
    _, tables = start([], "Customer,Month,Revenue\nA,2026-01,100.5\nA,2026-02,100\nB,2026-01,50\n")
    assert tables["payments"]["paid_on"].dt.strftime("%Y-%m-%d").tolist() == ["2026-01-01", "2026-02-01", "2026-01-01"]


def test_a_bare_score_is_nps_where_the_file_says_so_and_satisfaction_may_be_words(start):
    text = "Date,Customer,Score,Category\n2026-01-05,C1,9,Promoter\n2026-01-06,C2,3,Detractor\n"
    _, tables = start([], text, name="answers")
    assert tables["surveys"][["question", "answer"]].values.tolist() == [["nps", "9"], ["nps", "3"]]


def test_the_total_of_an_order_on_each_of_its_lines_is_not_counted_several_times(start):
    text = (
        "Order ID,Customer,Date,Item,Line total,Order total\n1,A,2026-01-05,x,10.5,30.5\n1,A,2026-01-05,y,20.0,30.5\n"
    )
    said, tables = start([], text + "2,B,2026-01-06,x,10.5,10.5\n")
    assert '"Order total" is the same on every row of an order' in said
    assert tables["payments"]["amount"].tolist() == [10.5, 20.0, 10.5]


def test_a_total_of_orders_without_an_amount_of_the_line_is_doubted(start):
    text = "Order ID,Customer,Date,Item,Total\n1,A,2026-01-05,x,30.5\n1,A,2026-01-05,y,30.5\n2,B,2026-01-06,x,10.5\n"
    said, _ = start([], text)
    assert "may count several times" in said
