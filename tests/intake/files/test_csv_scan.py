"""The pass by bytes sees in a CSV what the csv module sees row by row, or leaves the file to it."""

from __future__ import annotations

import string

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referral_playbook.contract.client_toml.client import read_client
from referral_playbook.intake import IntakeError, read_client_tables
from referral_playbook.intake.files import csv_lines, csv_scan
from referral_playbook.intake.files.form import Form

HEADER = "customer_id,day,amount"
SOUND = st.lists(st.text(string.ascii_letters + string.digits + " é", max_size=4), min_size=3, max_size=3).map(",".join)
QUOTED = st.lists(
    st.sampled_from(['""', '"a,b"', '"two\nlines"', '"5"" pipe"', "x", "", '"\r\n"']), min_size=3, max_size=3
)
DAMAGED = st.one_of(
    st.sampled_from(
        ["", " ", ",,", " , , ", "\u00a0,,", '"",,', '" ",,', HEADER, '"customer_id",day,amount', "a,b", "a,b,c,d"]
    ),
    st.sampled_from(['a"b,c,d', '"a"b,c,d', '"open,b,c', 'a,"b" ,c', "a,b\rc,d", "nul\0,b,c", ",,x"]),
)
ROW = st.one_of(SOUND, SOUND, SOUND, QUOTED.map(",".join), DAMAGED)
FILE = st.tuples(st.lists(ROW, min_size=1, max_size=60), st.sampled_from(["\n", "\r\n"]), st.booleans())


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Blocks of some bytes, from the first byte on."""
    monkeypatch.setattr(csv_scan, "SMALL", 0)
    monkeypatch.setattr(csv_scan, "BLOCK", 64)


def seen_by(look, path, form):
    """What a pass notes of a file; the text of the refusal where it refuses it."""
    try:
        seen = look(path, form)
    except (csv_lines._RefusedError, UnicodeError) as refused:
        return type(refused)
    if seen is None:
        return None
    noted = (seen.header, seen.head, seen.wrong, seen.blank, seen.headers_again, seen.bare_quotes)
    return (*noted, np.asarray(seen.starts).tolist())


def written(path, rows, end, closed, encoding="utf-8"):
    text = end.join([HEADER, *(f"c{i},2026-01-01,{i}" for i in range(30)), *rows])
    path.write_bytes((text + end * closed).encode(encoding, errors="replace"))
    return path


@pytest.mark.parametrize(
    "form",
    [
        Form(),
        Form(encoding="cp1252"),
        Form(skipped=1, header_lines=0),
        Form(header_lines=2),
        Form(dropped=frozenset({35, 36})),
    ],
    ids=["utf-8", "cp1252", "no header", "two lines of header", "dropped lines"],
)
def test_both_passes_see_the_same(tmp_path_factory, form):
    path = tmp_path_factory.mktemp("scan") / "rows.csv"
    compared = []

    @settings(max_examples=120, deadline=None, derandomize=True)
    @given(FILE)
    def same(file):
        written(path, *file, encoding=form.encoding)
        by_bytes = seen_by(csv_lines._by_bytes, path, form)
        compared.append(by_bytes is not None)
        assert by_bytes is None or by_bytes == seen_by(csv_lines._by_rows, path, form)

    same()
    assert sum(compared) > 30


@pytest.mark.parametrize("bad", ['a"b,c,d', '"a"b,c,d', '"open,b,c', "a,b\rc,d", "nul\0,b,c"])
def test_a_file_with_quotes_or_line_breaks_out_of_order_is_left_to_the_csv_module(tmp_path, bad):
    path = written(tmp_path / "rows.csv", [bad], "\n", True)
    assert csv_lines._by_bytes(path, Form()) is None


@pytest.mark.parametrize("encoding", ["utf-16", "utf-7", "shift_jis", "iso2022_jp", "gb18030", "no such encoding"])
def test_encodings_whose_bytes_say_nothing_are_left_to_the_csv_module(tmp_path, encoding):
    path = written(tmp_path / "rows.csv", ["a,b,c"], "\n", True)
    assert not csv_scan.is_plain(path, Form(encoding=encoding))
    assert csv_scan.is_plain(path, Form(encoding="iso8859-15"))


def test_bytes_of_another_encoding_are_left_to_the_csv_module(tmp_path):
    path = written(tmp_path / "rows.csv", ["é,b,c"], "\n", True, encoding="cp1252")
    assert csv_lines._by_bytes(path, Form()) is None
    assert csv_lines._by_bytes(path, Form(encoding="cp1252")) is not None


@pytest.mark.parametrize(
    ("more", "lines"),
    [
        ({}, [43, 92, 122]),  # the blank row; a date and an amount that are none
        ({200: "c200,2026-05-11,1,5", 40: "c40,2026-05"}, [42, 203]),
        ({201: HEADER}, [204]),
    ],
    ids=["cells", "widths", "header again"],
)
def test_faults_of_a_damaged_file_are_those_of_the_row_by_row_reading(tmp_path, monkeypatch, more, lines):
    rows = [f"c{i},2026-0{1 + i % 9}-11,{i}.50" for i in range(300)]
    rows[41], rows[90], rows[120] = " , ,", '"c90, the second",11/05/2026,1.5', '"two\nlines",2026-05-11,x'
    rows = [more.get(number, row) for number, row in enumerate(rows)]
    (tmp_path / "client.toml").write_text(
        'name = "Toy"\ncurrency = "GBP"\nas_of = 2026-09-30\n[tables.payments]\nfile = "p.csv"\n'
        'columns = { paid_on = "day" }\n'
    )
    (tmp_path / "p.csv").write_text("\n".join([HEADER, *rows]) + "\n", newline="")
    told = []
    for smallest in (0, 1 << 30):
        monkeypatch.setattr(csv_scan, "SMALL", smallest)
        with pytest.raises(IntakeError) as caught:
            read_client_tables(read_client(tmp_path))
        told.append(list(caught.value.faults))
    assert told[0] == told[1]
    assert [fault.line for fault in told[0]] == lines
