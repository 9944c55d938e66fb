"""A problem says where, what and what to do; an error has all of them in the order of the file."""

from __future__ import annotations

import pytest

from referral_playbook.contract.client_toml.problems import ClientError, Problem, Sheet, did_you_mean

TEXT = 'name = "Test"\n\n[tables.customers]\nfile = "c.csv"\ndates = "iso"\n'


def sheet() -> Sheet:
    return Sheet("client.toml", TEXT, {"name": "Test", "tables": {"customers": {"file": "c.csv", "dates": "iso"}}})


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        (Problem(file="f", problem="missing", fix="Add it"), "f: missing. Add it"),
        (Problem(file="f", line=3, path=("a", "b"), problem="p", fix="x"), "f, line 3, a.b: p. x"),
        (Problem(file="f", line=3, path=("a",), value="v", problem="p", fix="x"), "f, line 3, a = 'v': p. x"),
        (Problem(file="f", value=0, problem="p", fix="x"), "f = 0: p. x"),
    ],
)
def test_a_problem_reads_place_key_value_and_advice(problem: Problem, text: str) -> None:
    assert str(problem) == text


def test_an_error_has_its_problems_in_the_order_of_the_file() -> None:
    late, first = (Problem(file="f", line=n, path=(f"k{n}",), problem="p", fix=f"x{n}", value=n) for n in (9, 2))
    error = ClientError([late, first])
    assert error.problems == (first, late)
    assert str(error).splitlines() == [str(first), str(late)]


@pytest.mark.parametrize(
    ("path", "line"),
    [(("name",), 1), (("tables", "customers", "file"), 4), (("tables", "customers", "dates"), 5)],
)
def test_a_note_finds_the_line_of_its_key(path: tuple[str, ...], line: int) -> None:
    noted = sheet()
    noted.note(path, "p", "x")
    assert noted.problems[0].line == line


def test_what_the_file_says_under_a_key_that_is_no_table_is_nothing() -> None:
    assert sheet().at(("tables", "customers")) == {"file": "c.csv", "dates": "iso"}
    assert sheet().at(("name",)) == {}
    assert sheet().at(("name", "deeper")) == {}
    assert sheet().at(("tables", "payments")) == {}


def test_a_key_is_blamed_by_problems_below_it_and_by_no_others() -> None:
    noted = sheet()
    noted.note(("tables", "customers", "file"), "p", "x")
    assert noted.blames(("tables", "customers"))
    assert noted.blames(("tables", "customers", "file"))
    assert not noted.blames(("tables", "customers", "file", "more"))
    assert not noted.blames(("name",))


def test_two_near_words_are_both_offered() -> None:
    assert did_you_mean("left", ["left_on", "lefts", "joined_on"]) == "Did you mean lefts or left_on?"
