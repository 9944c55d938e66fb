"""Everything that a run hands to people: each file once, in the client's language, with what is not installed said."""

from __future__ import annotations

import json

import nbformat
import pytest

from referral_playbook.contract.handover import record
from referral_playbook.contract.writing.formatting import money
from referral_playbook.run.report import deliver as delivery
from referral_playbook.run.report.deliver import deliver, delivered, language_of
from referral_playbook.run.report.look import Look
from referral_playbook.run.report.pdf import PrinterMissingError

from . import sample_results as samples


def run_of(findings, folder):
    """A run folder with these results and one notebook."""
    for result in findings.results.values():
        record(result, folder / "results")
    (folder / "notebooks").mkdir()
    title = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# The report")])
    nbformat.write(title, folder / "notebooks" / "10_client_report.ipynb")
    return folder


@pytest.fixture
def run_folder(tmp_path):
    return run_of(samples.rich(), tmp_path)


@pytest.fixture
def thin_folder(tmp_path):
    """A run that knows little, whose papers are made quickly: no picture is drawn."""
    return run_of(samples.poor(), tmp_path)


@pytest.fixture
def no_printer(monkeypatch):
    """Printing takes a second, and is tested elsewhere."""
    monkeypatch.setattr(delivery, "write_pdf", lambda html, target: target)


def speaking(run_folder, language):
    (run_folder / "facts").mkdir()
    (run_folder / "facts" / delivery.FACTS_FILE).write_text(json.dumps({"language": language}))


def test_memo_papers_workbook_and_lists_are_written_and_named(run_folder, no_printer):
    written = deliver(run_folder, progress=pytest.fail)
    names = [path.name for path in written]
    assert names[:2] == ["report.html", "evidence.html"]
    assert {"break-even.xlsx", "this-month.csv", "report.pdf"} <= set(names)
    assert len(names) == len(set(names))
    assert all(path.is_file() for path in written if path.name != "report.pdf")


def test_without_a_printer_the_rest_is_delivered_and_what_to_install_is_said(thin_folder, monkeypatch):
    def missing(html, target):
        raise PrinterMissingError("report.pdf is left out: apt-get install libpango")

    monkeypatch.setattr(delivery, "write_pdf", missing)
    said = []
    names = [path.name for path in deliver(thin_folder, progress=said.append)]
    assert said == ["report.pdf is left out: apt-get install libpango"]
    assert "report.pdf" not in names
    assert "report.html" in names


@pytest.mark.parametrize(("look", "extra"), [({}, set()), ({"deck": True}, {".pptx"}), ({"docx": True}, {".docx"})])
def test_slides_and_word_are_made_where_they_are_wanted(thin_folder, no_printer, look, extra):
    made = {path.suffix for path in deliver(thin_folder, look=Look(**look))}
    assert made & {".pptx", ".docx"} == extra


def test_numbers_are_written_in_the_clients_language_and_in_the_usual_one_again_after(run_folder, no_printer):
    usual = money(2100, "GBP")
    deliver(run_folder)
    assert usual in (run_folder / "report.html").read_text(encoding="utf-8")
    speaking(run_folder, "de")
    deliver(run_folder)
    page = (run_folder / "report.html").read_text(encoding="utf-8")
    assert "2.100" in page
    assert usual not in page
    assert money(2100, "GBP") == usual


def test_the_language_is_that_of_the_facts_where_there_are_some(tmp_path):
    assert language_of(tmp_path) is None
    speaking(tmp_path, "nl")
    assert language_of(tmp_path) == "nl"


def test_in_another_process_the_look_goes_as_plain_values_and_what_was_said_comes_back(thin_folder, monkeypatch):
    def missing(html, target):
        raise PrinterMissingError("no printer")

    monkeypatch.setattr(delivery, "write_pdf", missing)
    look = Look(accent="#0b4f80")
    assert delivered(str(thin_folder), vars(look)) == ["no printer"]
    assert "#0b4f80" in (thin_folder / "report.html").read_text(encoding="utf-8")


def test_a_folder_without_results_delivers_nothing(tmp_path):
    with pytest.raises(ValueError, match="Run the client first"):
        deliver(tmp_path)
    assert not (tmp_path / "report.html").exists()
