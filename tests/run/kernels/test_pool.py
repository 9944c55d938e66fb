"""Kernels: forked or plain with the same results, side by side, dead ones told, none left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import nbformat
import psutil
import pytest

from referral_playbook.contract.handover import AWAITED, load
from referral_playbook.run.client.execute import execute
from referral_playbook.run.client.manifest import files_digests
from referral_playbook.run.client.plan import read_notebook
from referral_playbook.run.client.run_client import run_client
from referral_playbook.run.kernels import forks
from referral_playbook.run.kernels import pool as kernels
from referral_playbook.run.kernels.failures import NotebookError

from ..conftest import make_notebook, recording

forking = pytest.mark.skipif(not forks.can_fork(), reason="kernels are not forked on this system")
MARK = "PLAYBOOK_TEST_MARK"


@pytest.fixture
def run(client_dir, books, tmp_path, no_facts):
    def go(out="out", **options):
        return run_client(client_dir, tmp_path / out, notebooks=books, progress=lambda line: None, **options)

    go.folder, go.books = tmp_path / "out", books
    return go


def printed(folder, name, cell=3):
    return nbformat.read(folder / "notebooks" / name, as_version=4).cells[cell].outputs[0].text.strip()


@forking
def test_kernels_are_forks_of_one_process_that_has_imported_everything(run):
    cell = "import os, sys\nprint(os.getppid(), 'graphlib' in sys.modules)"
    make_notebook(run.books, "01_pmf_check.ipynb", cell, recording("pmf_check", "1.0"))
    make_notebook(run.books, "05_break_even.ipynb", cell, recording("break_even", "1.0"), "import graphlib")
    run()
    first, second = (printed(run.folder, name) for name in ("01_pmf_check.ipynb", "05_break_even.ipynb"))
    assert first == second
    assert first.endswith("True")
    assert not psutil.pid_exists(int(first.split()[0]))


@forking
def test_each_kernel_draws_its_own_random_numbers(run):
    cell = "import numpy as np\nprint(np.random.rand())"
    make_notebook(run.books, "01_pmf_check.ipynb", cell, recording("pmf_check", "1.0"))
    make_notebook(run.books, "05_break_even.ipynb", cell, recording("break_even", "1.0"))
    run()
    assert printed(run.folder, "01_pmf_check.ipynb") != printed(run.folder, "05_break_even.ipynb")


@forking
def test_plain_kernels_give_the_same(run, monkeypatch):
    cell = "import os, sys, locale\nprint(os.environ['TZ'], os.environ['MPLBACKEND'], sys.flags.hash_randomization)"
    make_notebook(run.books, "01_pmf_check.ipynb", cell, recording("pmf_check", "1.0"))
    run()
    monkeypatch.setenv(kernels.CHOICE, kernels.PLAIN)
    run("plain")
    one, two = files_digests(run.folder), files_digests(run.folder.parent / "plain")
    assert one.keys() == two.keys()
    names = [n for n in one if n.startswith("results/")]
    assert [one[n] for n in names] == [two[n] for n in names]
    assert printed(run.folder, "01_pmf_check.ipynb") == printed(run.folder.parent / "plain", "01_pmf_check.ipynb")


def meet(mine, theirs, folder):
    return f"""
        import time
        from pathlib import Path
        Path({str(folder / mine)!r}).touch()
        until = time.monotonic() + 60
        while not Path({str(folder / theirs)!r}).exists(): assert time.monotonic() < until; time.sleep(0.02)
    """


@pytest.mark.parametrize("choice", [kernels.PLAIN, pytest.param("", marks=forking)])
def test_steps_that_do_not_wait_for_each_other_run_side_by_side(run, tmp_path, monkeypatch, choice):
    monkeypatch.setenv(kernels.CHOICE, choice)
    make_notebook(run.books, "01_pmf_check.ipynb", meet("a", "b", tmp_path), recording("pmf_check", "1.0"))
    make_notebook(run.books, "05_break_even.ipynb", meet("b", "a", tmp_path), recording("break_even", "1.0"))
    assert len(run().steps) == 2


def test_a_step_waits_for_the_earlier_result_it_reads(run):
    slow = "import time\ntime.sleep(1)"
    make_notebook(run.books, "01_pmf_check.ipynb", slow, recording("pmf_check", "7.0"))
    run()
    assert load("break_even", run.folder / "results").estimate("rate").value == 14.0


def test_a_result_that_nobody_makes_is_not_waited_for(tmp_path, monkeypatch):
    monkeypatch.setenv(AWAITED, "value_exchange,goal_setting")
    assert load("pmf_check", tmp_path) is None


@pytest.mark.parametrize("choice", [kernels.PLAIN, pytest.param("", marks=forking)])
@pytest.mark.parametrize(
    ("end", "words"), [("os._exit(9)", "exit code 9"), ("os.kill(os.getpid(), 9)", "killed by signal 9")]
)
def test_a_dead_kernel_says_at_which_cell_and_how_it_died(run, monkeypatch, choice, end, words):
    monkeypatch.setenv(kernels.CHOICE, choice)
    make_notebook(run.books, "05_break_even.ipynb", "import os", end)
    (failure,) = run().failures
    assert (failure.step, failure.cell) == ("break_even", 4)
    assert words in str(failure)


@pytest.mark.parametrize("choice", [kernels.PLAIN, pytest.param("", marks=forking)])
def test_a_cell_that_takes_too_long_is_named(run, monkeypatch, choice):
    monkeypatch.setenv(kernels.CHOICE, choice)
    monkeypatch.setattr("referral_playbook.run.client.execute.CELL_SECONDS", 1)
    make_notebook(run.books, "05_break_even.ipynb", "import time", "time.sleep(60)")
    (failure,) = run().failures
    assert "break_even, cell 4: took more than 1 seconds" in str(failure)


def test_a_fault_of_the_client_stops_the_others_at_once(run):
    make_notebook(run.books, "01_pmf_check.ipynb", "import time\ntime.sleep(600)")
    fault = "from referral_playbook.contract.client_toml.client import ClientError, Problem\n"
    fault += "raise ClientError([Problem(file='a.csv', problem='it is empty', fix='Export it again')])"
    make_notebook(run.books, "05_break_even.ipynb", fault)
    began = time.monotonic()
    with pytest.raises(NotebookError, match="it is empty"):
        run()
    assert time.monotonic() - began < 120


@forking
def test_twenty_kernels_ten_at_a_time(tmp_path):
    book = read_notebook("pmf_check", make_notebook(tmp_path, "01_pmf_check.ipynb", "import os", "os.getpid()"))

    def answer(n):
        how = {"values": {}, "shown": {}, "kernels": running, "environment": {}}
        execute(book, target=tmp_path / f"{n}.ipynb", **how)
        return nbformat.read(tmp_path / f"{n}.ipynb", as_version=4).cells[-1].outputs[0].data["text/plain"]

    with kernels.kernels_for([]) as running, ThreadPoolExecutor(10) as pool:
        assert len(set(pool.map(answer, range(20)))) == 20


@forking
def test_notebooks_that_leave_no_trace_run_one_after_another_in_one_process(tmp_path):
    """Names do not pass from one to the next; a notebook that could change more has a process of its own."""
    here = "from referral_playbook.run.kernels.forks import os"
    seen = "os.getpid(), os.environ['NUMBER'], os.getcwd(), 'left' in globals()"

    def executed(number, *cells):
        folder = tmp_path / number
        book = read_notebook("pmf_check", make_notebook(folder, "01_pmf_check.ipynb", *cells))
        how = {"values": {}, "shown": {}, "kernels": running, "environment": {"NUMBER": number}}
        execute(book, target=folder / "done.ipynb", **how)
        last = nbformat.read(folder / "done.ipynb", as_version=4).cells[-1]
        return last.execution_count, *eval(last.outputs[0].data["text/plain"])

    with kernels.kernels_for([]) as running:
        first = executed("1", here, "left = 1", seen)
        second = executed("2", here, seen)
        own = executed("3", "import os", seen)
        with pytest.raises(NotebookError, match="cell 4: its kernel died: exit code 3"):
            executed("4", here, "os._exit(3)")
        after = executed("5", here, seen)
    assert first[1] == second[1]
    assert len({first[1], own[1], after[1]}) == 3
    assert (first[0], *first[2:]) == (5, "1", str(tmp_path / "1"), True)
    assert (second[0], *second[2:]) == (4, "2", str(tmp_path / "2"), False)
    assert after[2:] == ("5", str(tmp_path / "5"), False)


@forking
def test_a_lost_warm_process_is_told_and_takes_its_kernels_along(tmp_path):
    with forks.WarmParent([], kernels.ENVIRONMENT) as warm:
        how = {"cwd": str(tmp_path), "log": tmp_path / "log", "environment": {}}
        sleep = {"function": "time:sleep", "arguments": {"secs": 600}, "answer": str(tmp_path / "answer")}
        kernel = warm.fork("call", **sleep, **how)
        assert kernel.wait(0) is None
        warm._process.kill()
        assert kernel.wait(30) == forks.LOST
        with pytest.raises(forks.WarmGoneError):
            warm.fork("call", **sleep, **how)
        until = time.monotonic() + 30
        while psutil.pid_exists(kernel.pid) and psutil.Process(kernel.pid).status() != psutil.STATUS_ZOMBIE:
            assert time.monotonic() < until
            time.sleep(0.05)


@forking
def test_a_fork_that_waits_for_more_to_do_has_ended_when_the_warm_process_has(tmp_path):
    """Ended and waited for: what it took counts as the run's, and nothing of it is left."""
    with forks.WarmParent([], kernels.ENVIRONMENT) as warm:
        sleep = {"function": "time:sleep", "arguments": {"secs": 600}, "answer": str(tmp_path / "answer")}
        kernel = warm.fork("call", **sleep, cwd=str(tmp_path), log=tmp_path / "log", environment={})
    assert not psutil.pid_exists(kernel.pid)


def marked(mark):
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) == mark and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


def wait_until(condition, seconds=60):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.1)


@pytest.mark.parametrize("sig", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("choice", [kernels.PLAIN, pytest.param("", marks=forking)])
def test_no_kernel_outlives_the_run(client_dir, books, tmp_path, choice, sig):
    mark = uuid.uuid4().hex
    begun = f"import time\nfrom pathlib import Path\nPath({str(tmp_path / 'begun')!r}).touch()\ntime.sleep(600)"
    make_notebook(books, "05_break_even.ipynb", begun)
    command = [sys.executable, "-m", "referral_playbook.cli", "run", str(client_dir), "--out", str(tmp_path / "out")]
    env = {**os.environ, MARK: mark, kernels.CHOICE: choice, "REFERRAL_PLAYBOOK_NOTEBOOKS": str(books)}
    with subprocess.Popen(command, env=env, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        wait_until((tmp_path / "begun").exists, 120)
        assert len(marked(mark)) >= 2
        process.send_signal(sig)
        _, said = process.communicate(timeout=60)
    assert process.returncode == (130 if sig == signal.SIGINT else -sig)
    assert "Traceback" not in said
    wait_until(lambda: not marked(mark))
    assert not (tmp_path / "out").exists()
