"""Which notebooks there are, in which order they run, and the steps that a user names."""

from __future__ import annotations

import json

import pytest

from referral_playbook.run.client.plan import PLACE, PlanError, chosen, find_notebooks, notebooks_dir, read_notebook


def cell(kind, source, *tags, **more):
    return {"cell_type": kind, "source": source, "metadata": {"tags": list(tags)} if tags else {}, **more}


def write(path, *cells):
    path.write_text(json.dumps({"cells": list(cells)}), encoding="utf-8")
    return path


@pytest.fixture
def books(tmp_path):
    for name in ("02_value_exchange", "01_pmf_check", "00_intake", "03_nothing_of_ours"):
        write(tmp_path / f"{name}.ipynb", cell("code", "rate: float = 0.5  # share", "parameters"))
    return tmp_path


def test_notebooks_come_in_the_order_of_the_playbook(books):
    found = find_notebooks(books)
    assert list(found) == ["intake", "pmf_check", "value_exchange"]
    assert found["pmf_check"].declared == {"rate": 0.5}


def test_steps_run_in_their_order_however_they_are_named(books):
    found = find_notebooks(books)
    assert chosen(found, ["value_exchange", "intake"]) == ("intake", "value_exchange")
    assert chosen(found, None) == ("intake", "pmf_check", "value_exchange")


def test_a_step_that_is_not_there_is_refused_with_the_nearest_name(books):
    with pytest.raises(PlanError, match=r"there is no step 'pmf_chek'.*pmf_check"):
        chosen(find_notebooks(books), ["pmf_chek"])


def test_kept_outputs_do_not_make_it_another_notebook(tmp_path):
    plain = read_notebook("intake", write(tmp_path / "a.ipynb", cell("code", "1 + 1"), cell("markdown", "text")))
    ran = cell("code", ["1 ", "+ 1"], outputs=[{"data": 2}], execution_count=7)
    with_outputs = read_notebook("intake", write(tmp_path / "b.ipynb", ran, cell("markdown", "text")))
    changed = read_notebook("intake", write(tmp_path / "c.ipynb", cell("code", "1 + 2"), cell("markdown", "text")))
    assert plain.sha256 == with_outputs.sha256 != changed.sha256
    assert with_outputs.code == ["1 + 1"]


def test_a_notebook_that_was_rewritten_is_read_again(tmp_path):
    path = write(tmp_path / "a.ipynb", cell("code", "short"))
    assert read_notebook("intake", path).code == ["short"]
    write(path, cell("code", "much longer than before"))
    assert read_notebook("intake", path).code == ["much longer than before"]


def test_the_folder_named_in_the_environment_is_the_only_one_looked_at(books, tmp_path, monkeypatch):
    monkeypatch.setenv(PLACE, str(books))
    assert notebooks_dir() == books
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.setenv(PLACE, str(empty))
    with pytest.raises(PlanError, match=f"no notebooks in .*empty; set {PLACE}"):
        notebooks_dir()


@pytest.mark.parametrize(
    ("code", "leaves_no_trace"),
    [
        ("from referral_playbook.show.tables import table as t\nx: int = 1\nt(x.y, globals())[0]\ndel x", True),
        ("import pandas as pd", False),
        ("from os import environ", False),
        ("from referral_playbook.steps.break_even import step\nstep.MONTHS = 3", False),
        ("from .beside import x", False),
        ("x['a'] += 1", False),
        ("setattr(x, 'a', 1)", False),
        ("%matplotlib inline", False),
    ],
)
def test_what_could_change_more_than_its_own_names_is_seen(tmp_path, code, leaves_no_trace):
    path = write(tmp_path / "x.ipynb", cell("code", "a: int = 1"), cell("markdown", "import os"), cell("code", code))
    assert read_notebook("pmf_check", path).leaves_no_trace == leaves_no_trace


def test_our_own_notebooks_leave_no_trace():
    assert all(book.leaves_no_trace for book in find_notebooks().values())
