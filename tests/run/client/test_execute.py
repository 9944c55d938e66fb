"""One notebook of a run: values after the defaults, cells counted as on disk, the same bytes from run to run."""

from __future__ import annotations

import json

import nbformat
import pytest
from papermill.exceptions import PapermillExecutionError

from referral_playbook.run.client.execute import INJECTED, _cell, _failed, tidy, with_parameters, write_whole
from referral_playbook.run.client.plan import read_notebook


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


VALUES = {"client_dir": "/tmp/work", "rate": 0.75}


def test_values_stand_in_a_cell_of_their_own_after_the_defaults(book):
    before = book.path.read_bytes()
    node = with_parameters(book, VALUES)
    assert [cell["id"] for cell in node.cells] == ["title", "p", INJECTED, "c1", "c2"]
    assert "rate = 0.75" in node.cells[2].source
    assert book.path.read_bytes() == before


@pytest.mark.parametrize(("index", "cell"), [(0, 1), (1, 2), (3, 3), (4, 4), (None, None)])
def test_a_cell_is_counted_as_on_disk_without_the_injected_one(book, index, cell):
    assert _cell(book, index) == cell


@pytest.mark.parametrize(("name", "fault"), [("ClientError", True), ("IntakeError", True), ("ValueError", False)])
def test_a_fault_of_the_client_is_known_by_its_class(book, name, fault):
    error = PapermillExecutionError(cell_index=3, exec_count=3, source="1", ename=name, evalue="no", traceback=[])
    failed = _failed(book, error)
    assert failed.clients_fault is fault
    assert str(failed) == f"pmf_check, cell 3: {name}: no"


def test_an_executed_notebook_has_no_times_and_names_the_folders_as_they_will_be(book):
    node = with_parameters(book, VALUES)
    node.cells[3].metadata["papermill"] = {"duration": 1.5}
    node.cells[3].metadata["execution"] = {"iopub.status.busy": "2026-01-01"}
    node.cells[3].outputs = [nbformat.v4.new_output("stream", text="read /tmp/work/customers.csv")]
    tidy(node, VALUES, {"client_dir": "../data/acme"})
    assert node.cells[3].outputs[0].text == "read ../data/acme/customers.csv"
    assert "../data/acme" in node.cells[2].source
    assert node.metadata["papermill"] == {"parameters": {"client_dir": "../data/acme", "rate": 0.75}}
    text = nbformat.writes(node)
    assert "duration" not in text
    assert "/tmp/work" not in text
    assert "2026-01-01" not in text


def test_a_notebook_is_put_in_its_place_whole(book, tmp_path):
    target = tmp_path / "out.ipynb"
    target.write_text("the one before", encoding="utf-8")
    write_whole(with_parameters(book, VALUES), target)
    assert len(json.loads(target.read_text(encoding="utf-8"))["cells"]) == 5
    assert not list(tmp_path.glob("*.part"))
