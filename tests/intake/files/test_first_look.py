"""Before a text file is taken apart: what no export has is refused with its line, and a big file is cut at a line."""

from __future__ import annotations

import pytest

from referral_playbook.intake.files import first_look, limits
from referral_playbook.intake.files.first_look import beginning, damage, most_fields


@pytest.fixture
def low_limits(monkeypatch):
    monkeypatch.setattr(limits, "LONGEST_LINE", 20)
    monkeypatch.setattr(limits, "MOST_BLANK_LINES", 6)


@pytest.mark.parametrize(
    ("data", "line", "problem"),
    [
        (b"id\n1\n2\0\n", 3, "a NUL character, which no text has"),
        (b"\0", 1, "a NUL character"),
        (b"id\n" + b"x" * 21 + b"\n3\n", 2, "a line of more than"),
        (b"id\n1\n" + b"\n" * 12, 3, "blank lines"),
        (b"x" * 21, 1, "a line of more than"),
        (b"id\r" + b"x" * 21 + b"\r3\r", 2, "a line of more than"),  # an old Mac ends its lines so
    ],
)
def test_damage_is_named_with_its_line(low_limits, data, line, problem):
    fault = damage(data, "a.csv")
    assert (fault.file, fault.line) == ("a.csv", line)
    assert problem in fault.problem
    assert fault.fix


@pytest.mark.parametrize("data", [b"", b"id", b"id\n1\n\n\n2\n", b"id\r\n" * 3, b"x" * 19 + b"\n", b"a\rb\r"])
def test_what_an_export_may_hold_is_no_damage(low_limits, data):
    assert damage(data, "a.csv") is None


def test_of_a_long_file_the_first_lines_are_looked_at(monkeypatch):
    monkeypatch.setattr(first_look, "MOST_LINES", 5)
    monkeypatch.setattr(first_look, "PIECE", 8)
    data = b"".join(b"row-%d\n" % i for i in range(50))
    part = beginning(data, whole=True)
    assert part != data
    assert data.startswith(part)
    assert part.endswith(b"\n")
    assert 5 <= part.count(b"\n") <= 7


def test_a_file_cut_by_the_reader_is_looked_at_up_to_its_last_whole_line():
    assert beginning(b"id\n1\n2,hal", whole=False) == b"id\n1\n"
    assert beginning(b"id\n1\n2,hal", whole=True) == b"id\n1\n2,hal"
    assert beginning(b"no line end at all", whole=False) == b"no line end at all"


@pytest.mark.parametrize(("text", "fields"), [("a,b,c\n1;2;3;4\n", 4), ("title\n", 1), ("", 1), ("a\tb,c,d\n", 3)])
def test_the_widest_line_is_counted_by_the_mark_that_makes_most_fields(text, fields):
    assert most_fields(text, [",", ";", "\t"]) == fields


def test_a_wide_line_below_the_sample_is_not_seen():
    assert most_fields("a,b\n" * first_look.SAMPLE + "a,b,c,d\n", [","]) == 2
