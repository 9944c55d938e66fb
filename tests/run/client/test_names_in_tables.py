"""The names that tables have for rewards and arms, from files as from the tables that were just read."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from referral_playbook.run.client.names_in_tables import PLACES, names_in, names_in_intake


def test_names_are_those_of_the_column_without_empty_ones(tmp_path):
    table, column = PLACES[0]
    (tmp_path / "tables").mkdir()
    rows = pa.table({column: ["gift", None, "", "credit", "gift"], "other": ["x"] * 5})
    pq.write_table(rows, tmp_path / "tables" / f"{table}.parquet")
    assert names_in(tmp_path) == {(table, column): frozenset({"gift", "credit"})}


def test_a_table_without_the_column_has_no_names_and_one_that_is_not_there_is_left_out(tmp_path):
    table, column = PLACES[0]
    (tmp_path / "tables").mkdir()
    pq.write_table(pa.table({"other": ["x"]}), tmp_path / "tables" / f"{table}.parquet")
    assert names_in(tmp_path)[table, column] == frozenset()
    assert {place[0] for place in names_in(tmp_path)} == {table}


def test_the_tables_that_were_just_read_give_the_same_names(tmp_path):
    table, column = PLACES[0]
    rows = pd.DataFrame({column: ["gift", None, "credit", "gift"]})
    read = SimpleNamespace(tables={table: rows})
    assert names_in_intake(read)[table, column] == frozenset({"gift", "credit"})
    path = tmp_path / f"{table}.parquet"
    rows.to_parquet(path)
    spooled = SimpleNamespace(tables={table: SimpleNamespace(path=path)})
    assert names_in_intake(spooled) == names_in_intake(read)
