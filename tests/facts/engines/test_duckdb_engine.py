"""DuckDB: options of the URL over the defaults, others refused, and a spill folder that is removed after."""

from __future__ import annotations

import ibis
import pandas as pd
import pytest

from referral_playbook.facts.engines.duckdb_engine import DEFAULTS, opened, settings
from referral_playbook.facts.engines.places import EngineError, engine_at


def test_options_stand_over_the_defaults():
    assert settings(engine_at("duckdb://")) == DEFAULTS
    assert settings(engine_at("duckdb://?memory_limit=8GB&threads=3")) == {"memory_limit": "8GB", "threads": "3"}


@pytest.mark.parametrize(("options", "small", "large"), [("", 1, 2), ("?threads=3", 3, 3)])
def test_a_second_thread_works_on_a_large_table_unless_the_url_says_how_many(
    tmp_path, monkeypatch, options, small, large
):
    pd.DataFrame({"x": range(9)}).to_parquet(tmp_path / "small.parquet")
    pd.DataFrame({"x": range(9999)}).to_parquet(tmp_path / "large.parquet")
    monkeypatch.setattr("referral_playbook.facts.engines.duckdb_engine.LARGE", 10_000)
    seen = []
    with opened(engine_at(f"duckdb://{options}")) as session:
        for name in ("small", "large"):
            session.read(name, tmp_path / f"{name}.parquet")
            seen.append(session.backend.con.execute("select current_setting('threads')").fetchone()[0])
    assert seen == [small, large]


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("duckdb://?speed=9", "no option 'speed'"),
        ("duckdb://?threads=0", "a number from 1"),
        ("duckdb://?threads=two", "a number from 1"),
        ("duckdb://?memory_limit=lots", "such as 8GB"),
        ("duckdb:///tmp/facts.db", "facts need no database file"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_to_give(url, words):
    with pytest.raises(EngineError, match=words):
        settings(engine_at(url))


def test_a_view_says_what_the_table_says_now_and_a_kept_table_what_it_said(tmp_path):
    path = tmp_path / "rows.parquet"
    pd.DataFrame({"x": [1, 2, 3]}).to_parquet(path)
    with opened(engine_at("duckdb://")) as session:
        rows = session.read("rows", path)
        doubled = rows.mutate(y=rows.x * 2)
        seen, kept = session.view("seen", doubled), session.keep("kept", doubled)
        pd.DataFrame({"x": [5]}).to_parquet(path)
        assert [next(session.batches(one, 9))["y"].to_pylist() for one in (seen, kept)] == [[10], [2, 4, 6]]


def test_a_session_keeps_reads_and_drops_tables_and_leaves_no_spill(tmp_path):
    path = tmp_path / "rows.parquet"
    pd.DataFrame({"x": [1, 2, 3]}).to_parquet(path)
    spill = tmp_path / "spill"
    spill.mkdir()
    with opened(engine_at(f"duckdb://?temp_directory={spill}")) as session:
        rows = session.read("rows", path)
        doubled = session.keep("doubled", rows.mutate(y=rows.x * 2))
        assert int(doubled.y.sum().to_pandas()) == 12
        batches = list(session.batches(doubled.order_by("x"), 2))
        assert pd.concat([b.to_pandas() for b in batches])["y"].tolist() == [2, 4, 6]
        session.drop("doubled")
        session.keep("doubled", rows)  # the name is free again
        assert session.version.startswith("duckdb ")
        assert isinstance(rows, ibis.Table)
    assert list(spill.iterdir()) == []
