"""Many clients: failures stay where they are, what stands is kept, the summary tells it all and is escaped."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from referral_playbook.cli import main
from referral_playbook.run.client import run_client
from referral_playbook.run.client.manifest import files_digests
from referral_playbook.run.client.parameters import ParameterError
from referral_playbook.run.kernels.forks import can_fork
from referral_playbook.run.kernels.shared import SharedKernels
from referral_playbook.run.portfolio import portfolio
from referral_playbook.run.portfolio.executors import ExecutorError, lost_worker
from referral_playbook.run.portfolio.one_client import Blame, Outcome
from referral_playbook.run.portfolio.places import PlaceError, listing
from referral_playbook.run.portfolio.portfolio import run_portfolio
from referral_playbook.run.portfolio.shards import Shard, ShardError

from ..clients import make_books, make_clients, noted, parents
from ..kernels.test_pool import MARK, marked, wait_until

HOSTILE = """b<script>'"&"""
FORMULA = "=1+cmd"
CELL = """
    if client == "boom": raise ValueError("no such thing")
    if client == "dies-once" and not Path({flag!r}).exists():
        Path({flag!r}).touch()
        os._exit(9)
"""


class Ran:
    """One portfolio, run once for the tests that look at it."""

    def __init__(self, root):
        names = ("acme", "boom", "dies-once", "odd-data", HOSTILE, FORMULA, "Twin", "twin")
        self.clients = make_clients(root / "clients", *names)
        (self.clients / "odd-data" / "client.toml").write_text('name = "Odd"\ncurrency = "Euro"\n')
        (self.clients / ".hidden").mkdir()
        (self.clients / "empty").mkdir()
        self.books = make_books(root / "books", CELL.format(flag=str(root / "flag")))
        self.out = root / "out"
        self.done = self.run()
        self.first, self.page, self.rows = tuple(self.said), self.read_page(), self.read_rows()

    def run(self, **options):
        self.said = []
        return run_portfolio(self.clients, self.out, notebooks=self.books, progress=self.said.append, **options)

    def outcome(self, name):
        (found,) = (outcome for outcome in self.done.outcomes if outcome.client == name)
        return found

    def read_page(self):
        return (self.out / "portfolio.html").read_text()

    def read_rows(self):
        text = (self.out / "portfolio.csv").read_text(encoding="utf-8-sig")
        return {row["client"]: row for row in csv.DictReader(io.StringIO(text))}


def no_facts(client_dir, facts_dir):
    facts_dir.mkdir(exist_ok=True)
    if not (facts_dir / "facts.json").exists():
        (facts_dir / "facts.json").write_text('{"tables": {"customers": {}}}')
    return True


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run_client, "is_fresh", no_facts)
        yield Ran(tmp_path_factory.mktemp("portfolio"))


def test_one_failure_stops_no_other(ran):
    assert {o.client for o in ran.done.outcomes if not o.blame} == {"acme", "dies-once", HOSTILE, FORMULA}
    assert all((ran.out / name / "report.html").is_file() for name in ("acme", HOSTILE, FORMULA))
    assert "This step failed" in (ran.out / "boom" / "evidence.html").read_text()


def test_a_failure_says_whose_it_is(ran):
    assert {o.client: o.blame for o in ran.done.failed} == {
        "boom": Blame.NOTEBOOK,
        "odd-data": Blame.CLIENT,
        "Twin": Blame.CLIENT,
        "twin": Blame.CLIENT,
    }
    assert "pmf_check, cell 4: ValueError: no such thing" in ran.outcome("boom").why
    assert "client.toml, line 2" in ran.outcome("odd-data").why
    assert str(ran.clients) not in ran.outcome("odd-data").why
    assert "same name" in ran.outcome("twin").why


def test_only_a_lost_kernel_is_tried_again(ran):
    assert noted(ran.books, "begun")["boom"] == 1
    assert (noted(ran.books, "begun")["dies-once"], noted(ran.books, "done")["dies-once"]) == (2, 1)
    (line,) = (line for line in ran.first if "again" in line)
    assert line.startswith("dies-once ... again, try 2 of 3: pmf_check, cell 4: its kernel died: exit code 9")


