"""A workbook of a simulated client reads back as its table, and has the same bytes each time."""

from __future__ import annotations

import io

import openpyxl
import pandas as pd

from referral_playbook.simulate.workbook import workbook_bytes

TABLE = pd.DataFrame({"id": ["a", None], "on": pd.to_datetime(["2026-09-30", None]), "n": [1.5, 2.0]})


def test_cells_are_of_their_type_and_missing_ones_empty() -> None:
    page = openpyxl.load_workbook(io.BytesIO(workbook_bytes(TABLE, "Export", "%d/%m/%Y")))["Export"]
    rows = list(page.iter_rows(values_only=True))
    assert rows[0] == ("id", "on", "n")
    assert rows[1] == ("a", pd.Timestamp("2026-09-30").to_pydatetime(), 1.5)
    assert rows[2] == (None, None, 2)
    assert page["B2"].number_format == "dd/mm/yyyy"


def test_the_bytes_depend_on_the_table_alone() -> None:
    one = workbook_bytes(TABLE, "Export", "%Y-%m-%d")
    assert one == workbook_bytes(TABLE.copy(), "Export", "%Y-%m-%d")
    assert one != workbook_bytes(TABLE.assign(n=3.0), "Export", "%Y-%m-%d")
