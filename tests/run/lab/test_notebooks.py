"""The notebooks of a session: no paths in the parameter cell, values filled in, and edits that are never lost."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest

from referral_playbook.run.client.plan import read_notebook
from referral_playbook.run.lab.notebooks import SVG, _large, cell_of, digest, near, write_notebook

PARAMETERS = 'client_dir: str = "../data/x"\nresults_dir: str = "x"\nrate: float = 0.5  # share, é\nsteps: int = 3'


@pytest.fixture
def book(tmp_path):
    cells = [
        nbformat.v4.new_markdown_cell("# Title", id="title"),
        nbformat.v4.new_code_cell("import math", id="imports"),
        nbformat.v4.new_code_cell(PARAMETERS, id="parameters", metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell("rate * 2", id="work"),
    ]
    path = tmp_path / "01_pmf_check.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return read_notebook("pmf_check", path)


def written(book, tmp_path, **more):
    target = tmp_path / "lab" / "notebooks" / "01_pmf_check.ipynb"
    target.parent.mkdir(parents=True, exist_ok=True)
    usual = {"client_dir": tmp_path / "acme", "values": {}, "show_code": False, "ran": None}
    write_notebook(book, target, **usual | more)
    return target


def cells_of(path):
    return {cell["id"]: cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]}


def test_the_folders_move_above_the_parameters_as_seen_from_the_session(book, tmp_path):
    cells = cells_of(written(book, tmp_path))
    parameters, imports = ("".join(cells[name]["source"]) for name in ("parameters", "imports"))
    assert "client_dir" not in parameters
    assert "client_dir = '../../acme'" in imports
    assert "results_dir = '../results'" in imports
    assert cells["work"]["metadata"]["jupyter"]["source_hidden"] is True


def test_values_stand_in_place_of_the_defaults_and_comments_stay(book, tmp_path):
    path = written(book, tmp_path, values={"rate": 0.75, "other": 1})
    assert "rate: float = 0.75  # share, é" in "".join(cells_of(path)["parameters"]["source"])
    assert cell_of(path) == {"rate": 0.75, "steps": 3}


def test_a_notebook_with_the_same_code_keeps_its_outputs_and_another_is_replaced(book, tmp_path):
    path = written(book, tmp_path)
    node = nbformat.read(path, as_version=4)
    node.cells[3].outputs = [nbformat.v4.new_output("stream", text="1.0")]
    nbformat.write(node, path)
    assert cells_of(written(book, tmp_path))["work"]["outputs"]
    assert cells_of(written(book, tmp_path, values={"rate": 0.9}))["work"]["outputs"] == []


def test_outputs_of_the_last_run_are_shown_until_it_runs_again(book, tmp_path):
    ran = nbformat.read(book.path, as_version=4)
    ran.cells[3].outputs = [nbformat.v4.new_output("stream", text="1.0")]
    nbformat.write(ran, tmp_path / "ran.ipynb")
    cell = cells_of(written(book, tmp_path, ran=tmp_path / "ran.ipynb"))["work"]
    assert "".join(cell["outputs"][0]["text"]) == "1.0"
    assert cell["execution_count"] is None


def test_running_a_notebook_is_no_edit(book, tmp_path):
    path = written(book, tmp_path)
    before = digest(path)
    node = nbformat.read(path, as_version=4)
    node.cells[3].execution_count = 9
    nbformat.write(node, path)
    assert digest(path) == before
    node.cells[3].source = "rate * 3"
    nbformat.write(node, path)
    assert digest(path) != before


def test_a_cell_that_cannot_be_read_is_none(tmp_path):
    path = tmp_path / "x.ipynb"
    assert cell_of(path) is None
    path.write_text("{}", encoding="utf-8")
    assert cell_of(path) is None


def test_a_folder_far_away_is_written_whole():
    assert near(Path("/a/data"), Path("/a/lab")) == "../data"
    assert near(Path("/srv/acme"), Path("/a/b/c/d/e/f")) == "/srv/acme"


def test_a_picture_becomes_a_wide_image_with_its_text_escaped():
    output = {"data": {SVG: "<svg/>", "text/plain": "x"}, "metadata": {SVG: {"alt": 'a "b" <c>'}}}
    large = _large(output)
    assert SVG not in large["data"]
    assert 'alt="a &quot;b&quot; &lt;c&gt;"' in large["data"]["text/html"]
    assert _large({"text": "plain"}) == {"text": "plain"}
