"""The first pass over a CSV: lines by the csv module itself, and one reason where a file is refused."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from referral_playbook.intake.faults import Fault, Faults
from referral_playbook.intake.files.csv_lines import Checked, checked_lines
from referral_playbook.intake.files.form import Form


def looked_at(path: Path, text: str, **form: object) -> tuple[Checked | None, list[Fault]]:
    (path / "t.csv").write_bytes(text.encode("utf-8"))
    faults = Faults()
    found = checked_lines(path / "t.csv", "t.csv", "customers", Form(**form), faults)  # type: ignore[arg-type]
    return found, list(faults)


cells = st.text(alphabet='ab,";\n x', max_size=5)


@given(st.lists(st.tuples(cells, cells), max_size=6))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_each_row_has_the_line_on_which_it_begins(tmp_path: Path, rows: list[tuple[str, str]]) -> None:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(["id", "name"])
    starts = []
    for row in rows:
        starts.append(out.getvalue().count("\n") + 1)
        writer.writerow(row)
    found, _ = looked_at(tmp_path, out.getvalue())
    assert found is not None
    assert found.headers == ["id", "name"]
    assert found.lines.tolist() == starts


def test_lines_above_the_header_are_counted(tmp_path: Path) -> None:
    found, _ = looked_at(tmp_path, "Report\n\nid,n\n1,2\n3,4\n", skipped=2)
    assert found is not None
    assert (found.headers, found.lines.tolist()) == (["id", "n"], [4, 5])


@pytest.mark.parametrize(
    ("text", "form", "line", "problem"),
    [
        ("", {}, None, "the file is empty"),
        ("id,n\n1,2,3\n4,5\n", {}, 2, "3"),
        ("id,n\n1,2\n3\n", {}, 3, "1"),
        ('id,n\n1,"2\n3,4\n', {}, 2, "quotes are not in order"),
        ('id,n\n1,5" pipe\n', {}, 2, "a quote inside a field"),
        ("id,n\n1,2\n\0,3\n", {}, 3, "NUL"),
        ("id;n\n1;2\n", {"wanted": frozenset({"id"})}, 1, "delimiter"),
        ("id,n\n1,2\nid,n\n3,4\n", {}, 3, "header"),
        ("a,b\nc\nd,1\n", {"header_lines": 2}, 1, "different widths"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_its_line(
    tmp_path: Path, text: str, form: dict[str, object], line: int | None, problem: str
) -> None:
    found, faults = looked_at(tmp_path, text, **form)
    assert found is None
    assert faults[0].severity == "error"
    assert problem in faults[0].problem + faults[0].fix
    assert line is None or faults[0].line == line


def test_declared_lines_are_no_rows_and_no_fault(tmp_path: Path) -> None:
    found, faults = looked_at(tmp_path, "id,n\n1,2\nTotal\n3,4\n", dropped=frozenset({3}))
    assert found is not None
    assert found.lines.tolist() == [2, 4]
    assert not faults
