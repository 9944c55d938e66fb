"""Facts from frames, without files: `run(fact, as_of=..., customers=frame, ...)` gives a DataFrame."""

from __future__ import annotations

from datetime import date

import ibis
import pandas as pd
import pyarrow as pa
import pytest

from referral_playbook.contract.tables import TABLES

ARROW = {"date": pa.date32(), "number": pa.float64(), "count": pa.int64()}


def memtable(name, rows):
    """An Ibis table as intake would have written it: typed, only the columns that are given."""
    frame = pd.DataFrame(rows)
    fields = {c.name: ARROW.get(c.kind, pa.string()) for c in TABLES[name].columns if c.name in frame}
    return ibis.memtable(pa.Table.from_pandas(frame, pa.schema(list(fields.items())), preserve_index=False))


@pytest.fixture(scope="session")
def run():
    def _run(fact, *, as_of=date(2026, 6, 30), keys=(), **tables):
        table = fact({name: memtable(name, rows) for name, rows in tables.items()}, as_of)
        table = table.order_by([ibis.asc(k, nulls_first=True) for k in keys]) if keys else table
        frame = table.to_pyarrow().to_pandas(date_as_object=True, types_mapper={pa.bool_(): pd.BooleanDtype()}.get)
        return frame.astype(object).where(frame.notna(), None)

    return _run


@pytest.fixture(scope="session")
def rows(run):
    """The same as a list of tuples, in the order of the keys."""

    def _rows(fact, *, keys, columns=None, **tables):
        frame = run(fact, keys=keys, **tables)
        return [tuple(r) for r in frame[list(columns or frame.columns)].to_numpy().tolist()]

    return _rows
