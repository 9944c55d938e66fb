"""The reference page of client.toml names every key, and its example gives the tables that it prints."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pandas as pd
import pytest

from referral_playbook.contract.client_toml.client import Client, Condition, JoinSpec, TableSpec, read_client
from referral_playbook.intake import read_client_tables

PAGE = (Path(__file__).resolve().parents[2] / "playbook" / "client-toml.md").read_text(encoding="utf-8")
EXAMPLE = PAGE[PAGE.index("## An example") :]
NOT_KEYS = {"folder", "step_parameters", "statements"}  # made from the files, not written in client.toml


@pytest.mark.parametrize("model", [Client, TableSpec, JoinSpec, Condition])
def test_every_key_is_explained(model):
    keys = {field.alias or name for name, field in model.model_fields.items()} - NOT_KEYS
    assert {key for key in keys if not re.search(rf"`[^`]*\b{key}\b[^`]*`", PAGE)} == set()


def blocks(kind):
    return dict(re.findall(rf"{kind}`([^`]+)`:[^\n]*\n\n```\w+\n(.*?)```", EXAMPLE, re.S))


def test_the_example_gives_what_it_says(tmp_path):
    for name, text in blocks("\n").items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    intake = read_client_tables(read_client(tmp_path))
    assert [fault for fault in intake.faults if "delimiters and nothing else" not in fault.problem] == []
    for name, text in blocks("Table ").items():
        columns, *rows = csv.reader(io.StringIO(text))
        frame = intake.tables[name]
        found = [
            [str(row[c].date()) if c.endswith("_on") else str(row[c]) for c in columns] for _, row in frame.iterrows()
        ]
        assert sorted(found) == sorted(rows)
    assert set(blocks("Table ")) == set(intake.tables)
    assert intake.quality["payments"]["converted"] == {"USD": 1}
    assert not any(pd.isna(intake.tables["payments"]["amount"]))