def test_progress_is_a_line_a_client_and_says_what_was_passed_over(ran):
    assert ".hidden ... skipped: hidden" in ran.first
    assert "empty ... skipped: no client.toml" in ran.first
    counted = [line for line in ran.first if line.startswith("[")]
    assert len(counted) == len(ran.done.outcomes) == 8
    (acme,) = (line for line in counted if "] acme" in line)
    assert "Go (" in acme
    assert "2 ran, 0 kept" in acme


def test_kernels_of_all_clients_come_from_one_process(ran):
    if not can_fork():
        pytest.skip("kernels are not forked on this system")
    assert len(parents(ran.books)) == 5
    assert len(set(parents(ran.books).values())) == 1


@pytest.fixture
def without_boom(ran):
    """A notebook's failure is tried again in every run, and needs a kernel each time."""
    aside = (ran.clients / "boom").rename(ran.clients.parent / "boom")
    yield ran
    aside.rename(ran.clients / "boom")


def test_an_unchanged_portfolio_is_kept_without_a_kernel(without_boom, monkeypatch):
    ran = without_boom
    before = {p: p.stat().st_mtime_ns for p in ran.out.rglob("*") if p.is_file() and p.parent != ran.out}
    monkeypatch.setattr(SharedKernels, "lend", None)
    done = ran.run()
    assert {o.client: (o.ran, o.kept) for o in done.outcomes if not o.blame} == {
        "acme": (0, 2),
        "dies-once": (0, 2),
        HOSTILE: (0, 2),
        FORMULA: (0, 2),
    }
    assert sum("; all kept)" in line for line in ran.said) == 4
    assert {p: p.stat().st_mtime_ns for p in before} == before


def test_the_summary_has_no_clock_in_it(ran):
    ran.run(jobs=1)
    assert (ran.read_page(), ran.read_rows()) == (ran.page, ran.rows)


def test_the_csv_has_a_row_a_client_and_no_formula(ran):
    rows = ran.rows
    assert set(rows) == {"Twin", "acme", "boom", "dies-once", "odd-data", "twin", HOSTILE, f"'{FORMULA}"}
    acme = rows["acme"]
    assert {k: acme[k] for k in ("name", "as_of", "outcome", "decision", "pmf_check", "intake")} == {
        "name": "The acme",
        "as_of": "2026-09-30",
        "outcome": "done",
        "decision": "go",
        "pmf_check": "go",
        "intake": "",
    }
    assert acme["report"] == "./acme/report.html"
    assert acme["tables_missing"].startswith("payments; surveys")
    assert (rows["boom"]["outcome"], rows["boom"]["failed_by"], rows["boom"]["report"]) == ("failed", "notebook", "")


def test_the_page_is_escaped_and_loads_nothing(ran):
    page = ran.page
    assert "b&lt;script&gt;&#39;&#34;&amp;" in page
    assert "<script" not in page
    assert 'href="./b%3Cscript%3E%27%22%26/report.html"' in page
    assert "default-src 'none'" in page
    assert "src=" not in page.replace("img-src", "")
    assert "4 go, 4 failed" in page
    assert "no such thing" in page


def test_shards_run_their_part_and_together_all(without_boom):
    ran, seen = without_boom, []
    for number in (1, 2):
        done = ran.run(shard=Shard(number, 2))
        seen += [outcome.client for outcome in done.outcomes]
        assert f"Shard {number} of 2" in (ran.out / f"portfolio-{number}-of-2.html").read_text()
    assert sorted(seen) == sorted(o.client for o in ran.done.outcomes if o.client != "boom")


@given(st.lists(st.text(min_size=1), unique=True), st.integers(1, 20))
def test_every_name_is_in_exactly_one_shard(names, of):
    parts = [[name for name in names if Shard(number, of).holds(name)] for number in range(1, of + 1)]
    assert sorted(name for part in parts for name in part) == sorted(names)


def test_shards_are_about_even():
    counts = [sum(Shard(n, 4).holds(f"client-{i}") for i in range(1000)) for n in range(1, 5)]
    assert max(counts) < 300


@pytest.mark.parametrize("text", ["0/4", "5/4", "1/0", "1", "a/b", "-1/2", "1/2/3", "1/٣"])
def test_what_is_no_shard_is_refused(text):
    with pytest.raises(ShardError, match="i/n"):
        Shard.read(text)


