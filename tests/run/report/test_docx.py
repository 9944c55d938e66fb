"""report.docx: the memo's own blocks in a Word document, with pictures that have words, the same bytes every time."""

from __future__ import annotations

import io
import sys

import pytest

from referral_playbook.run.report.docx import memo_docx
from referral_playbook.run.report.look import LookError
from referral_playbook.run.report.memo.memo import contents

from . import sample_results as samples
from .language import faults

docx = pytest.importorskip("docx")


def paper(findings):
    return docx.Document(io.BytesIO(memo_docx(findings)))


def text_of(document):
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(p.text for p in document.paragraphs), *cells])


def test_it_has_the_decision_the_numbers_and_every_section_of_the_memo():
    text = text_of(paper(samples.rich()))
    assert "Test the programme with 200 customers first." in text
    assert "Test small. " in text
    assert "-£600 to £5,200" in text
    for section in contents(samples.rich())[1]:
        assert section.title in text
    assert faults(text) == []


def test_pictures_are_there_with_their_words():
    document = paper(samples.rich())
    shapes = document.inline_shapes
    assert len(shapes) == 4
    assert all("£" in shape._inline.docPr.get("descr") for shape in shapes)


def test_a_poor_client_gets_what_is_missing():
    assert "What to bring" in text_of(paper(samples.poor()))


def test_the_same_results_give_the_same_bytes():
    assert memo_docx(samples.rich()) == memo_docx(samples.rich())


def test_without_the_library_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(LookError, match="pip install"):
        memo_docx(samples.rich())
