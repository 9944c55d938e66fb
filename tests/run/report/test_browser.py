"""The memo in headless Chromium at three widths: nothing reaches beyond the page, and axe-core finds no fault."""

from __future__ import annotations

import pytest

from referral_playbook.run.report.memo.memo import memo_html

from . import sample_results as samples
from .browser import check, look


@pytest.mark.parametrize("findings", [samples.rich(), samples.poor()], ids=["rich", "poor"])
def test_the_memo_can_be_read_at_every_width(findings, tmp_path):
    check(look(memo_html(findings), tmp_path))


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
