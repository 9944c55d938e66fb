"""Executed notebooks: the pictures with a name are found, whole and with their words."""

from __future__ import annotations

import json

from referral_playbook.contract.evidence import Status
from referral_playbook.contract.names import notebook_of
from referral_playbook.run.report.executed import charts_of
from referral_playbook.run.report.memo.findings import Findings
from referral_playbook.run.report.memo.memo import memo_html
from referral_playbook.show import picture
from referral_playbook.show.break_even_charts import CHARTS, chart
from referral_playbook.show.picture import SVG, Picture

from . import sample_results as samples


def shown(svg, **about):
    """A cell as nbformat writes it, in lines."""
    return {"source": "", "outputs": [{"data": {SVG: svg.splitlines(keepends=True)}, "metadata": {SVG: about}}]}


def written(run_folder, *cells):
    path = run_folder / "notebooks" / notebook_of("break_even")
    path.parent.mkdir()
    path.write_text(json.dumps({"cells": [{"source": ["pro", "se"]}, *cells]}))


def test_pictures_with_a_name_are_found_and_others_are_not(tmp_path):
    assert charts_of(tmp_path, "break_even") == {}
    written(tmp_path, shown("<svg>\n</svg>", alt="both", name="clocks"), shown("<svg/>", alt="nameless"))
    assert charts_of(tmp_path, "break_even") == {"clocks": Picture("<svg>\n</svg>", "both", "clocks")}


def test_the_memo_shows_what_the_notebook_drew_and_draws_nothing(tmp_path, monkeypatch):
    findings = samples.rich()
    even = findings.results["break_even"]
    made = [chart(name, even, findings.currency) for name in CHARTS]
    written(tmp_path, *(shown(one.svg, alt=one.alt, name=one.name) for one in made))
    drawn_here = memo_html(findings)
    monkeypatch.setattr(picture, "as_svg", lambda *_: 1 / 0)
    found = charts_of(tmp_path, "break_even")
    assert memo_html(Findings(findings.results, charts=found)) == drawn_here
    assert findings.status is not Status.NOT_ENOUGH_DATA
    assert all(one.html in drawn_here for one in made)
