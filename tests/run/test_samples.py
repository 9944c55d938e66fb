"""Sample notebooks: kept outputs are the chain's by the notebooks' defaults, and nbval finds them again."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from book.samples import keep_outputs
from referral_playbook.run.kernels.failures import NotebookError

from .conftest import TOML, make_notebook, recording

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
OPEN = "from pathlib import Path\nprint(sorted(p.name for p in Path(client_dir).glob('*.toml')))"
READ = """
    from referral_playbook.contract.handover import load
    earlier = load("pmf_check", results_dir)
    print(earlier.estimates["rate"].value if earlier else "nothing earlier")
"""
FOLDERS = 'client_dir: str = "../data/brightdesk"  # -\nresults_dir: str = "../reports/brightdesk/results"  # -\n'


@pytest.fixture
def root(tmp_path, no_facts):
    client = tmp_path / "data" / "brightdesk"
    client.mkdir(parents=True)
    (client / "client.toml").write_text(TOML + "[parameters]\nsurveyed = 9\n")
    (client / "customers.csv").write_text("customer_id,joined_on\na,2026-01-05\n")
    books = tmp_path / "notebooks"
    cell = FOLDERS + "surveyed: int = 1  # -\n"
    make_notebook(books, "01_pmf_check.ipynb", OPEN, recording("pmf_check"), "surveyed", parameters=cell)
    make_notebook(books, "05_break_even.ipynb", READ, recording("break_even", "1.0"), parameters=FOLDERS)
    return tmp_path


def cells(root, name):
    return [c for c in nbformat.read(root / "notebooks" / name, as_version=4).cells if c.cell_type == "code"]


def test_outputs_are_those_of_the_chain_with_the_notebooks_defaults(root):
    assert [p.name for p in keep_outputs(root, progress=lambda line: None)] == [
        "01_pmf_check.ipynb",
        "05_break_even.ipynb",
    ]
    first, second = cells(root, "01_pmf_check.ipynb"), cells(root, "05_break_even.ipynb")
    assert [c.execution_count for c in first] == [1, 2, 3, 4]
    assert first[-1].outputs[0].execution_count == 4
    assert first[-1].outputs[0].data["text/plain"] == "1"  # not the 9 of client.toml
    assert second[1].outputs[0].text == "1.0\n"


def test_a_notebook_that_is_no_steps_is_run_by_itself_and_kept(root, capfd):
    make_notebook(
        root / "notebooks",
        "validation.ipynb",
        "import os\nprint(os.environ['TZ'], surveyed)",
        parameters="surveyed: int = 2  # -\n",
    )
    changed = keep_outputs(root, progress=lambda line: None)
    assert "validation.ipynb" in [p.name for p in changed]
    assert cells(root, "validation.ipynb")[-1].outputs[0].text == "UTC 2\n"
    assert keep_outputs(root, progress=lambda line: None) == []
    assert "without encryption" not in capfd.readouterr().err


def test_outputs_of_a_failure_are_not_kept(root):
    make_notebook(root / "notebooks", "01_pmf_check.ipynb", "1 / 0", parameters=FOLDERS)
    before = (root / "notebooks" / "01_pmf_check.ipynb").read_bytes()
    with pytest.raises(NotebookError, match="ZeroDivisionError"):
        keep_outputs(root, progress=lambda line: None)
    assert (root / "notebooks" / "01_pmf_check.ipynb").read_bytes() == before


def test_nothing_that_differs_from_run_to_run_is_kept(root):
    keep_outputs(root, progress=lambda line: None)
    text = (root / "notebooks" / "01_pmf_check.ipynb").read_text()
    assert "injected" not in text
    assert "papermill" not in text
    assert str(root) not in text
    shutil.rmtree(root / "reports")
    assert keep_outputs(root, progress=lambda line: None) == []
    ids = [c.id for c in nbformat.read(root / "notebooks" / "01_pmf_check.ipynb", as_version=4).cells]
    assert len(set(ids)) == len(ids)


def nbval(root, *names):
    for name in ("conftest.py", "sanitise.cfg"):
        shutil.copy(NOTEBOOKS / name, root / "notebooks" / name)
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--nbval", "--nbval-current-env"]
    config = ["-c", "/dev/null", "--rootdir", str(root), "--nbval-sanitize-with", "notebooks/sanitise.cfg"]
    config += ["-o", f"pythonpath={NOTEBOOKS.parent}"]
    command = [sys.executable, "-m", "pytest", *options, *config, *(f"notebooks/{name}" for name in names)]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


def test_nbval_finds_the_same_whichever_notebook_runs_alone(root):
    keep_outputs(root, progress=lambda line: None)
    done = nbval(root, "05_break_even.ipynb")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed" in done.stdout


def test_nbval_sees_a_kept_output_that_is_not_what_the_code_gives(root):
    keep_outputs(root, progress=lambda line: None)
    path = root / "notebooks" / "05_break_even.ipynb"
    path.write_text(path.read_text().replace('"1.0\\n"', '"2.0\\n"'))
    done = nbval(root, "05_break_even.ipynb")
    assert done.returncode == 1
    assert "1 failed" in done.stdout
