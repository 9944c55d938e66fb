"""A notebook of two cells beside its title and parameters."""

from __future__ import annotations

import nbformat
import pytest

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
