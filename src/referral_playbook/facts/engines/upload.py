"""The types in which a table goes to a server: those that every engine has."""

from __future__ import annotations

import pyarrow as pa


def plain(schema: pa.Schema) -> pa.Schema:
    """The same columns in the few types that all engines share.

    Examples
    --------
    >>> plain(pa.schema([("amount", pa.float32()), ("joined_on", pa.date64()), ("note", pa.null())])).types
    [DataType(double), DataType(date32[day]), DataType(string)]
    """
    return pa.schema([(field.name, _plain(field.type)) for field in schema])


def _plain(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_boolean(kind):
        return pa.bool_()
    if pa.types.is_integer(kind):
        return pa.int64()
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return pa.float64()
    if pa.types.is_date(kind):
        return pa.date32()
    return pa.timestamp("us") if pa.types.is_timestamp(kind) else pa.string()
