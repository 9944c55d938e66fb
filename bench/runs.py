"""Whole runs: ours against the same cells as plain Python, in fresh interpreters, and in a loop of commands."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.measure import Figure, in_turn, once, python
from bench.report import Row

ROOT = Path(__file__).resolve().parents[1]
CLIENT = ROOT / "data" / "brightdesk"
BIN = Path(sys.executable).parent
FLOOR = """
import sys, tempfile
from pathlib import Path
sys.path.insert(0, {root!r} + "/tests")
from plain_run import run_plain
with tempfile.TemporaryDirectory() as folder:
    run_plain(Path({client!r}), Path(folder, "results"))
"""
LOOP = """
set -e
work=$(mktemp -d)
for book in {root}/notebooks/[0-9][0-9]_*.ipynb; do
  {bin}/papermill --no-progress-bar --log-level ERROR -k python3 "$book" "$work/$(basename "$book")" \
    -p client_dir {client} -p results_dir "$work/results"
  {bin}/jupyter-nbconvert --log-level ERROR --to html --no-input "$work/$(basename "$book")"
done
rm -r "$work"
"""
KERNELS = """
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from referral_playbook.run.client.execute import execute
from referral_playbook.run.kernels.pool import kernels_for
from referral_playbook.run.client.plan import read_notebook
import nbformat
with TemporaryDirectory() as folder:
    cells = [nbformat.v4.new_code_cell("import os", id="a"), nbformat.v4.new_code_cell("os.getpid()", id="b")]
    path = Path(folder, "book.ipynb")
    told = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=told), path)
    book = read_notebook("book", path)  # it imports, so that it shares its process with no other
    def one(n):
        how = {"values": {}, "shown": {}, "kernels": running, "environment": {}}
        execute(book, target=Path(folder, f"{n}.ipynb"), **how)
        done = nbformat.read(Path(folder, f"{n}.ipynb"), as_version=4)
        return done.cells[-1].outputs[0].data["text/plain"]
    with kernels_for([]) as running, ThreadPoolExecutor(10) as pool:
        assert len(set(pool.map(one, range(240)))) == 240
"""


def rows() -> list[Row]:
    """Figures on whole runs of the sample client."""
    with TemporaryDirectory() as folder:
        return [*_against_floor(Path(folder)), _unchanged(Path(folder)), _many()]


def _run(folder: Path, *options: str, kernels: str = "") -> list[str]:
    setting = [f"REFERRAL_PLAYBOOK_KERNELS={kernels}"] if kernels else []
    return ["env", *setting, str(BIN / "playbook"), "run", str(CLIENT), "--out", str(folder / "run"), *options]


def _against_floor(folder: Path) -> list[Row]:
    os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MPLBACKEND": "Agg", "TZ": "UTC"}
    commands = {
        "floor": python(FLOOR.format(root=str(ROOT), client=str(CLIENT))),
        "ours": _run(folder, "--fresh"),
        "afresh": _run(folder, "--fresh", kernels="plain"),
    }
    once(commands["ours"])  # compiles what is not compiled yet
    seen = in_turn(commands, repeats=3)
    loop = once(["bash", "-c", LOOP.format(root=ROOT, bin=BIN, client=CLIENT)])
    ours, floor = seen["ours"], seen["floor"]
    return [
        _ratio("whole run against plain Python", ours, floor, cpu=1.25, wall=1.0),
        _ratio("whole run against a loop of papermill and nbconvert commands", ours, loop, cpu=0.15, wall=0.10),
        _ratio("an interpreter for each notebook against plain Python", seen["afresh"], floor, cpu=3.0),
    ]


def _unchanged(folder: Path) -> Row:
    once(_run(folder))
    seen = in_turn({"start": python("pass"), "again": _run(folder)}, repeats=5)
    beyond = seen["again"].wall - seen["start"].wall
    return Row("unchanged rerun beyond interpreter start", f"{beyond:.2f} s", "at most 1 s", beyond <= 1)


def _many() -> Row:
    try:
        took = once(python(KERNELS))
    except RuntimeError as error:
        return Row("240 kernels, ten at a time", str(error).splitlines()[-1], "no failure", False)
    return Row("240 kernels, ten at a time", f"no failure, {took.cpu / 240:.2f} CPU s each", "no failure", True)


def _ratio(what: str, one: Figure, other: Figure, *, cpu: float, wall: float = float("inf")) -> Row:
    target = f"at most {cpu}x CPU" + (f", {wall}x wall" if wall < float("inf") else "")
    return Row(what, one.over(other), target, one.cpu <= cpu * other.cpu and one.wall <= wall * other.wall)
