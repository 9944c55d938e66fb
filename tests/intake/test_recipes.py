"""The recipes page: each example is read as it is printed, and gives the table that is printed below it."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pandas as pd
import pytest

from referral_playbook.contract.client_toml.client import read_client
from referral_playbook.intake import read_client_tables
from referral_playbook.intake.declared.presets import preset, preset_names

PAGE = (Path(__file__).resolve().parents[2] / "playbook" / "recipes.md").read_text(encoding="utf-8")
HEAD, *PARTS = re.split(r"^## (?=\d+\. )", PAGE, flags=re.M)
BLOCK = re.compile(r"(?:(Export|Table) `([^`]+)`:\n\n)?```(toml|text)\n(.*?)```", re.S)


def blocks(part):
    """Exports by file name, the TOML, and tables by name."""
    found = BLOCK.findall(part)
    exports = {name: text for what, name, _, text in found if what == "Export"}
    tables = {name: text for what, name, _, text in found if what == "Table"}
    (toml,) = [text for _, _, kind, text in found if kind == "toml"]
    return exports, toml, tables


def as_printed(frame, columns):
    """The rows of a table as the page prints them."""
    return [
        ["" if pd.isna(row[c]) else str(row[c].date() if c.endswith("_on") else row[c]) for c in columns]
        for _, row in frame.iterrows()
    ]


def test_the_list_of_known_exports_is_that_of_the_presets():
    listed = re.findall(r"^\| `(\w+)` \| (\w+) \| (.+) \| ([0-9-]+|undated) \|$", PAGE, flags=re.M)
    known = [(name, preset(name)) for name in preset_names()]
    assert listed == [(name, one["table"], one["about"], one["layout"]) for name, one in known]


def test_there_are_twenty_recipes_or_more():
    assert len(PARTS) >= 20


@pytest.mark.parametrize("part", PARTS, ids=[part.split("\n")[0] for part in PARTS])
def test_a_recipe_gives_the_table_below_it(part, tmp_path):
    exports, toml, tables = blocks(part)
    encoding = re.search(r'encoding = "(.+)"', toml)
    for name, text in exports.items():
        (tmp_path / name).write_bytes(text.encode(encoding[1] if encoding else "utf-8"))
    (tmp_path / "client.toml").write_text(BLOCK.search(HEAD)[4] + toml, encoding="utf-8")
    read = read_client_tables(read_client(tmp_path)).tables
    assert read.keys() == tables.keys()
    for name, text in tables.items():
        columns, *rows = csv.reader(io.StringIO(text))
        assert sorted(as_printed(read[name], columns)) == sorted(rows)
