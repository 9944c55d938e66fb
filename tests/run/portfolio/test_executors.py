"""A portfolio on a Dask cluster of processes, one of them killed at work: nothing is lost, nothing is done twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest

from referral_playbook.run.portfolio.executors import executor_at
from referral_playbook.run.portfolio.portfolio import run_portfolio

from ..clients import make_books, make_clients, noted, parents
from ..kernels.test_pool import wait_until

pytest.importorskip("distributed", reason="Dask, of the test extra, is not installed")

CLIENTS = ("acme", "bolt", "cork", "dune", "elm")
GATE = """
    import time
    while not Path({gate!r}).exists(): time.sleep(0.05)
"""
PRELOAD = """
from referral_playbook.run.client import run_client
def no_facts(client_dir, facts_dir):
    facts_dir.mkdir(exist_ok=True)
    return True
run_client.is_fresh = no_facts  # building facts is most of a small run, and none is read
"""


class Cluster:
    """A scheduler and two workers, each a process that can be killed."""

    def __init__(self, root: Path, stack: ExitStack) -> None:
        self.root, self.stack, self.file = root, stack, root / "scheduler.json"
        (root / "preload.py").write_text(PRELOAD)
        self._start("distributed.cli.dask_scheduler", "--port", "0", "--no-dashboard", "--dashboard-address", ":0")
        wait_until(self.file.exists)
        self.workers = [self.start_worker() for _ in range(2)]

    def start_worker(self) -> subprocess.Popen[bytes]:
        alone = ["--no-nanny", "--nthreads", "1", "--no-dashboard", "--preload", str(self.root / "preload.py")]
        return self._start("distributed.cli.dask_worker", *alone, "--local-directory", str(self.root))

    def _start(self, module: str, *options: str) -> subprocess.Popen[bytes]:
        log = self.stack.enter_context((self.root / f"{module}.log").open("ab"))
        command = [sys.executable, "-W", "ignore", "-m", module, "--scheduler-file", str(self.file), *options]
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.root)
        self.stack.callback(process.wait)
        self.stack.callback(process.kill)
        return process

    @property
    def address(self) -> str:
        return str(json.loads(self.file.read_text())["address"])


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    with ExitStack() as stack:
        yield Cluster(tmp_path_factory.mktemp("cluster"), stack)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_a_killed_worker_costs_no_client(cluster, tmp_path):
    clients = make_clients(tmp_path / "clients", *CLIENTS)
    books = make_books(tmp_path / "books", GATE.format(gate=str(tmp_path / "gate")))
    said, done = [], []

    def run():
        how = {"notebooks": books, "progress": said.append, "executor": cluster.address}
        done.append(run_portfolio(clients, tmp_path / "out", **how))

    at_work = threading.Thread(target=run)
    at_work.start()
    wait_until(lambda: len(parents(books)) == 2, 120)  # both workers are in the middle of a client
    victim, kernels = cluster.workers[0], psutil.Process(cluster.workers[0].pid).children(recursive=True)
    assert kernels
    os.kill(victim.pid, signal.SIGKILL)
    victim.wait()
    psutil.wait_procs(kernels, timeout=30)
    (tmp_path / "gate").touch()
    at_work.join(240)
    assert not at_work.is_alive()

    (portfolio,) = done
    assert [outcome.client for outcome in portfolio.outcomes if not outcome.blame] == list(CLIENTS)
    assert noted(books, "done") == dict.fromkeys(CLIENTS, 1)
    assert sorted(noted(books, "begun").values()) == [1, 1, 1, 1, 2]
    assert all((tmp_path / "out" / name / "report.html").is_file() for name in CLIENTS)
    assert len(set(parents(books).values())) == 1, "all that was finished came from one warm process"

    run()
    assert [(o.client, o.ran, o.kept) for o in done[1].outcomes] == [(name, 0, 2) for name in CLIENTS]
    assert noted(books, "begun").total() == 6
    assert any("1 workers" in line for line in said)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_a_client_at_fault_on_a_worker_is_told_like_one_here(cluster, tmp_path):
    clients, books = make_clients(tmp_path / "clients", "odd"), make_books(tmp_path / "books")
    (clients / "odd" / "client.toml").write_text("name = 1")
    (outcome,) = run_portfolio(
        clients, tmp_path / "out", notebooks=books, progress=lambda line: None, executor=cluster.address
    ).failed
    assert (outcome.blame, "client.toml" in outcome.why) == ("client's data", True)


def test_no_more_clients_than_jobs_are_at_work_at_once():
    """What bounds the memory of a portfolio: each client at work has a few forks, and the others have none."""
    lock, both, at_work, most = threading.Lock(), threading.Barrier(2), 0, []

    def work(number):
        nonlocal at_work
        with lock:
            at_work += 1
            most.append(at_work)
        both.wait(30)  # two are there together, or this fails
        with lock:
            at_work -= 1
        both.wait(30)
        return number

    with executor_at(None, jobs=2) as pool:
        assert list(pool.map(work, range(6))) == list(range(6))
    assert max(most) == 2
