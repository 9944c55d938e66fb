"""The report: one file, decision first, code hidden, nothing that runs or calls home, the same bytes."""

from __future__ import annotations

import base64
import re
from datetime import date
from html import unescape

import nbformat
import pytest

from referral_playbook.contract.evidence import Estimate, StepResult, Verdict
from referral_playbook.contract.handover import record
from referral_playbook.run.report.evidence import write_evidence
from referral_playbook.show.tables import verdict

from .cells import SVG, code, display
from .pages import Page

EVIL = '<script>alert(1)</script><img src=x onerror=alert(1)><a href="javascript:x">a</a><b style="x:url(//e)">b</b>'


def result(step, **changes):
    rate = Estimate(
        value=0.4, low=0.3, high=0.5, confidence=0.95, n=100, unit="share", per="answer", basis="measured", source="s"
    )
    fields = {
        "step": step,
        "client": "Acme <b>& Sons",
        "as_of": date(2026, 9, 30),
        "headline": f"Headline of {step}",
        "verdict": Verdict(status="test_small", reason="Because."),
        "estimates": {"nps": rate},
    }
    return StepResult(**(fields | changes))


@pytest.fixture
def folder(tmp_path):
    shows = {
        "pmf_check": [display({"image/svg+xml": SVG, "text/plain": "x"}, {"image/svg+xml": {"alt": 'A "line" <up>'}})],
        "break_even": [display({"text/html": EVIL, "text/plain": "evil"})],
        "client_report": [display({"text/html": verdict(result("client_report"))._repr_html_(), "text/plain": "v"})],
    }
    for number, (step, outputs) in zip((1, 5, 10), shows.items(), strict=True):
        cells = [
            nbformat.v4.new_markdown_cell(f"# Title of {step}\n\nSee [that](05_break_even.ipynb), [x](https://e.org)."),
            code("secret_code = 1", *outputs),
        ]
        path = tmp_path / "notebooks" / f"{number:02d}_{step}.ipynb"
        path.parent.mkdir(exist_ok=True)
        nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
        record(result(step), tmp_path / "results")
    return tmp_path


@pytest.fixture
def page(folder):
    return Page(write_evidence(folder).read_text(encoding="utf-8"))


def test_decision_first_then_steps_then_how_to_read(page):
    ids = [a["id"] for a in page.all("section")]
    assert ids == ["client-report", "pmf-check", "break-even", "how-to-read"]
    assert [a.get("href") for a in page.all("a") if a.get("class") != "skip"][1:5] == [f"#{i}" for i in ids]
    assert page.text.index("Headline of client_report") < page.text.index("Contents")


def test_a_title_a_language_and_one_main_heading(folder, page):
    assert page.all("html") == [{"lang": "en-GB"}]
    (title,) = re.findall("<title>(.*?)</title>", (folder / "evidence.html").read_text(encoding="utf-8"), re.S)
    assert "Working papers: Acme <b>& Sons, as of 30 Sept 2026" in unescape(title)
    assert len(page.all("h1")) == 1
    assert len({a["id"] for _, a in page.tags if "id" in a}) == 4


def test_code_is_hidden(page):
    assert "secret_code" not in page.text


def test_nothing_runs_and_nothing_is_loaded_from_outside(folder, page):
    text = (folder / "evidence.html").read_text()
    assert "http://" not in text
    assert "https://" not in text
    assert not page.all("script")
    assert not page.all("link")
    assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on")]
    assert "url(" not in text
    assert all(a["href"].startswith("#") or a["href"] == "report.html" for a in page.all("a") if "href" in a)
    (policy,) = [m["content"] for m in page.all("meta") if m.get("http-equiv") == "Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'unsafe-inline'")


def test_a_figure_is_embedded_with_its_words(page):
    (image,) = page.all("img")
    kind, _, data = image["src"].partition(";base64,")
    assert kind == "data:image/svg+xml"
    assert base64.b64decode(data).decode() == SVG
    assert image["alt"] == 'A "line" <up>'


def test_verdicts_are_words_not_only_colours(page):
    assert page.text.count("Test small") >= 6  # decision, three in the contents, two answers
    assert "Headline of pmf_check" in page.text


def test_links_to_other_steps_lead_there_and_others_are_text(folder):
    text = write_evidence(folder).read_text()
    assert '<a href="#break-even">that</a>' in text
    assert ">x</a>" not in text


def test_the_same_folder_gives_the_same_bytes(folder):
    first = write_evidence(folder).read_bytes()
    assert write_evidence(folder).read_bytes() == first


def test_a_step_without_a_notebook_or_result_is_left_out(folder):
    (folder / "results" / "pmf_check.json").unlink()
    (folder / "notebooks" / "10_client_report.ipynb").unlink()
    page = Page(write_evidence(folder).read_text())
    assert [a["id"] for a in page.all("section")] == ["break-even", "how-to-read"]


def test_no_results_is_an_error(tmp_path):
    with pytest.raises(ValueError, match="no results"):
        write_evidence(tmp_path)
