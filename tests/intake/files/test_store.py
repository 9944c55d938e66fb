"""A store of typed rows: copied from a client's Parquet file that says the same, written from the first difference."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from referral_playbook.intake.files.store import Store

PIECES = [{"customer_id": ["a", "b"], "amount": [1.0, None]}, {"customer_id": ["c"], "amount": [3.0]}]
LAST = {"customer_id": ["d"], "amount": [4.0]}


def piece(rows):
    return pa.table(rows, pa.schema([("customer_id", pa.string()), ("amount", pa.float64())]))


@pytest.fixture
def given(tmp_path):
    """The client's file, with two rows a group, and its pieces as a reader hands them over."""
    pieces = [piece(rows) for rows in (*PIECES, LAST)]
    pq.write_table(pa.concat_tables(pieces), tmp_path / "given.parquet", row_group_size=2)
    return tmp_path / "given.parquet", pieces


def stored(tmp_path, given, pairs):
    out = tmp_path / "out.parquet"
    with Store(out, given) as store:
        for rows, theirs in pairs:
            store.add(rows, theirs)
    return out, store.rows


def test_a_file_that_says_the_same_is_copied_byte_for_byte(tmp_path, given):
    path, pieces = given
    out, rows = stored(tmp_path, path, zip(pieces, pieces, strict=True))
    assert (out.read_bytes(), rows) == (path.read_bytes(), 4)


@pytest.mark.parametrize("at", [0, 1, 2])
def test_from_the_first_piece_that_differs_all_is_written(tmp_path, given, at):
    path, pieces = given
    ours = list(pieces)
    ours[at] = ours[at].set_column(1, "amount", pa.array([9.0] * len(ours[at])))
    out, rows = stored(tmp_path, path, zip(ours, pieces, strict=True))
    assert (pq.read_table(out), rows) == (pa.concat_tables(ours), 4)


@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_piece_of_which_no_row_is_left_is_left_out(tmp_path, given, at):
    path, pieces = given
    ours = [None if number == at else rows for number, rows in enumerate(pieces)]
    out, rows = stored(tmp_path, path, zip(ours, pieces, strict=True))
    left = pa.concat_tables([rows for rows in ours if rows is not None])
    assert (pq.read_table(out), rows) == (left, len(left))


def test_a_column_more_in_the_file_is_not_copied(tmp_path, given):
    path, pieces = given
    theirs = [rows.append_column("email", pa.array(["x@y.example"] * len(rows))) for rows in pieces]
    out, _ = stored(tmp_path, path, zip(pieces, theirs, strict=True))
    assert pq.read_table(out) == pa.concat_tables(pieces)
    assert b"x@y.example" not in out.read_bytes()


def test_a_compression_that_not_every_engine_reads_is_written_again(tmp_path, given):
    path, pieces = given
    pq.write_table(pa.concat_tables(pieces), path, compression="brotli")
    out, _ = stored(tmp_path, path, zip(pieces, pieces, strict=True))
    assert pq.read_metadata(out).row_group(0).column(0).compression == "SNAPPY"


def test_nothing_is_written_where_no_row_is_left(tmp_path, given):
    path, pieces = given
    out, rows = stored(tmp_path, path, [(None, theirs) for theirs in pieces])
    assert (out.exists(), rows) == (False, 0)


def test_after_an_error_there_is_no_copy(tmp_path, given):
    path, pieces = given
    with pytest.raises(ValueError, match="refused"):
        stored(tmp_path, path, _one_piece_and_an_error(pieces[0]))
    assert not (tmp_path / "out.parquet").exists()


def _one_piece_and_an_error(rows):
    yield rows, rows
    raise ValueError("refused")


def test_a_column_that_some_pieces_lack_is_empty_there(tmp_path):
    narrow, wide = piece(PIECES[0]), piece(LAST).append_column("left_on", pa.array(["2026-01-31"]))
    out, rows = stored(tmp_path, None, [(narrow, None), (wide, None), (narrow, None)])
    assert pq.read_table(out)["left_on"].to_pylist() == [None, None, "2026-01-31", None, None]
    assert pq.read_table(out)["customer_id"].to_pylist() == ["a", "b", "d", "a", "b"]
    assert (rows, [path.name for path in tmp_path.iterdir()]) == (5, ["out.parquet"])
