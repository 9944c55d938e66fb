"""No damage that a reader can see passes in silence: the file is refused, or there is a warning, or nothing changed."""

from __future__ import annotations

from collections import Counter

import pandas as pd
import pytest

from referral_playbook.contract.client_toml.client import read_client
from referral_playbook.intake import IntakeError, read_client_tables

from .damages import FILES, UNSEEN, damages

TOML = """\
name = "Test"
currency = "GBP"
as_of = 2026-09-30
[tables.customers]
file = "customers.csv"
[tables.payments]
file = "payments.csv"
"""
EVERY = [damage for file in FILES for damage in damages(file)]


@pytest.fixture
def read_with(tmp_path):
    """Read the client with one of its files damaged: its tables, and how many warnings there are."""
    (tmp_path / "client.toml").write_text(TOML)

    def _read(file="", content=b""):
        for name, text in FILES.items():
            (tmp_path / name).write_bytes(content if name == file else text.encode())
        intake = read_client_tables(read_client(tmp_path))
        return intake.tables, len(list(intake.faults))

    return _read


def in_order(table: pd.DataFrame) -> pd.DataFrame:
    return table.sort_values(list(table.columns)).reset_index(drop=True)


def test_no_damage_that_can_be_seen_is_silent(read_with, promise):
    tables, warnings = read_with()
    assert warnings == 0
    outcomes, silent = Counter(), []
    for damage in EVERY:
        try:
            found, noted = read_with(damage.file, damage.content)
        except IntakeError:
            outcomes["refused"] += 1
            continue
        if all(in_order(found[name]).equals(in_order(table)) for name, table in tables.items()):
            outcomes["unchanged"] += 1
        elif noted:
            outcomes["warned of"] += 1
        elif damage.kind in UNSEEN:
            outcomes["unseen"] += 1
        else:
            silent.append(damage.name)
    assert silent == []
    assert len({damage.kind for damage in EVERY}) >= 60
    seen = len(EVERY) - outcomes["unseen"]
    promise("A damage to a CSV file that a reader can see is said", f"0 of {seen:,} silent")


def test_the_kinds_that_nobody_can_see_are_listed(promise):
    assert {damage.kind for damage in EVERY} >= set(UNSEEN)
    promise("Damages that nobody can see", "; ".join(UNSEEN.values()))
