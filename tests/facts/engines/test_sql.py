"""SQL as engines get it: the same rows as Ibis's own, in steps, and the user's options as they were."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import ibis
import pytest

from referral_playbook.facts.engines.sql import sql_of


@pytest.fixture
def rows():
    backend = ibis.duckdb.connect()
    return backend.create_table("rows", ibis.memtable({"x": [1, 2, 3], "kind": ["a", "b", "b"]}))


def test_steps_stay_subqueries_and_give_the_same_rows(rows):
    backend = rows.get_backend()
    more = rows.filter(rows.x > 1).filter(rows.kind == "b")
    mine, merged = sql_of(backend, more), backend.compile(more)
    assert mine.count("SELECT") > merged.count("SELECT")
    answers = [backend.con.execute(sql).fetchall() for sql in (mine, merged)]
    assert answers[0] == answers[1] == [(2, "b"), (3, "b")]


@pytest.mark.parametrize("merges", [True, False])
def test_the_option_is_what_it_was_also_after_an_error(rows, monkeypatch, merges):
    monkeypatch.setattr(ibis.options.sql, "fuse_selects", merges)
    sql_of(rows.get_backend(), rows)
    with pytest.raises(AttributeError):
        sql_of(None, rows)
    assert ibis.options.sql.fuse_selects is merges


class Slow:
    """A backend that takes its time, the first of two longer than the second."""

    def __init__(self, seconds):
        self.seconds = seconds

    def compile(self, table):
        time.sleep(self.seconds)
        return ibis.options.sql.fuse_selects


def test_the_option_is_what_it_was_also_with_several_threads(monkeypatch):
    monkeypatch.setattr(ibis.options.sql, "fuse_selects", True)
    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(lambda seconds: sql_of(Slow(seconds), None), [0.05, 0.1])) == ["False", "False"]
    assert ibis.options.sql.fuse_selects is True
