"""One program on three engines: the same facts to 1e-9, nothing left behind, no password told."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from importlib import util
from pathlib import Path

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from referral_playbook.cli import main
from referral_playbook.facts import build, lists, panel, script
from referral_playbook.facts.build import build_facts
from referral_playbook.facts.catalogue import FACTS
from referral_playbook.facts.engines.places import EngineError, engine_at
from referral_playbook.facts.engines.upload import plain

from ...run.conftest import TOML, make_notebook, recording
from .. import seeded, servers

CORE = ("purchase_summary", "cohort_triangle", "referral_funnel", "referral_months", "referral_edges", "first_referral")
NOT_THERE = {"arms", "rewards", "exchanges", "friction", "effort", "goals"}
LISTED = """select n.nspname, c.relname, c.relkind from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast') order by 1, 2"""


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    folder = tmp_path_factory.mktemp("seeded")
    return seeded.client(folder), seeded.write(seeded.tables(), folder / "tables")


@pytest.fixture(scope="module")
def on_duckdb(sample, tmp_path_factory):
    folder = tmp_path_factory.mktemp("duckdb")
    build_facts(*sample, folder)
    return folder


@pytest.fixture(scope="module")
def postgres():
    yield from _serving(servers.postgres)


@pytest.fixture(scope="module")
def spark():
    yield from _serving(servers.spark)


def _serving(server):
    try:
        with server() as url:
            yield url
    except servers.NoServerError as error:
        pytest.skip(str(error))


def differences(one: Path, other: Path) -> list[str]:
    """What differs between two folders of facts: types, number and order of rows, values beyond 1e-9."""
    found = []
    for path in sorted(one.glob("*.parquet")):
        mine, theirs = pq.read_table(path), pq.read_table(other / path.name)
        if mine.schema != theirs.schema or mine.num_rows != theirs.num_rows:
            found.append(f"{path.stem}: {mine.schema} {mine.num_rows}, {theirs.schema} {theirs.num_rows}")
            continue
        for name in mine.column_names:
            pairs = zip(mine[name].to_pylist(), theirs[name].to_pylist(), strict=True)
            found += [f"{path.stem}.{name}: {a!r} {b!r}" for a, b in pairs if not _same(a, b)][:3]
    return found


def _same(a, b):
    return a == b or (isinstance(a, float) and isinstance(b, float) and abs(a - b) <= 1e-9 * max(1.0, abs(a)))


def test_the_seeded_client_has_all_that_engines_could_differ_on(on_duckdb):
    told = json.loads((on_duckdb / "facts.json").read_text(encoding="utf-8"))
    assert set(told["facts"]) == {f.name for f in FACTS} - NOT_THERE
    assert set(CORE) <= set(told["facts"])
    assert min(told["facts"].values()) > 0
    assert told["engine"].startswith("duckdb 1.")


def test_differences_are_found(on_duckdb, tmp_path):
    for path in on_duckdb.glob("*.parquet"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    assert differences(on_duckdb, tmp_path) == []
    rows = pq.read_table(tmp_path / "service.parquet").to_pandas()
    rows["p90_days"] += 1e-6
    rows.to_parquet(tmp_path / "service.parquet")
    assert len(differences(on_duckdb, tmp_path)) > 0


def test_all_facts_agree_on_postgresql_by_two_runs_at_once_and_nothing_is_left(postgres, sample, on_duckdb, tmp_path):
    before = _objects(postgres)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda name: build_facts(*sample, tmp_path / name, engine=postgres), ("one", "two")))
    assert differences(on_duckdb, tmp_path / "one") == []
    assert differences(on_duckdb, tmp_path / "two") == []
    told = json.loads((tmp_path / "one" / "facts.json").read_text(encoding="utf-8"))
    assert told["engine"].startswith("postgresql 1")
    assert _objects(postgres) == before


