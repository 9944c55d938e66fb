"""A quantity that is set once has one value in every result file, table and workbook of a run."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from typing import Any

import openpyxl
import pytest
from plain_run import run_plain

from referral_playbook.contract.handover import SETTINGS
from referral_playbook.contract.settings.statements import settings_of
from referral_playbook.run.report.workbook import write_workbook

NAME, VALUE = "conversion_rate", 0.08


def values_of(node: Any, place: str) -> Iterator[tuple[str, float]]:
    """Every value that stands under the name: as an estimate, and as a row of a table that names it."""
    if isinstance(node, dict):
        if isinstance(node.get(NAME), dict) and "value" in node[NAME]:
            yield f"{place}/{NAME}", node[NAME]["value"]
        elif isinstance(node.get(NAME), float):
            yield f"{place}/{NAME}", node[NAME]
        if node.get("name") == NAME and "value" in node:
            yield f"{place}[{NAME}]", node["value"]
        for key, inner in node.items():
            yield from values_of(inner, f"{place}/{key}")
    if isinstance(node, list):
        for inner in node:
            yield from values_of(inner, place)


@pytest.fixture(scope="module")
def run_folder(simulated, tmp_path_factory):
    client = simulated(customers=250)
    folder = tmp_path_factory.mktemp("one-value") / "run"
    shutil.copytree(client.facts_dir, folder / "facts")
    settings = settings_of(client.client_dir, [f"break_even.{NAME}={VALUE}", "draws=2000"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(SETTINGS, json.dumps(settings.values))
        run_plain(client.client_dir, folder / "results", rendered=False)
    return folder


def test_every_result_file_has_the_value_that_was_set(run_folder):
    found = {}
    for path in sorted((run_folder / "results").glob("*.json")):
        found |= dict(values_of(json.loads(path.read_text()), path.stem))
    assert {place.split("/")[0] for place in found} >= {"value_exchange", "break_even"}
    assert {place: value for place, value in found.items() if value != pytest.approx(VALUE)} == {}


def test_the_workbook_has_the_value_that_was_set(run_folder):
    write_workbook(run_folder)
    book = openpyxl.load_workbook(run_folder / "break-even.xlsx")
    rows = [row for sheet in book for row in sheet.iter_rows(values_only=True)]
    (named,) = [row for row in rows if row[0] == "Conversion per qualified referral"]
    numbers = [cell for cell in named if isinstance(cell, (int, float))]
    assert numbers[:2] == [VALUE, VALUE]  # the cell to change, and the value as planned
