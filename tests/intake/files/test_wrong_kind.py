"""Files of another kind than their name says: each is named for what it is, with its own remedy."""

from __future__ import annotations

import gzip
import io
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from referral_playbook.intake.files.peek import UnreadableError, peek
from referral_playbook.intake.files.wrong_kind import wrong_kind

CSV = b"customer_id,joined_on\nA,2026-01-01\n"
PAGE = b"<!DOCTYPE html>\n<html><table><tr><td>A</td></tr></table></html>"
OLD = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)


def zipped(*names):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        for name in names:
            file.writestr(name, b"x")
    return made.getvalue()


def parquet():
    made = io.BytesIO()
    pq.write_table(pa.table({"customer_id": ["A"]}), made)
    return made.getvalue()


def named(value):
    """Packed files hold the time, which must not be in the name of a test: workers would collect different ones."""
    return "data" if isinstance(value, bytes) else None


@pytest.mark.parametrize(
    ("name", "data", "what", "remedy"),
    [
        ("c.csv", zipped("xl/workbook.xml"), "an Excel workbook", "Rename it to c.xlsx"),
        ("c.xls", zipped("xl/workbook.xml"), "an Excel workbook", "Rename it to c.xlsx"),
        ("c.csv", zipped("customers.csv"), "a zip archive", "Unpack it"),
        ("c.csv", zipped("Index/Document.iwa"), "a document of Apple Numbers", "export it as CSV or Excel"),
        ("c.csv", OLD, "an Excel workbook of the old kind", "Rename it to c.xls,"),
        (
            "c.xlsx",
            OLD + "EncryptedPackage".encode("utf-16-le"),
            "an Excel workbook with a password",
            "remove the pass",
        ),
        ("c.csv", parquet(), "a Parquet file", "Rename it to c.parquet"),
        ("c.csv", gzip.compress(CSV), "a file packed with gzip", "Unpack it"),
        ("c.csv", b"%PDF-1.7\n", "a PDF document", "cannot be read safely"),
        ("c.xls", PAGE, "a web page", "open it in Excel and save it as c.xlsx"),
        ("c.csv", b"\xef\xbb\xbf" + PAGE, "a web page", "export again while signed in"),
        ("c.xls", b'<?xml version="1.0"?><Workbook/>', "an XML file", "save it as c.xlsx"),
        ("c.csv", b'[\n {"customer_id": "A"}]', "JSON", "Export the same data as CSV"),
        ("c.parquet", CSV, "plain text", "Rename it to c.csv"),
        ("c.xlsx", CSV.decode().encode("utf-16"), "plain text", "Rename it to c.csv"),
    ],
    ids=named,
)
def test_a_file_is_named_for_what_it_is(tmp_path, name, data, what, remedy):
    (tmp_path / name).write_bytes(data)
    fault = wrong_kind(tmp_path / name, name)
    assert fault.problem == f"this is {what}, and its name says .{name.split('.')[1]}"
    assert remedy in fault.fix
    with pytest.raises(UnreadableError, match=what):
        peek(tmp_path / name)


@pytest.mark.parametrize("name", ["c.csv", "c.xlsx", "c.parquet"])
def test_an_empty_file_is_empty_under_any_name(tmp_path, name):
    (tmp_path / name).write_bytes(b"\n")
    assert wrong_kind(tmp_path / name, name).problem == "the file is empty"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("c.csv", CSV),
        ("c.TXT", CSV.decode().encode("utf-16")),
        ("c.csv", b'"{""a"": 1}",b\n1,2\n'),
        ("c.xlsx", zipped("xl/workbook.xml")),
        ("c.parquet", parquet()),
    ],
    ids=named,
)
def test_a_file_of_its_kind_passes(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    assert wrong_kind(tmp_path / name, name) is None