@given(st.sets(st.text(max_size=8)))
def test_a_name_is_used_only_where_it_is_one_path_below_the_folder(names):
    for found in listing(names, []).clients:
        if not found.fault:
            assert found.name == os.path.basename(found.name) not in ("", ".", "..")
            assert found.name.isprintable()


@pytest.mark.parametrize("name", ["a\nb", "a\\b", "a/b", "portfolio.html", "Portfolio-1-of-2.csv", " a", "a\u202eb"])
def test_a_name_that_cannot_be_used_is_that_clients_fault(name):
    (found,) = listing([name], []).clients
    assert "rename it" in found.fault


class Inline(Executor):
    """Runs at once; the first `lost` futures fail with `error` instead."""

    def __init__(self, error, lost):
        self.error, self.lost = error, lost

    def submit(self, function, /, *args, **kwargs):
        future = Future()
        self.lost -= 1
        future.set_exception(self.error) if self.lost >= 0 else future.set_result(function(*args))
        return future


class KilledWorker(Exception):  # noqa: N818
    """Named as Dask's."""


@pytest.fixture
def with_executor(monkeypatch, tmp_path):
    """Run a portfolio of one client with an executor that loses workers; every run is counted and goes well."""
    clients, books = make_clients(tmp_path / "clients", "acme"), make_books(tmp_path / "books")
    said, begun = [], []

    def go(error, lost, writes=True):
        def run_one(task):
            begun.append(task.client)
            if writes:
                (tmp_path / "out" / "acme").mkdir(parents=True)
                (tmp_path / "out" / "acme" / "manifest.json").write_text('{"referral_playbook_run": 1}')
            return Outcome(client=task.client)

        pool = contextmanager(lambda *args, **kwargs: iter([Inline(error, lost)]))
        monkeypatch.setattr(portfolio, "executor_at", pool)
        monkeypatch.setattr(portfolio, "run_one", run_one)
        (outcome,) = run_portfolio(clients, tmp_path / "out", notebooks=books, progress=said.append).outcomes
        return outcome, len(begun), sum("again" in line for line in said)

    return go


@pytest.mark.parametrize("error", [KilledWorker("w1"), BrokenExecutor("gone")])
def test_a_lost_worker_is_tried_again_and_told(with_executor, error):
    outcome, begun, again = with_executor(error, 2)
    assert (outcome.blame, begun, again) == (None, 1, 2)


def test_not_without_end(with_executor):
    outcome, begun, again = with_executor(KilledWorker("w1"), 99)
    assert (outcome.blame, begun, again) == (Blame.WORKER, 0, 2)
    assert "KilledWorker" in outcome.why


def test_another_error_is_not_tried_again(with_executor):
    outcome, begun, again = with_executor(TypeError("ours"), 99)
    assert (outcome.blame, begun, again) == (Blame.WORKER, 0, 0)
    assert not lost_worker(TypeError())


def test_a_run_that_cannot_be_seen_from_here_is_not_done(with_executor):
    outcome, begun, again = with_executor(None, 0, writes=False)
    assert (outcome.blame, begun, again) == (Blame.WORKER, 1, 0)
    assert "share the folder" in outcome.why


def test_a_lost_warm_process_is_replaced():
    if not can_fork():
        pytest.skip("kernels are not forked on this system")
    shared = SharedKernels()
    with shared.open():
        with shared.lend([]) as kernels:
            first = kernels.call("os:getppid")()
        os.kill(first, signal.SIGKILL)
        wait_until(lambda: shared._warm.gone)
        with shared.lend([]) as kernels:
            assert kernels.call("os:getppid")() != first


def test_nothing_is_run_where_the_command_is_at_fault(ran, tmp_path, monkeypatch):
    with pytest.raises(ParameterError, match="no such parameter"):
        ran.run(overrides=["no_such=1"])
    with pytest.raises(PlaceError, match="no such folder"):
        run_portfolio(tmp_path / "nowhere", tmp_path / "out", notebooks=ran.books)
    with pytest.raises(PlaceError, match="playbook run"):
        run_portfolio(ran.clients / "acme", tmp_path / "out", notebooks=ran.books)
    monkeypatch.setattr("referral_playbook.run.portfolio.executors.SECONDS", 0.5)
    with pytest.raises(ExecutorError, match="no Dask scheduler answers"):
        ran.run(executor="tcp://127.0.0.1:9")


