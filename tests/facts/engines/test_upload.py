"""The types in which a table goes to a server: five that every engine has, in the same order and names."""

from __future__ import annotations

import pyarrow as pa
import pytest

from referral_playbook.facts.engines.upload import plain


@pytest.mark.parametrize(
    ("kind", "goes_as"),
    [
        (pa.bool_(), pa.bool_()),
        (pa.int8(), pa.int64()),
        (pa.uint32(), pa.int64()),
        (pa.float32(), pa.float64()),
        (pa.decimal128(12, 2), pa.float64()),
        (pa.date64(), pa.date32()),
        (pa.timestamp("ns"), pa.timestamp("us")),
        (pa.timestamp("s", tz="UTC"), pa.timestamp("us")),
        (pa.string(), pa.string()),
        (pa.large_string(), pa.string()),
        (pa.dictionary(pa.int32(), pa.string()), pa.string()),
        (pa.null(), pa.string()),
    ],
)
def test_each_type_goes_as_one_that_every_engine_has(kind, goes_as):
    assert plain(pa.schema([("x", kind)])).field("x").type == goes_as


def test_names_and_order_stay_and_it_changes_nothing_twice():
    schema = pa.schema([("b", pa.int16()), ("a", pa.null()), ("c d", pa.date64())])
    once = plain(schema)
    assert once.names == ["b", "a", "c d"]
    assert plain(once) == once
