"""Sentences about pay-back without a clock are found: in the chapters, in the notebooks, and in any text."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from clocks import without_a_clock, words_of

ROOT = Path(__file__).resolve().parents[1]
CHAPTERS = sorted(p for p in (ROOT / "playbook").glob("*.md"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It is paid back in month 4.", 1),
        ("In cash, it is paid back in month 4.", 0),
        ("Half of the futures cover all costs.", 1),
        ("All cost is covered by the value of customers won.", 0),
        ("The value covers all its cost. The money is paid back later.", 1),
        ("The reward is paid.", 0),
    ],
)
def test_the_scan_sees_a_sentence_without_a_clock(text, found):
    assert len(without_a_clock(text)) == found


def test_the_words_of_a_page_keep_captions_and_alternative_texts_apart():
    page = (
        '<style>p {}</style><p>In cash</p><p>paid back</p><img alt="Payback by month"><svg><text>payback</text></svg>'
    )
    assert without_a_clock(words_of(page)) == ["paid back", "Payback by month."]


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda p: p.stem)
def test_every_sentence_about_pay_back_in_the_playbook_names_its_clock(path):
    paragraphs = path.read_text(encoding="utf-8").split("\n\n")
    assert [s for p in paragraphs for s in without_a_clock(p.replace("\n", " "))] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_every_sentence_about_pay_back_in_a_notebook_names_its_clock(path):
    cells = nbformat.read(path, 4).cells
    sources = "\n\n".join(c.source.replace("\n", " ") for c in cells if c.cell_type == "markdown")
    shown = "\n".join(words_of(_html(o)) for c in cells for o in c.get("outputs", []))
    assert without_a_clock(sources) + without_a_clock(shown) == []


def _html(output) -> str:
    return str(output.get("data", {}).get("text/html", "")) + str(output.get("data", {}).get("text/markdown", ""))
