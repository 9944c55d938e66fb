"""A small client and small notebooks: the runner is tested without the real steps."""

from __future__ import annotations

import textwrap
from pathlib import Path

import nbformat
import pytest

# Reports are then written in this process: in a fork, each of the many small runs would import it again.
import referral_playbook.run.report.deliver  # noqa: F401

TOML = """name = "Acme"
currency = "GBP"
as_of = 2026-09-30
[tables.customers]
file = "customers.csv"
dates = "%Y-%m-%d"
"""

HEAD = """
client_dir: str = "../data/x"  # the client folder
results_dir: str = "../reports/x/results"  # where results are
"""

RECORD = """
from datetime import date
from referral_playbook.contract.evidence import Estimate, StepResult, Verdict
from referral_playbook.contract.handover import record
rate = Estimate(value={value}, low=0.0, high=100.0, confidence=0.95, n=10, unit="share", per="answer",
                basis="measured", source="survey")
result = StepResult(step="{step}", client="Acme", as_of=date(2026, 9, 30), headline="H",
                    verdict=Verdict(status="go", reason="R"), estimates={{"rate": rate}})
_ = record(result, results_dir)
"""


def make_notebook(folder: Path, name: str, *cells: str, parameters: str = "", markdown: str = "# Title") -> Path:
    """Write a notebook: a title, a parameters cell, and the cells given."""
    tagged = nbformat.v4.new_code_cell(textwrap.dedent(HEAD + parameters).strip(), id="parameters")
    tagged.metadata["tags"] = ["parameters"]
    rest = [nbformat.v4.new_code_cell(textwrap.dedent(c).strip(), id=f"c{i}") for i, c in enumerate(cells)]
    title = nbformat.v4.new_markdown_cell(markdown, id="title")
    node = nbformat.v4.new_notebook(cells=[title, tagged, *rest])
    node.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(node, folder / name)
    return folder / name


def recording(step: str, value: str = "surveyed") -> str:
    """A cell that records a result whose only estimate is the expression `value`."""
    return RECORD.format(step=step, value=value)


@pytest.fixture
def no_facts(monkeypatch):
    """Steps in these tests read no facts, and building them is most of a small run."""
    from referral_playbook.run.client import run_client

    def is_fresh(client_dir, facts_dir):
        facts_dir.mkdir(exist_ok=True)
        return True

    monkeypatch.setattr(run_client, "is_fresh", is_fresh)


@pytest.fixture
def client_dir(tmp_path) -> Path:
    folder = tmp_path / "acme"
    folder.mkdir()
    (folder / "client.toml").write_text(TOML)
    (folder / "customers.csv").write_text("customer_id,joined_on\na,2026-01-05\nb,2026-02-07\n")
    return folder


@pytest.fixture
def books(tmp_path) -> Path:
    """Two steps; the second reads the first."""
    folder = tmp_path / "notebooks"
    surveyed = "surveyed: int = 1  # share\n"
    make_notebook(folder, "01_pmf_check.ipynb", recording("pmf_check"), "print('first')", parameters=surveyed)
    reads = """
        from referral_playbook.contract.handover import load
        surveyed = load("pmf_check", results_dir).estimate("rate").value * hours_per_month
    """
    make_notebook(
        folder, "05_break_even.ipynb", reads, recording("break_even"), parameters="hours_per_month: float = 2  # -\n"
    )
    return folder
