"""Numbers and dates of a Parquet file have one text, whatever client.toml declares."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pyarrow as pa
import pytest

from referral_playbook.intake.files.canonical import canonical_text, is_text


@pytest.mark.parametrize(
    ("values", "kind", "text"),
    [
        ([1.0, 1234.5, float("nan"), None], pa.float64(), ["1", "1234.5", None, None]),
        ([1, -7, None], pa.int32(), ["1", "-7", None]),
        ([date(2026, 9, 30), None], pa.date32(), ["2026-09-30", None]),
        ([datetime(2026, 9, 30, 8, 5, 1, 900_000)], pa.timestamp("us"), ["2026-09-30 08:05:01"]),
        ([datetime(2026, 9, 30, 8, tzinfo=UTC)], pa.timestamp("us", tz="UTC"), ["2026-09-30 08:00:00+0000"]),
        ([[1, 2], None], pa.list_(pa.int64()), ["[1, 2]", None]),
        ([True, None], pa.bool_(), ["true", None]),
    ],
)
def test_each_type_has_one_text(values, kind, text) -> None:  # type: ignore[no-untyped-def]
    found = canonical_text(pa.chunked_array([pa.array(values, kind)]))
    assert found.to_pylist() == text


def test_only_text_is_read_as_client_toml_declares() -> None:
    assert is_text(pa.string())
    assert is_text(pa.dictionary(pa.int32(), pa.string()))
    assert not is_text(pa.date32())
    assert not is_text(pa.float64())
