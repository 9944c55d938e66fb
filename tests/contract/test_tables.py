"""The tables of the contract: names that agree, keys that are there, choices where there is a choice."""

from __future__ import annotations

from collections import Counter

import pytest

from referral_playbook.contract.tables import TABLES, Column, Table

EVERY = list(TABLES.values())


@pytest.mark.parametrize("table", EVERY, ids=lambda t: t.name)
def test_a_table_is_called_by_its_name_and_has_each_column_once(table: Table) -> None:
    assert TABLES[table.name] is table
    assert [name for name, n in Counter(table.names).items() if n > 1] == []
    assert all(table.column(name).name == name for name in table.names)


@pytest.mark.parametrize("table", EVERY, ids=lambda t: t.name)
def test_key_and_date_are_columns_of_the_right_kind(table: Table) -> None:
    assert table.key is None or table.column(table.key).required
    assert table.dated_by is None or table.column(table.dated_by).kind in ("date", "month")


@pytest.mark.parametrize("table", EVERY, ids=lambda t: t.name)
def test_choices_belong_to_choice_columns(table: Table) -> None:
    assert all((column.kind == "choice") == bool(column.choices) for column in table.columns)


def test_required_columns_come_in_the_order_of_the_table() -> None:
    assert TABLES["customers"].required == ("customer_id", "joined_on")
    assert TABLES["payments"].required == ("customer_id", "paid_on", "amount")


@pytest.mark.parametrize(
    ("column", "money", "identity"),
    [
        (Column(name="amount", kind="number"), True, False),
        (Column(name="hours", kind="number"), False, False),
        (Column(name="tenure_months", kind="count"), False, False),
        (Column(name="customer_id"), False, True),
        (Column(name="referred_by"), False, True),
        (Column(name="segment"), False, False),
    ],
)
def test_money_and_identity_follow_from_kind_and_name(column: Column, money: bool, identity: bool) -> None:
    assert (column.is_money, column.is_id) == (money, identity)
