"""Many clients: what one more costs against a run alone, a rerun of all, and the same on a Dask cluster."""

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
CLIENTS = 8
TWICE = """
import json, time
from referral_playbook.run.portfolio.portfolio import run_portfolio
def run():
    began = time.perf_counter()
    done = run_portfolio({clients!r}, {out!r}, executor={address!r}, progress=lambda line: None)
    return time.perf_counter() - began, [[o.client, o.ran, o.kept, o.why] for o in done.outcomes]
print(json.dumps([run(), run()]))
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
    each = first.cpu / CLIENTS / alone.cpu
    return [
        Row(
            f"portfolio of {CLIENTS}, CPU a notebook against a run alone", f"{each:.2f}x", "at most 1.10x", each <= 1.1
        ),
        _share(f"rerun of a portfolio of {CLIENTS}, nothing changed, whole process", again.wall, first.wall),
    ]


def _dask(clients: Path, folder: Path) -> list[Row]:
    with ExitStack() as stack:
        address = _cluster(folder, stack)
        code = TWICE.format(clients=str(clients), out=str(folder / "dask"), address=address)
        done = subprocess.run(python(code), capture_output=True, text=True, check=True)
    (first, began), (again, kept) = json.loads(done.stdout.splitlines()[-1])
    whole = len(began) == CLIENTS and all(ran and not why for _, ran, _, why in began)
    stood = all(not ran and n and not why for _, ran, n, why in kept)
    said = f"{sum(bool(ran) for _, ran, _, _ in began)} of {CLIENTS} run, then {sum(not r for _, r, _, _ in kept)} kept"
    return [
        Row("Dask, two workers: every client run once, then kept", said, "all", whole and stood),
        _share("Dask, two workers: rerun, nothing changed", again, first),
    ]


def _cluster(folder: Path, stack: ExitStack) -> str:
    """A scheduler and two workers, processes that end with `stack`; the scheduler's address."""
    file = folder / "scheduler.json"
    _start(stack, "distributed.cli.dask_scheduler", "--port", "0", "--dashboard-address", ":0", file=file)
    while not file.is_file():
        time.sleep(0.1)
    for _ in range(2):
        alone = ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(folder)]
        _start(stack, "distributed.cli.dask_worker", *alone, file=file)
    return str(json.loads(file.read_text())["address"])


def _start(stack: ExitStack, module: str, *options: str, file: Path) -> None:
    command = [sys.executable, "-W", "ignore", "-m", module, "--scheduler-file", str(file), *options]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    stack.callback(process.wait)
    stack.callback(process.terminate)


def _share(what: str, again: float, first: float) -> Row:
    share = again / first
    return Row(what, f"{share:.1%} of the first run ({again:.2f} of {first:.1f} s)", "at most 2%", share <= 0.02)
