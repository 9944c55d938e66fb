"""Files that would fill the memory or the time, made small; run as a program it reads each and says what it took.

``python bombs.py FOLDER`` makes them one by one in FOLDER, reads each in a process of its own with `playbook check` and
`playbook init`, and prints for each what was said, the seconds of the processor, and the megabytes.
"""

from __future__ import annotations

import json
import os
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

from referral_playbook import cli
from referral_playbook.intake import tables  # noqa: F401  what both commands need is imported once
from referral_playbook.intake.proposals import starting  # noqa: F401

MB = 1 << 20
HEAD = 'name = "Bomb"\ncurrency = "GBP"\nas_of = 2026-09-30\n[tables.customers]\nfile = "{file}"\n'
SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
END = "</sheetData></worksheet>"
CELL = '<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>'
ROW = '<row r="{row}">{cells}</row>'
TABLE = ROW.format(row=1, cells=CELL.format(at="A1", text="customer_id") + CELL.format(at="B1", text="joined_on"))
Write = Callable[[Path], str]


def _workbook(folder: Path, body: str, *, padding: int = 0, strings: str = "") -> str:
    """A workbook with one sheet; `padding` MB of blanks stand in it, which pack to nearly nothing."""
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    with zipfile.ZipFile(folder / "customers.xlsx", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        book.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType="application/vnd.'
            f'openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{kinds}.sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kinds}.worksheet+xml"/></Types>',
        )
        book.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="r" Type="{relation}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
        )
        book.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="s" Type="{relation}/worksheet" '
            f'Target="worksheets/sheet1.xml"/><Relationship Id="t" Type="{relation}/sharedStrings" '
            'Target="sharedStrings.xml"/></Relationships>',
        )
        book.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="{relation}"><sheets>'
            '<sheet name="one" sheetId="1" r:id="s"/></sheets></workbook>',
        )
        if strings:
            book.writestr("xl/sharedStrings.xml", strings)
        with book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(f"{SHEET}{TABLE}".encode())
            for _ in range(padding // 16):
                sheet.write(b" " * (16 * MB))
            sheet.write(f"{body}{END}".encode())
    return "customers.xlsx"


def far_cell(folder: Path) -> str:
    return _workbook(folder, ROW.format(row=1048576, cells=CELL.format(at="XFD1048576", text="x")))


def packed_workbook(folder: Path) -> str:
    return _workbook(folder, "", padding=1024)


def lying_workbook(folder: Path) -> str:
    """The same, and its directory says that the sheet is small."""
    name = _workbook(folder, "", padding=1024)
    content = bytearray((folder / name).read_bytes())
    at = content.rfind(b"xl/worksheets/sheet1.xml") - 46
    content[at + 24 : at + 28] = (1000).to_bytes(4, "little")
    (folder / name).write_bytes(content)
    return name


def entities(folder: Path) -> str:
    """Shared texts that name each other, ten times each, ten deep."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 11))
    strings = f'<!DOCTYPE sst [<!ENTITY l0 "lol">{laughs}]><sst><si><t>&l10;</t></si></sst>'
    cells = CELL.format(at="A2", text="a") + '<c r="B2" t="s"><v>0</v></c>'
    return _workbook(folder, ROW.format(row=2, cells=cells), strings=strings)


def packed_parquet(folder: Path) -> str:
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = {f"c{number}": pa.nulls(20_000_000) for number in range(20)}
    pq.write_table(pa.table(columns), folder / "customers.parquet")
    return "customers.parquet"


def many_columns(folder: Path) -> str:
    header = ",".join(["customer_id", "joined_on", *(f"c{n}" for n in range(100_000))])
    (folder / "customers.csv").write_text(f"{header}\n" + "1," * 100_001 + "1\n")
    return "customers.csv"


def many_headers(folder: Path) -> str:
    header = ",".join(f"customer number {n}" for n in range(20_000))
    (folder / "customers.csv").write_text(f"{header}\n" + "1," * 19_999 + "1\n")
    return "customers.csv"


def blank_lines(folder: Path) -> str:
    with (folder / "customers.csv").open("wb") as file:
        file.write(b"customer_id,joined_on\n")
        for _ in range(500):
            file.write(b"\n" * MB)
    return "customers.csv"


def rows_of_delimiters(folder: Path) -> str:
    with (folder / "customers.csv").open("wb") as file:
        file.write(b"customer_id,joined_on\n")
        for _ in range(100):
            file.write(b",\n" * (MB // 2))
    return "customers.csv"


def sparse(folder: Path) -> str:
    with (folder / "customers.csv").open("wb") as file:
        file.write(b"customer_id,joined_on\n")
        file.truncate(2 << 30)
    return "customers.csv"


def endless_line(folder: Path) -> str:
    with (folder / "customers.csv").open("wb") as file:
        for _ in range(200):
            file.write(b"a" * MB)
    return "customers.csv"


def endless_quote(folder: Path) -> str:
    with (folder / "customers.csv").open("wb") as file:
        file.write(b'customer_id,joined_on\n"')
        for _ in range(200 * 64):
            file.write(b"a" * (16 << 10) + b"\n")
    return "customers.csv"


def many_keys(folder: Path) -> str:
    (folder / "customers.csv").write_text("customer_id,joined_on\n1,2026-01-05\n")
    keys = "\n".join(f"k{n} = {n}" for n in range(20_000))
    (folder / "client.toml").write_text(HEAD.format(file="customers.csv") + f"[parameters]\n{keys}\n")
    return "customers.csv"


def many_words(folder: Path) -> str:
    (folder / "customers.csv").write_text("customer_id,joined_on,segment\n1,2026-01-05,a\n")
    words = ", ".join(f'"w{n}"' for n in range(20_000))
    toml = HEAD.format(file="customers.csv") + f"where = {{ segment = [{words}] }}\n"
    (folder / "client.toml").write_text(toml)
    return "customers.csv"


BOMBS: dict[str, Write] = {
    "a stray cell far away in a workbook": far_cell,
    "a workbook that unpacks to 1 GB": packed_workbook,
    "a workbook that lies about its size": lying_workbook,
    "texts of a workbook that name each other": entities,
    "a Parquet file of 400 million cells": packed_parquet,
    "100,000 columns": many_columns,
    "20,000 headers": many_headers,
    "500 MB of blank lines": blank_lines,
    "50 million rows of delimiters": rows_of_delimiters,
    "a sparse file of 2 GB": sparse,
    "a line of 200 MB": endless_line,
    "a quote that is never closed, 200 MB": endless_quote,
    "20,000 keys in client.toml": many_keys,
    "20,000 words in client.toml": many_words,
}


def _reads(folder: Path, file: str, command: str) -> list[object]:
    """Run a command in a process of its own: its exit code, the last line that it said, seconds, and megabytes."""
    told = folder / "told"
    place = ["check", str(folder)] if command == "check" else ["init", f"{folder}/new", "--from", f"{folder}/{file}"]
    if (child := os.fork()) == 0:
        with told.open("w") as out:
            os.dup2(out.fileno(), 1)
            os.dup2(out.fileno(), 2)
        try:
            cli.main(place, standalone_mode=True)
        except SystemExit as leaving:
            os._exit(int(leaving.code or 0))
        finally:
            os._exit(99)
    _, status, used = os.wait4(child, 0)
    seconds = used.ru_utime + used.ru_stime
    said = told.read_text(errors="replace").strip().splitlines()
    code = os.waitstatus_to_exitcode(status)
    return [code, (said or [""])[-1][:200], round(seconds, 2), round(used.ru_maxrss / 1024)]


def main() -> None:
    for name, write in BOMBS.items():
        if len(sys.argv) > 2 and sys.argv[2] not in name:
            continue
        folder = Path(sys.argv[1]) / write.__name__
        folder.mkdir()
        if (child := os.fork()) == 0:  # making a bomb takes memory, too
            file = write(folder)
            if not (folder / "client.toml").exists():
                (folder / "client.toml").write_text(HEAD.format(file=file))
            os._exit(0)
        os.waitpid(child, 0)
        (file,) = [path.name for path in folder.glob("customers.*")]
        commands = ("check",) if write in (many_keys, many_words) else ("check", "init")
        print(json.dumps([name, {command: _reads(folder, file, command) for command in commands}]), flush=True)
        (folder / file).unlink()


if __name__ == "__main__":
    main()
