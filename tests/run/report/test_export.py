"""export: the memo of a run as PDF and as slides, or a message that says what is missing."""

from __future__ import annotations

import io
import sys

import pytest

from referral_playbook.contract.handover import record
from referral_playbook.contract.writing.language import locale
from referral_playbook.run.report.export import ExportError, export_deck, export_docx, export_pdf

from . import sample_results as samples


@pytest.fixture
def run_folder(tmp_path):
    for result in samples.rich().results.values():
        record(result, tmp_path / "run" / "results")
    return tmp_path / "run"


def test_the_slides_are_those_of_the_run(run_folder, tmp_path):
    pptx = pytest.importorskip("pptx")
    target = export_deck(run_folder, tmp_path / "acme.pptx")
    assert len(pptx.Presentation(io.BytesIO(target.read_bytes())).slides) == 8


def test_without_the_library_it_says_what_to_install(run_folder, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pptx", None)
    with pytest.raises(ExportError, match=r"referral-playbook\[deck\]"):
        export_deck(run_folder, tmp_path / "acme.pptx")


def test_a_folder_without_results_has_nothing_to_export(tmp_path):
    with pytest.raises(ExportError, match="no results"):
        export_deck(tmp_path, tmp_path / "acme.pptx")
    with pytest.raises(ExportError, match="there is no memo"):
        export_pdf(tmp_path, tmp_path / "acme.pdf")


def test_the_pdf_of_the_run_is_copied_as_it_is(run_folder, tmp_path):
    (run_folder / "report.pdf").write_bytes(b"%PDF-1.7 made by the run")
    assert export_pdf(run_folder, tmp_path / "acme.pdf").read_bytes() == b"%PDF-1.7 made by the run"


def test_the_word_document_is_that_of_the_run_in_its_language(run_folder, tmp_path):
    docx = pytest.importorskip("docx")
    (run_folder / "facts").mkdir()
    (run_folder / "facts" / "facts.json").write_text('{"language": "de-DE"}')
    target = export_docx(run_folder, tmp_path / "acme.docx")
    text = "\n".join(p.text for p in docx.Document(io.BytesIO(target.read_bytes())).paragraphs)
    assert "30. September 2026" in text
    assert locale() == "en_GB"
