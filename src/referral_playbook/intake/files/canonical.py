"""The one text of a number or a date that a Parquet file holds: 1234.5, 2026-09-30, whatever client.toml declares."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc


def is_text(kind: pa.DataType) -> bool:
    """Whether a column of this type is text, which client.toml says how to read."""
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_dictionary(kind))


def canonical_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column as text, null where it is empty."""
    kind = column.type
    if pa.types.is_timestamp(kind):
        stamp = pa.timestamp("s", tz=kind.tz)  # whole seconds: strftime would print the fraction else
        form = "%Y-%m-%d %H:%M:%S%z" if kind.tz else "%Y-%m-%d %H:%M:%S"  # a stamp as its own time zone writes it
        column = pc.strftime(pc.cast(column, stamp, safe=False), format=form)
    elif pa.types.is_floating(kind):
        column = pc.if_else(pc.is_nan(column), pa.scalar(None, kind), column)
        column = pc.replace_substring_regex(pc.cast(column, pa.string()), r"\.0$", "")
    elif pa.types.is_nested(kind) or pa.types.is_duration(kind) or pa.types.is_binary(kind):
        column = pa.array([None if value is None else str(value) for value in column.to_pylist()], pa.string())
    text = pc.cast(column, pa.string())
    return text if isinstance(text, pa.ChunkedArray) else pa.chunked_array([text])