def test_the_panel_and_the_lists_agree_on_postgresql(postgres, sample, tmp_path, monkeypatch):
    monkeypatch.setattr(script, "EVERYONE_UP_TO", 50)
    monkeypatch.setattr(panel, "PANEL", 40)
    monkeypatch.setattr(lists, "FIRST", 5)
    for name, engine in (("duckdb", "duckdb://"), ("postgres", postgres)):
        build_facts(*sample, tmp_path / name, engine=engine)
    assert pq.read_metadata(tmp_path / "duckdb" / "customer_profile.parquet").num_rows == 40
    assert differences(tmp_path / "duckdb", tmp_path / "postgres") == []
    assert differences(tmp_path / "duckdb" / "lists", tmp_path / "postgres" / "lists") == []


def test_an_error_leaves_nothing_on_postgresql(postgres, sample, tmp_path, monkeypatch):
    before = _objects(postgres)
    monkeypatch.setattr(build, "has_calendar", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        build_facts(*sample, tmp_path, engine=postgres)
    assert _objects(postgres) == before


def _objects(url):
    """Every table, view and index there, of all connections, once the server has seen that ours are closed."""
    with psycopg.connect(url) as connection:
        others = (
            "select count(*) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()"
        )
        while connection.execute(others).fetchone()[0]:
            connection.execute("select pg_sleep(0.05)")
        return connection.execute(LISTED).fetchall()


@pytest.mark.timeout(600)  # Spark plans each fact for seconds, however few its rows
def test_the_core_facts_agree_on_spark_connect(spark, sample, on_duckdb, tmp_path, monkeypatch):
    """With BIG=1 all facts: they too agree, and take a minute and a half."""
    wanted = {f.name for f in FACTS} if os.environ.get("BIG") else {"table_summary", *CORE}
    monkeypatch.setattr(build, "FACTS", [f for f in FACTS if f.name in wanted])
    build_facts(*sample, tmp_path, engine=spark)
    assert {path.stem for path in tmp_path.glob("*.parquet")} == wanted - NOT_THERE
    assert differences(tmp_path, on_duckdb) == []
    assert json.loads((tmp_path / "facts.json").read_text(encoding="utf-8"))["engine"].startswith("spark 4.")


def test_spark_sessions_do_not_meet_and_leave_nothing(spark, tmp_path):
    for name, days in (("one", [1]), ("two", [1, 2])):
        pq.write_table(pa.table({"days": days}), tmp_path / f"{name}.parquet")
    with engine_at(spark).opened() as one, engine_at(spark).opened() as two:
        first, second = (s.read("t", tmp_path / f"{n}.parquet") for s, n in ((one, "one"), (two, "two")))
        kept = one.keep("kept", first)
        assert [sum(b.num_rows for b in s.batches(t, 9)) for s, t in ((one, kept), (two, second))] == [1, 2]
        assert two.backend.list_tables() == ["t"]
    with engine_at(spark).opened() as after:
        assert after.backend.list_tables() == []
    assert one._kept == two._kept == {}


def test_spark_reads_tables_itself_where_they_lie_on_a_store_that_it_reads(spark, sample, monkeypatch):
    _, tables = sample
    monkeypatch.setattr(
        "referral_playbook.facts.engines.spark_engine.SparkConnectSession._sent",
        lambda *_: pytest.fail("rows went through this process"),
    )
    with engine_at(f"{spark}?shared={tables.parent}").opened() as session:
        for path in sorted(tables.glob("*.parquet")):
            rows = session.read(f"t_{path.stem}", path)
            there = pq.read_table(path)
            found = pa.Table.from_batches(list(session.batches(rows, 10**6)))
            assert found.num_rows == there.num_rows
            assert found.schema.remove_metadata() == plain(there.schema)
            for name in there.column_names:
                ours, theirs = (sorted(t[name].to_pylist(), key=repr) for t in (there, found))
                assert theirs == ours, (path.stem, name)
        with pytest.raises(EngineError, match=r"is not in the shared folder .* Give the run a folder there"):
            session.read("elsewhere", Path("/etc/hostname"))
    with engine_at(spark).opened() as after:
        assert after.backend.list_tables() == []


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ("shared=/no/such/folder", "the shared folder /no/such/folder is not there"),
        ("threads=4", "no option 'threads'"),
    ],
)
def test_spark_options_that_do_not_fit_are_refused_before_anything_is_reached(options, problem):
    with pytest.raises(EngineError, match=problem), engine_at(f"sc://no.such.host:1?{options}").opened():
        pass


