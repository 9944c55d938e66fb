"""The data dictionary of a client: every file and column, with ranges that the tables have."""

from __future__ import annotations

import dataclasses
import json

from referral_playbook.contract.client_toml.client import read_client
from referral_playbook.contract.tables import TABLES
from referral_playbook.simulate.__main__ import SAMPLES
from referral_playbook.simulate.dictionary import data_dictionary
from tests.simulate.simulations import sample


def test_sample_is_small_and_says_what_it_is(data):
    for name in SAMPLES:
        files = list((data / name).iterdir())
        assert sum(p.stat().st_size for p in files if p.suffix in (".csv", ".xlsx")) < 1_500_000
        words = (data / name / "DATA_DICTIONARY.md").read_text(encoding="utf-8")
        client = read_client(data / name)
        for table, spec in client.tables.items():
            assert f"`{spec.file}`" in words
            assert all(f"| {c} |" in words for c in TABLES[table].required)
            assert all(header in words for header in spec.columns.values())
        assert json.loads((data / name / "truth.json").read_text(encoding="utf-8"))["client"] == client.name


def test_ranges_units_and_empty_cells_are_those_of_the_tables():
    client = sample("cupboard")
    lines = {
        line.split(" | ")[0].removeprefix("| "): line.strip("| ").split(" | ")
        for line in data_dictionary(client).splitlines()
        if line.startswith("| ") and not line.startswith("| column")
    }
    paid = client.tables["payments"]
    assert lines["amount"][3] == "USD"
    assert lines["amount"][4] == f"{paid['amount'].min():,.6g} to {paid['amount'].max():,.6g}"
    assert lines["paid_on"][3:5] == ["date %m/%d/%Y", f"{paid['paid_on'].min():%Y-%m-%d} to 2026-08-31"] or (
        lines["paid_on"][4] == f"{paid['paid_on'].min():%Y-%m-%d} to {paid['paid_on'].max():%Y-%m-%d}"
    )
    customers = client.tables["customers"]
    assert lines["source"][5] == str(int(customers["source"].isna().sum()))
    assert lines["source"][4] == "instagram, market stall, referral, search"
    assert lines["customer_id"][4] == "250 different"


def test_a_column_without_values_has_no_range_and_a_bar_in_a_word_keeps_the_table_whole():
    client = sample("cupboard")
    payments = client.tables["payments"].assign(margin=float("nan"))
    regions = client.tables["customers"].assign(region="A | B")
    tables = {**client.tables, "payments": payments, "customers": regions}
    text = data_dictionary(dataclasses.replace(client, tables=tables))
    (margin,) = (line for line in text.splitlines() if line.startswith("| margin"))
    assert "| none |" in margin
    (region,) = (line for line in text.splitlines() if line.startswith("| region"))
    assert region.count("|") == 7
    assert "A / B" in region
