"""Spark without a server: where its tables lie, by which address Spark knows them, and options that are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("pyspark")

from referral_playbook.facts.engines.places import KINDS, Engine, EngineError
from referral_playbook.facts.engines.spark_engine import Sessions, Store, store_of


def engine(**options):
    return Engine(kind=KINDS["sc"], url="sc://host:15002", options=options)


def test_without_a_shared_folder_the_tables_are_sent():
    assert store_of(engine()) is None


def test_a_shared_folder_is_known_by_its_own_name_or_another(tmp_path):
    assert store_of(engine(shared=str(tmp_path))) == Store(tmp_path, tmp_path.resolve().as_uri())
    named = store_of(engine(**{"shared": str(tmp_path), "as": "s3a://bucket/runs/"}))
    assert named.address_of(tmp_path / "acme" / "payments.parquet") == "s3a://bucket/runs/acme/payments.parquet"


def test_a_file_outside_the_folder_is_refused_with_what_to_do(tmp_path):
    store = Store(tmp_path / "runs", "s3a://bucket/runs")
    for path in (tmp_path / "other" / "a.parquet", tmp_path / "runs" / ".." / "a.parquet", Path("/a.parquet")):
        with pytest.raises(EngineError, match=r"not in the shared folder .* with --out"):
            store.address_of(path)


def test_options_that_mean_nothing_are_refused(tmp_path):
    with pytest.raises(EngineError, match=r"no option 'token'\. Use shared and as"):
        store_of(engine(token="x"))
    with pytest.raises(EngineError, match="is not there"):
        store_of(engine(shared=str(tmp_path / "gone")))


class Session:
    def __init__(self, name, stopped):
        self.name, self.stopped = name, stopped

    def stop(self):
        self.stopped.append(self.name)


def test_no_session_is_stopped_while_another_of_the_process_is_used():
    """Stopping one ends the threads by which PySpark closes all of them."""
    sessions, stopped = Sessions(), []
    with sessions.using(Session("long", stopped)):
        with sessions.using(Session("short", stopped)):
            pass
        assert stopped == []
    assert stopped == ["short", "long"]


def test_a_session_is_stopped_also_where_its_work_failed():
    sessions, stopped = Sessions(), []
    with pytest.raises(ZeroDivisionError), sessions.using(Session("failed", stopped)):
        1 / 0  # noqa: B018
    with sessions.using(Session("next", stopped)):
        pass
    assert stopped == ["failed", "next"]