def call(*args):
    result = CliRunner().invoke(main, ["portfolio", *map(str, args)])
    assert not result.exception or isinstance(result.exception, SystemExit), result.exception
    return result


def test_the_command(ran, monkeypatch, tmp_path):
    monkeypatch.setenv("REFERRAL_PLAYBOOK_NOTEBOOKS", str(ran.books))
    monkeypatch.chdir(tmp_path)
    good = make_clients(tmp_path / "good", "one")
    result = call(good)
    assert (result.exit_code, (tmp_path / "reports" / "good" / "portfolio.html").is_file()) == (0, True)
    (good / "two").mkdir()
    (good / "two" / "client.toml").write_text("name = 1")
    result = call(good, "--jobs", 1)
    assert result.exit_code == 1
    assert "1 failed; the summary says why" in result.output
    assert "] one ... Go (" in result.output
    assert "all kept" in result.output
    assert call(ran.clients, "--out", ran.out).exit_code == 3
    for wrong in (
        ["--jobs", "2", "--executor", "tcp://h:1"],
        ["--shard", "3/2"],
        ["--set", "x"],
        ["--jobs", "0"],
        ["--engine", "nothing://"],
    ):
        assert call(good, *wrong).exit_code in (1, 2), wrong
    assert call("s3://bucket/clients").exit_code == 2


def test_an_interrupt_leaves_no_kernel(tmp_path):
    books = make_books(tmp_path / "books", "import time\ntime.sleep(600)")
    clients, mark = make_clients(tmp_path / "clients", "acme", "bolt", "cork"), tmp_path.name + "-interrupt"
    command = [sys.executable, "-m", "referral_playbook.cli", "portfolio", str(clients), "--out", str(tmp_path / "out")]
    env = {**os.environ, MARK: mark, "REFERRAL_PLAYBOOK_NOTEBOOKS": str(books)}
    with subprocess.Popen(command, env=env, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        wait_until(lambda: noted(books, "begun"), 120)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in said
    wait_until(lambda: not marked(mark))
    assert not [p for p in (tmp_path / "out").glob("*") if not p.name.startswith(".")]


def test_the_manifest_of_a_client_does_not_depend_on_its_neighbours(ran):
    told = json.loads((ran.out / "acme" / "manifest.json").read_text())
    assert set(told["steps"]) == {"pmf_check", "client_report"}
    assert "boom" not in json.dumps(told)


def test_a_portfolio_in_another_place_has_the_same_bytes(tmp_path, monkeypatch):
    monkeypatch.setattr(run_client, "is_fresh", no_facts)
    books = make_books(tmp_path / "books", "print(client)")
    digests = []
    for place in (tmp_path / "here", tmp_path / "there" / "deeper"):
        clients = make_clients(place / "clients", "acme", "twin")
        run_portfolio(clients, place / "out", notebooks=books, progress=lambda line: None)
        digests.append(files_digests(place / "out"))
        assert not [p for p in (place / "out").rglob("*.*") if p.is_file() and str(place).encode() in p.read_bytes()]
    assert {"portfolio.html", "portfolio.csv", "acme/report.html"} <= set(digests[0])
    assert digests[0] == digests[1]


def test_the_time_that_is_left_is_told_in_minutes_and_hours(monkeypatch):
    clock = iter([0.0, 120.0, 240.0, 36_000.0, 36_001.0])
    monkeypatch.setattr(portfolio.time, "monotonic", lambda: next(clock))
    lines = []
    tell = portfolio._Teller(lines.append, 4)
    for name in ("a", "b", "c", "d"):
        tell.done(Outcome(client=name, blame=Blame.NOTEBOOK, why="no"))
    assert [line.partition("; ")[2] for line in lines] == [
        "about 6 min left",
        "about 4 min left",
        "about 3 hours left",
        "",
    ]


@pytest.mark.parametrize(("processors", "jobs", "steps"), [(2, 2, 1), (2, 1, 2), (8, 3, 2), (2, 5, 1), (None, 1, 1)])
def test_clients_and_their_steps_take_the_processors_that_there_are(monkeypatch, processors, jobs, steps):
    monkeypatch.setattr(portfolio, "cpu_count", lambda: processors)
    assert portfolio._width(jobs) == steps
