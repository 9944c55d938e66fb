"""PostgreSQL without a server: rows as CSV in which empty text is not null, and no password in a message."""

from __future__ import annotations

import pyarrow as pa
import pytest

pytest.importorskip("psycopg")

from referral_playbook.facts.engines.places import KINDS, Engine, EngineError
from referral_playbook.facts.engines.postgres_engine import TYPES, _as_csv, _without_password, opened
from referral_playbook.facts.engines.upload import plain


def engine(url, **options):
    return Engine(kind=KINDS["postgres"], url=url, options=options)


def test_an_empty_text_stays_apart_from_null():
    schema = pa.schema([("name", pa.string()), ("n", pa.int64())])
    rows = pa.record_batch({"name": ["a", "", None, 'say "x", y'], "n": [1, None, 3, 4]}, schema=schema)
    assert _as_csv(rows, schema).decode().splitlines() == ['"a",1', '"",', ",3", '"say ""x"", y",4']


def test_rows_go_in_the_types_of_the_table():
    schema = plain(pa.schema([("amount", pa.float32()), ("day", pa.date64())]))
    rows = pa.record_batch({"amount": pa.array([0.5], pa.float32()), "day": pa.array([86_400_000], pa.date64())})
    assert _as_csv(rows, schema) == b"0.5,1970-01-02\n"


def test_every_plain_type_has_a_column_type():
    kinds = [pa.bool_(), pa.int8(), pa.float32(), pa.date64(), pa.timestamp("ns"), pa.string(), pa.null()]
    schema = plain(pa.schema([(f"c{i}", kind) for i, kind in enumerate(kinds)]))
    assert all(field.type in TYPES for field in schema)


@pytest.mark.parametrize("secret", ["s3cret", "p%40ss"])
def test_a_message_never_repeats_the_password(secret):
    url = f"postgresql://ann:{secret}@host/db"
    assert _without_password(f"bad url {url}", engine(url)) == "this URL cannot be read"
    assert _without_password("bad p@ss", engine("postgresql://ann:p%40ss@host/db")) == "this URL cannot be read"
    assert _without_password(" no route to host\n", engine(url)) == "no route to host"


def test_a_server_that_is_not_there_is_a_fault_of_the_engine():
    with pytest.raises(EngineError, match="--engine: "), opened(engine("postgresql://127.0.0.1:1/none")):
        pass
