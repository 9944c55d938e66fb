"""Files that are not what their name says: a workbook called .csv, a web page called .xls, text called .parquet."""

from __future__ import annotations

import codecs
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from referral_playbook.intake.faults import Fault

BEGINNING = 1 << 16
TEXT = (".csv", ".tsv", ".txt")
WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
AS_TABLE = "Export the same data as CSV or as an Excel workbook"
PASSWORD = "EncryptedPackage".encode("utf-16-le")
PACKED = (b"Rar!", b"7z\xbc\xaf", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")


@dataclass(frozen=True)
class Kind:
    """What a file is: in words, the endings under which it is read, and what to do where it has another.

    In `fix`, {stem} stands for the file's name without its ending.
    """

    what: str
    endings: tuple[str, ...] = ()
    fix: str = AS_TABLE


def _rename(ending: str, or_else: str = "") -> str:
    return f"Rename it to {{stem}}{ending}, in client.toml too where it is named there{or_else}"


EMPTY = Kind("empty", fix="Export it again, with its header")
WORKBOOK = Kind(
    "an Excel workbook", (".xlsx", ".xlsm"), _rename(".xlsx", "; or open it in Excel and save it as CSV (UTF-8)")
)
BINARY_WORKBOOK = Kind("an Excel workbook", (".xlsb",), _rename(".xlsb"))
OLD_WORKBOOK = Kind("an Excel workbook of the old kind", (".xls",), _rename(".xls"))
LOCKED = Kind(
    "an Excel workbook with a password", fix="Open it in Excel, remove the password, and save it again as {stem}.xlsx"
)
CALC = Kind("an OpenDocument workbook", (".ods",), _rename(".ods"))
NUMBERS = Kind("a document of Apple Numbers", fix="Open it in Numbers and export it as CSV or Excel")
WORD = Kind("a Word document")
ARCHIVE = Kind("a zip archive", fix="Unpack it, and give the name of the file inside in client.toml")
GZIP = Kind("a file packed with gzip", fix="Unpack it, and give the name of the file inside in client.toml")
OTHER_PACKED = Kind("a packed file", fix="Unpack it, and give the name of the file inside in client.toml")
PARQUET = Kind("a Parquet file", (".parquet",), _rename(".parquet"))
PDF = Kind("a PDF document", fix=f"Tables cannot be read safely from a PDF. {AS_TABLE}")
DATABASE = Kind("a SQLite database", fix="Export its table as CSV")
PAGE = Kind(
    "a web page",
    fix="If it shows your table, open it in Excel and save it as {stem}.xlsx. If it is a page to sign in, export again "
    "while signed in",
)
XML = Kind("an XML file", fix="Open it in Excel and save it as {stem}.xlsx")
JSON = Kind(
    "JSON",
    fix="Programs exchange data in this form. Export the same data as CSV; or convert it, for example with pandas: "
    "read_json and to_csv",
)
PLAIN_TEXT = Kind("plain text", TEXT, _rename(".csv"))

SIGNATURES: tuple[tuple[bytes, Callable[[Path, bytes], Kind]], ...] = (
    (b"PK\x03\x04", lambda path, data: _zipped(path)),
    (b"\xd0\xcf\x11\xe0", lambda path, data: LOCKED if PASSWORD in _ends(path, data) else OLD_WORKBOOK),
    (b"PAR1", lambda path, data: PARQUET),
    (b"\x1f\x8b", lambda path, data: GZIP),
    (b"%PDF-", lambda path, data: PDF),
    (b"SQLite format 3", lambda path, data: DATABASE),
    *((mark, lambda path, data: OTHER_PACKED) for mark in PACKED),
)


def wrong_kind(path: Path, name: str, table: str = "") -> Fault | None:
    """What is wrong where a file is of another kind than its name says, and what to do; None where it is not."""
    if not path.is_file():
        return None
    ending, found = PurePosixPath(name).suffix.lower(), kind_of(path)
    if found is None or ending in found.endings:
        return None
    problem = "the file is empty" if found is EMPTY else f"this is {found.what}, and its name says {ending}"
    return Fault(file=name, table=table, problem=problem, fix=found.fix.format(stem=PurePosixPath(name).stem))


def kind_of(path: Path) -> Kind | None:
    """What a file is by its first bytes; None where they say nothing that is known."""
    with path.open("rb") as file:
        data = file.read(BEGINNING)
    for mark, kind in SIGNATURES:
        if data.startswith(mark):
            return kind(path, data)
    if not data.strip():
        return EMPTY if path.stat().st_size <= BEGINNING else None
    text = _text(data)
    return None if text is None else _kind_of_text(text)


def _kind_of_text(text: str) -> Kind:
    begin = text.lstrip("\ufeff \t\r\n")[:200].lower()
    if re.match(r"<(!doctype html|html|head|body|table|meta)\b", begin):
        return PAGE
    if begin.startswith("<?xml"):
        return PAGE if "<html" in text.lower() else XML
    return JSON if re.match(r'(\[\s*)?\{\s*"[^"]*"\s*:', begin) else PLAIN_TEXT


def _text(data: bytes) -> str | None:
    """The beginning of a text file; None where it has bytes that no text has."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace")
    return None if b"\0" in data else data.removeprefix(codecs.BOM_UTF8).decode("latin-1")


def _ends(path: Path, data: bytes) -> bytes:
    """The beginning and the end of a file, where a workbook of the old kind names its parts."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - BEGINNING))
        return data + file.read()


def _zipped(path: Path) -> Kind:
    """What a zip file is by the files inside."""
    try:
        with zipfile.ZipFile(path) as file:
            inside = set(file.namelist())
            calc = "mimetype" in inside and b"opendocument.spreadsheet" in file.read("mimetype")[:200]
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError):
        return WORKBOOK if path.suffix.lower() in WORKBOOKS else ARCHIVE  # damaged: its reader says so
    if calc:
        return CALC
    parts = {
        "xl/workbook.bin": BINARY_WORKBOOK,
        "xl/workbook.xml": WORKBOOK,
        "word/document.xml": WORD,
        "Index/Document.iwa": NUMBERS,
        "Index.zip": NUMBERS,
    }
    return next((kind for part, kind in parts.items() if part in inside), ARCHIVE)
