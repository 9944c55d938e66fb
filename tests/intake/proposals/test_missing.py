"""What a folder still lacks: tables first, then columns of the tables that are there."""

from __future__ import annotations

from referral_playbook.contract.tables import TABLES
from referral_playbook.intake.proposals.missing import COLUMNS_WANTED, TABLES_WANTED, still_missing


def test_whatever_is_wanted_is_of_the_contract() -> None:
    assert set(TABLES_WANTED) <= set(TABLES)
    assert [pair for pair in COLUMNS_WANTED if pair[1] not in TABLES[pair[0]].names] == []


def test_a_folder_with_every_column_lacks_nothing() -> None:
    assert still_missing({name: table.names for name, table in TABLES.items()}) == []


def test_an_empty_folder_lacks_every_table_and_no_column() -> None:
    lacks = still_missing({})
    assert [line.partition(":")[0] for line in lacks] == list(TABLES_WANTED)


def test_tables_come_before_columns() -> None:
    lacks = [line.partition(":")[0] for line in still_missing({"payments": ["customer_id", "paid_on", "amount"]})]
    assert lacks[-1] == "payments.margin"
    assert "payments" not in lacks


def test_tenure_and_status_say_who_left() -> None:
    there = ["customer_id", "tenure_months", "status"]
    lacks = [line.partition(":")[0] for line in still_missing({"customers": there})]
    assert "customers.left_on" not in lacks
    assert "customers.left_on" in [line.partition(":")[0] for line in still_missing({"customers": there[:2]})]
