"""Values after the defaults, the same bytes from run to run, and a notebook as far as it went before it died."""

from __future__ import annotations

import json

import nbformat

from referral_playbook.run.client.papermilled import INJECTED, tidy, with_parameters, write_record

VALUES = {"client_dir": "/tmp/work", "rate": 0.75}


def test_values_stand_in_a_cell_of_their_own_after_the_defaults(book):
    before = book.path.read_bytes()
    node = with_parameters(book.path, VALUES)
    assert [cell["id"] for cell in node.cells] == ["title", "p", INJECTED, "c1", "c2"]
    assert "rate = 0.75" in node.cells[2].source
    assert book.path.read_bytes() == before


def test_an_executed_notebook_has_no_times_and_names_the_folders_as_they_will_be(book):
    node = with_parameters(book.path, VALUES)
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


def test_a_notebook_is_written_as_far_as_its_process_went(book, tmp_path):
    result = {"output_type": "execute_result", "execution_count": 2, "data": {"text/plain": "7"}, "metadata": {}}
    lines = [json.dumps(line) for line in ([3], [3, 2, [result]], [4])]
    target = tmp_path / "out.ipynb"
    write_record(lines, str(book.path), values=VALUES, shown={"client_dir": "../data/acme"}, target=str(target))
    cells = nbformat.read(target, as_version=4).cells
    assert (cells[3].execution_count, cells[3].outputs[0].data["text/plain"]) == (2, "7")
    assert (cells[4].execution_count, cells[4].outputs) == (None, [])
    assert "/tmp/work" not in target.read_text(encoding="utf-8")