def test_a_run_on_postgresql_says_so_and_writes_no_password(postgres, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("REFERRAL_PLAYBOOK_NOTEBOOKS", str(tmp_path / "books"))
    make_notebook(tmp_path / "books", "01_pmf_check.ipynb", recording("pmf_check", "1.0"))
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / "client.toml").write_text(TOML)
    (tmp_path / "acme" / "customers.csv").write_text("customer_id,joined_on\na,2026-01-05\n")
    done = CliRunner().invoke(main, ["run", "acme", "--engine", postgres])
    assert done.exit_code == 0, done.output
    told = json.loads((tmp_path / "reports" / "acme" / "manifest.json").read_text(encoding="utf-8"))
    assert told["engine"].startswith("postgresql 1")
    written = [done.output.encode(), *(p.read_bytes() for p in (tmp_path / "reports").rglob("*") if p.is_file())]
    assert not any(b"s3cret" in text for text in written)
    other = CliRunner().invoke(main, ["run", "acme"])  # the numbers are the same: another engine is no reason to run
    assert "facts ... unchanged" in other.output
    wrong = CliRunner().invoke(main, ["run", "acme", "--fresh", "--engine", postgres.replace("s3cret", "wr0ng")])
    assert wrong.exit_code == 2
    assert "password authentication failed" in wrong.output
    assert "wr0ng" not in wrong.output


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("mysql://ann:s3cret@db/shop", "unknown engine 'mysql'. Use one of: duckdb://"),
        ("somewhere", "unknown engine ''. Use one of"),
        ("duckdb://?memory=8GB", "no option 'memory'; there are memory_limit"),
        ("duckdb://?memory_limit=lots", "such as 8GB"),
        ("duckdb://?threads=0", "a number from 1"),
        ("duckdb://shop.duckdb", "no database file"),
        ("postgres://ann:s3cret@127.0.0.1:1/shop", "postgres://127.0.0.1:1/shop: "),
        ("postgres://ann:s3%zzcret@127.0.0.1:1/shop", "cannot be read"),
        ("postgres://[ann:s3cret@db/shop", "no URL"),
        ("sc://127.0.0.1:1/;token=s3cret", "sc://127.0.0.1:1 cannot be reached"),
        ("sc://127.0.0.1:port", "sc://127.0.0.1:port cannot be reached"),
    ],
)
def test_an_engine_that_cannot_be_used_is_told_without_its_password(url, says):
    with pytest.raises(EngineError) as caught, engine_at(url).opened():
        pytest.fail("it opened")
    assert says in str(caught.value)
    assert "s3" not in str(caught.value)


@pytest.mark.parametrize(("url", "extra"), [("postgres://h/d", "postgres"), ("sc://h:1", "spark")])
def test_a_missing_extra_is_named(url, extra, monkeypatch, tmp_path):
    monkeypatch.setattr("referral_playbook.facts.engines.places.find_spec", lambda name: None)
    said = CliRunner().invoke(main, ["run", str(tmp_path), "--engine", url])
    assert said.exit_code == 2
    assert f"pip install 'referral-playbook[{extra}]'" in said.output
    assert util.find_spec("duckdb")


def test_a_url_does_not_show_in_a_trace():
    assert "s3cret" not in repr(engine_at("postgres://ann:s3cret@h/d?password=s3cret"))
