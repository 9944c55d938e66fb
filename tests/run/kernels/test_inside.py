"""A notebook's cells in a process of their own without a kernel: the outputs are those that a kernel would send."""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from contextlib import suppress

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from referral_playbook.run.client.execute import execute
from referral_playbook.run.client.papermilled import with_parameters
from referral_playbook.run.client.plan import read_notebook
from referral_playbook.run.kernels import forks
from referral_playbook.run.kernels.failures import NotebookError
from referral_playbook.run.kernels.inside import Outbox
from referral_playbook.run.kernels.pool import CHOICE, PLAIN, kernels_for

from ..conftest import make_notebook

forking = pytest.mark.skipif(not forks.can_fork(), reason="notebooks do not run in forks on this system")
CELLS = (
    "print('one', end=' ')\nprint('two')\nimport sys\nprint('beside', file=sys.stderr)\n3",
    "class Shown:\n    def __repr__(self): return 'x'\n"
    "    def _repr_html_(self): return '<b>x</b>'\n    def _repr_png_(self): return b'\\x89PNG'\nShown()",
    "from IPython.display import clear_output, display\n"
    "moved = display('first', display_id=True)\nmoved.update('second')",
    "display('gone')\nclear_output()\ndisplay('stays')",
    "7",
    "_ + 1",
    "",
    "import asyncio\nawait asyncio.sleep(0, 'awaited')",
    "{'b': (1, 2), 'a': float('inf')};",
)


def executed(tmp_path, choice, cells, monkeypatch):
    """The cells as an executed notebook has them, in a fork or in an interpreter that starts afresh."""
    monkeypatch.setenv(CHOICE, choice)
    book = read_notebook("pmf_check", make_notebook(tmp_path, "01_pmf_check.ipynb", *cells))
    target, failed = tmp_path / f"{choice or 'fork'}.ipynb", None
    with kernels_for([]) as running:
        try:
            execute(book, values={}, shown={}, target=target, kernels=running, environment={})
        except NotebookError as error:
            failed = str(error)
    return json.loads(target.read_text(encoding="utf-8")), failed


def by_jupyter(tmp_path, cells):
    """Counts and outputs of the cells as Jupyter's own kernel sends them."""
    node = with_parameters(make_notebook(tmp_path, "stock.ipynb", *cells), {})
    with suppress(CellExecutionError), warnings.catch_warnings(action="ignore"):
        NotebookClient(node, kernel_name="python3", record_timing=False).execute()
    return {cell["id"]: _seen(cell) for cell in json.loads(nbformat.writes(node))["cells"] if "outputs" in cell}


def _seen(cell):
    return cell["execution_count"], cell["outputs"]


def outputs(notebook, cell):
    """The outputs of a cell, by its id."""
    return next(found["outputs"] for found in notebook["cells"] if found["id"] == cell)


def as_by_jupyter(notebook, stock):
    """Whether the cells of a notebook were left as Jupyter's own kernel leaves them."""
    assert {cell["id"]: _seen(cell) for cell in notebook["cells"] if cell["id"] in stock} == stock
    return True


@forking
def test_outputs_are_those_of_a_kernel(tmp_path, monkeypatch):
    plain, fork = (executed(tmp_path, choice, CELLS, monkeypatch)[0] for choice in (PLAIN, ""))
    assert fork == plain
    assert as_by_jupyter(fork, by_jupyter(tmp_path, CELLS))
    assert outputs(fork, "c2")[0]["data"]["text/plain"] == ["'second'"]
    assert outputs(fork, "c7")[0]["data"]["text/plain"] == ["'awaited'"]


@forking
@pytest.mark.parametrize("wrong", ["1 / 0", "def (", "import no_such_module", "raise KeyError('x')\n2"])
def test_an_error_is_told_and_written_as_a_kernel_would(tmp_path, monkeypatch, wrong):
    cells = ("a = 1", wrong, "2")
    plain, fork = (executed(tmp_path, choice, cells, monkeypatch) for choice in (PLAIN, ""))
    assert fork == plain
    assert "pmf_check, cell 4: " in fork[1]
    assert as_by_jupyter(fork[0], by_jupyter(tmp_path, cells))


@pytest.mark.parametrize("choice", [PLAIN, pytest.param("", marks=forking)])
def test_a_notebook_whose_process_dies_is_there_as_far_as_it_went(tmp_path, monkeypatch, choice):
    done, failed = executed(tmp_path, choice, ("print('before')", "import os\nos._exit(7)", "2"), monkeypatch)
    assert failed == "pmf_check, cell 4: its kernel died: exit code 7"
    assert outputs(done, "c0")[0]["text"] == ["before\n"]
    assert outputs(done, "c1") == []


@forking
def test_what_a_notebook_started_ends_with_it(tmp_path, monkeypatch):
    started = "import subprocess\nprint(subprocess.Popen(['sleep', '600']).pid)"
    done, failed = executed(tmp_path, "", (started,), monkeypatch)
    pid = outputs(done, "c0")[0]["text"][0].strip()
    left = subprocess.run(["ps", "-o", "stat=", "-p", pid], capture_output=True, text=True).stdout.strip()
    assert failed is None
    assert left in ("", "Z", "Zs")


def test_text_that_follows_at_once_on_a_stream_is_one_message():
    outbox = Outbox()
    for name, text in (("stdout", "a"), ("stdout", "b"), ("stderr", "c"), ("stdout", "d")):
        outbox.write(name, text)
    sent = [(m["content"]["name"], m["content"]["text"]) for m in outbox.emptied()]
    assert sent == [("stdout", "ab"), ("stderr", "c"), ("stdout", "d")]
    assert outbox.emptied() == []


def test_a_run_that_forks_imports_no_papermill_itself():
    code = "import sys, referral_playbook.run.client.run_client; print({'papermill', 'zmq'} & sys.modules.keys())"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "set()\n"
