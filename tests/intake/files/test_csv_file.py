"""A CSV file as text: every cell as it stands, with its line; whole and in pieces the same."""

from __future__ import annotations

import csv
import io
from itertools import chain

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from referral_playbook.intake.faults import Faults
from referral_playbook.intake.files import csv_file
from referral_playbook.intake.files.csv_file import csv_pieces, read_csv
from referral_playbook.intake.files.form import Form


@pytest.fixture
def put(tmp_path):
    def putting(content):
        path = tmp_path / "t.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return putting


def whole(path, **form):
    faults = Faults()
    return read_csv(path, "t.csv", "customers", form=Form(**form), faults=faults), list(faults)


def cells(source):
    return {header: column.text.tolist() for header, column in source.cells.items()}


def lines(source):
    return next(iter(source.cells.values())).place.lines.tolist()


TRICKY = 'id,note\n1,"two\nlines, and a comma"\n2,"5"" pipe"\n\n3, blanks \n,\n4,\n'


def test_quotes_breaks_and_blank_rows_are_read_as_the_csv_module_reads_them(put):
    source, faults = whole(put(TRICKY))
    rows = [row for row in csv.reader(io.StringIO(TRICKY)) if any(row)][1:]
    expected = [(a, b.strip()) for a, b in rows]
    assert list(zip(*cells(source).values(), strict=True)) == expected
    assert lines(source) == [2, 4, 6, 8]
    assert source.blank_rows == 1  # the row of one comma; an empty line is none
    assert [f.severity for f in faults] == ["warning"]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("encoding", "text"), [("utf-8-sig", "Zoë 🎉"), ("cp1252", "Müller €"), ("utf-16", "Ελλάς"), ("cp1251", "Иван")]
)
def test_every_encoding_and_line_end_gives_the_same_words(put, encoding, text, end):
    source, faults = whole(put(f"id,name{end}1,{text}{end}".encode(encoding)), encoding=encoding)
    assert not faults
    assert cells(source) == {"id": ["1"], "name": [text]}


def test_skipped_and_dropped_lines_are_no_rows_and_the_others_keep_their_numbers(put):
    path = put("Report\nid;n\n1;2\nSubtotal;2\n3;4\n")
    source, faults = whole(path, delimiter=";", skipped=1, dropped=frozenset({4}))
    assert not faults
    assert cells(source) == {"id": ["1", "3"], "n": ["2", "4"]}
    assert lines(source) == [3, 5]


def test_without_a_header_columns_have_their_numbers(put):
    source, _ = whole(put("1,2\n3,4\n"), header_lines=0)
    assert cells(source) == {"#1": ["1", "3"], "#2": ["2", "4"]}
    assert source.find("#2").text.tolist() == ["2", "4"]


def test_a_header_of_two_lines_is_joined(put):
    source, _ = whole(put("person,person\nid,name\n1,Ann\n"), header_lines=2)
    assert cells(source) == {"person - id": ["1"], "person - name": ["Ann"]}


@pytest.mark.parametrize("content", ["id,name\n", "", "id,name\n1,2,3\n"])
def test_a_file_without_usable_rows_gives_no_source_but_a_reason(put, content):
    path = put(content)
    source, faults = whole(path)
    assert source is None
    assert len(faults) == 1
    pieces = Faults()
    assert list(csv_pieces(path, "t.csv", "customers", form=Form(), faults=pieces)) == []
    assert [str(f) for f in pieces] == [str(f) for f in faults]


fields = st.text(alphabet='ab,"\n é', max_size=6)


@given(st.lists(st.tuples(st.integers(0, 9), fields), min_size=1, max_size=40), st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_pieces_together_are_the_whole(tmp_path, rows, skip):
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerows([["id", "note"], *rows])
    path = tmp_path / "t.csv"
    path.write_bytes((("title\n" if skip else "") + out.getvalue()).encode())
    form = Form(skipped=int(skip))
    source = read_csv(path, "t.csv", "customers", form=form, faults=Faults())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_file, "BLOCK", 64)
        parts = list(csv_pieces(path, "t.csv", "customers", form=form, faults=Faults()))
    assert list(chain.from_iterable(map(lines, parts))) == lines(source)
    assert list(chain.from_iterable(cells(part)["note"] for part in parts)) == cells(source)["note"]


@pytest.mark.parametrize(("longest", "many"), [(900, True), (2_000, False)])
def test_small_pieces_are_for_files_whose_rows_are_all_short(put, monkeypatch, longest, many):
    """A row must fit into a piece, however it is written; else pieces are as large as the largest row may be."""
    monkeypatch.setattr(csv_file, "PIECE", 4_096)
    rows = [f"{i},{'x' * 90}\n" for i in range(2_000)]
    rows[1_500] = f'1500,"{"é" * (longest // 2)}"\n'
    path = put("".join(["id,name\n", *rows]))
    parts = list(csv_pieces(path, "t.csv", "customers", form=Form(), faults=Faults()))
    assert (len(parts) > 40) is many
    assert list(chain.from_iterable(cells(part)["id"] for part in parts)) == [str(i) for i in range(2_000)]
