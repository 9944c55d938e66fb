"""One notebook of a run: cells counted as on disk, and whose fault it is when one raises."""

from __future__ import annotations

import nbformat
import pytest

from referral_playbook.run.client.execute import _cell, _failed
from referral_playbook.run.client.plan import read_notebook
from referral_playbook.run.kernels.failures import CellError


@pytest.fixture
def book(tmp_path):
    """Title, parameters, two cells of code."""
    cells = [
        nbformat.v4.new_markdown_cell("# Title", id="title"),
        nbformat.v4.new_code_cell(
            'client_dir: str = "x"\nrate: float = 0.5', id="p", metadata={"tags": ["parameters"]}
        ),
        nbformat.v4.new_code_cell("1", id="c1"),
        nbformat.v4.new_code_cell("2", id="c2"),
    ]
    path = tmp_path / "01_pmf_check.ipynb"
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), path)
    return read_notebook("pmf_check", path)


@pytest.mark.parametrize(("index", "cell"), [(0, 1), (1, 2), (3, 3), (4, 4), (None, None)])
def test_a_cell_is_counted_as_on_disk_without_the_injected_one(book, index, cell):
    assert _cell(book, index) == cell


@pytest.mark.parametrize(("name", "fault"), [("ClientError", True), ("IntakeError", True), ("ValueError", False)])
def test_a_fault_of_the_client_is_known_by_its_class(book, name, fault):
    failed = _failed(book, CellError(3, name, "no"))
    assert failed.clients_fault is fault
    assert str(failed) == f"pmf_check, cell 3: {name}: no"
