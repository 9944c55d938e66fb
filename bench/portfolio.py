"""Many clients: what one more costs against a run alone, a rerun of all, and a Dask cluster that loses a worker."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.measure import once, python
from bench.report import Row

ROOT = Path(__file__).resolve().parents[1]
CLIENT = ROOT / "data" / "brightdesk"
PLAYBOOK = str(Path(sys.executable).parent / "playbook")
CLIENTS = 24
ON_DASK = 6
TWICE = """
import json, os, signal, time
from referral_playbook.run.portfolio.portfolio import run_portfolio
def kill_a_worker(line):
    if line.startswith("[1/"):
        os.kill({worker}, signal.SIGKILL)
def run(progress):
    began = time.perf_counter()
    done = run_portfolio({clients!r}, {out!r}, executor={address!r}, progress=progress)
    return time.perf_counter() - began, [[o.client, o.ran, o.kept, o.why] for o in done.outcomes]
print(json.dumps([run(kill_a_worker), run(lambda line: None)]))
"""


def rows() -> list[Row]:
    """Figures on a folder of clients, each a copy of the sample."""
    with TemporaryDirectory() as folder:
        clients = Path(folder, "clients")
        for number in range(CLIENTS):
            shutil.copytree(CLIENT, clients / f"client-{number}")
        return [*_threads(clients, Path(folder)), *_dask(clients, Path(folder))]


def _threads(clients: Path, folder: Path) -> list[Row]:
    alone = once([PLAYBOOK, "run", str(clients / "client-0"), "--out", str(folder / "alone")])
    command = [PLAYBOOK, "portfolio", str(clients), "--out", str(folder / "threads")]
    first, again = once(command), once(command)
    each, kept = first.cpu / CLIENTS / alone.cpu, again.cpu / CLIENTS
    figure = f"{each:.2f}x ({first.cpu / CLIENTS:.1f} of {alone.cpu:.1f} CPU s)"
    return [
        Row(f"portfolio of {CLIENTS}, CPU a client against a run alone", figure, "at most 0.60x", each <= 0.6),
        _share(f"rerun of a portfolio of {CLIENTS}, nothing changed, whole process", again.wall, first.wall),
        Row("the same, CPU a client", f"{kept * 1000:.0f} ms", "at most 100 ms", kept <= 0.1),
        Row(
            f"largest process of the portfolio of {CLIENTS}",
            f"{first.peak:.0f} MiB",
            "at most 600 MiB",
            first.peak < 600,
        ),
    ]


def _dask(clients: Path, folder: Path) -> list[Row]:
    few = folder / "few"
    for number in range(ON_DASK):
        shutil.copytree(clients / f"client-{number}", few / f"client-{number}")
    with ExitStack() as stack:
        address, worker = _cluster(folder, stack)
        code = TWICE.format(clients=str(few), out=str(folder / "dask"), address=address, worker=worker)
        done = subprocess.run(python(code), capture_output=True, text=True, check=True)
    (first, began), (again, kept) = json.loads(done.stdout.splitlines()[-1])
    whole = len(began) == ON_DASK and all(ran + n and not why for _, ran, n, why in began)
    stood = all(not ran and n and not why for _, ran, n, why in kept)
    figure = f"{sum(not why for *_, why in began)} of {ON_DASK} whole, then {sum(not r for _, r, _, _ in kept)} kept"
    return [
        Row("Dask, two workers, one killed: every client run, then kept", figure, "all", whole and stood),
        _share("Dask: rerun, nothing changed", again, first),
    ]


def _cluster(folder: Path, stack: ExitStack) -> tuple[str, int]:
    """A scheduler and two workers, processes that end with `stack`; the scheduler's address and a worker's id."""
    file = folder / "scheduler.json"
    _start(stack, "distributed.cli.dask_scheduler", "--port", "0", "--dashboard-address", ":0", file=file)
    while not file.is_file():
        time.sleep(0.1)
    alone = ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(folder)]
    workers = [_start(stack, "distributed.cli.dask_worker", *alone, file=file) for _ in range(2)]
    return str(json.loads(file.read_text())["address"]), workers[0]


def _start(stack: ExitStack, module: str, *options: str, file: Path) -> int:
    command = [sys.executable, "-W", "ignore", "-m", module, "--scheduler-file", str(file), *options]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    stack.callback(process.wait)
    stack.callback(process.terminate)
    return process.pid


def _share(what: str, again: float, first: float) -> Row:
    share = again / first
    return Row(what, f"{share:.1%} of the first run ({again:.2f} of {first:.1f} s)", "at most 2%", share <= 0.02)
