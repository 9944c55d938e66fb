"""Memo and working papers in headless Chromium at three widths: nothing reaches beyond, and axe-core finds no fault."""

from __future__ import annotations

import nbformat
import pytest

from referral_playbook.contract.handover import record
from referral_playbook.contract.names import STEPS
from referral_playbook.run.report.evidence import write_evidence
from referral_playbook.run.report.memo.memo import memo_html
from referral_playbook.show.tables import actions, checks, evidence, verdict

from . import sample_results as samples
from .browser import check, look


@pytest.mark.parametrize("findings", [samples.rich(), samples.poor()], ids=["rich", "poor"])
def test_the_memo_can_be_read_at_every_width(findings, tmp_path):
    check(look(memo_html(findings), tmp_path))


def test_the_working_papers_can_be_read_at_every_width(tmp_path):
    """Every step with its verdict, its numbers and its actions, as its notebook shows them, and a chart."""
    for result in samples.rich().results.values():
        record(result, tmp_path / "results")
        shown = [table(result) for table in (verdict, evidence, actions, checks)]
        outputs = [{"text/html": one._repr_html_(), "text/plain": repr(one)} for one in shown]
        cells = [nbformat.v4.new_markdown_cell(f"# {result.step}\n\nWhat we found."), *map(_cell, outputs)]
        path = tmp_path / "notebooks" / f"{STEPS.index(result.step):02d}_{result.step}.ipynb"
        path.parent.mkdir(exist_ok=True)
        nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    page = write_evidence(tmp_path).read_text(encoding="utf-8")
    check(look(page, tmp_path / "browser"), smallest=12)


def _cell(data):
    output = nbformat.v4.new_output("display_data", data)
    return nbformat.v4.new_code_cell("x", outputs=[output], execution_count=1)


def test_the_probe_finds_what_is_wrong(tmp_path):
    page = (
        '<!DOCTYPE html><html><head><title>x</title></head><body><p style="width:1500px;font-size:5px">wide</p>'
        '<div style="overflow-x:auto;width:99px"><p style="width:900px">cut</p></div><img src="x"></body></html>'
    )
    (seen,) = look(page, tmp_path, widths=(390,))
    assert "P" in seen.wide
    assert seen.cut == ["DIV"]
    assert seen.scroll > 390
    assert seen.smallest == 5
    assert any(fault.startswith("image-alt") for fault in seen.faults)
    assert any(fault.startswith("html-has-lang") for fault in seen.faults)
