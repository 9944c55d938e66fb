"""The memo as PDF: tagged, titled, numbered pages, nothing fetched, the same bytes."""

from __future__ import annotations

import re
import zlib

import pytest

from referral_playbook.run.report import pdf
from referral_playbook.run.report.memo.memo import memo_html
from referral_playbook.run.report.pdf import PrinterMissingError, write_pdf

from . import sample_results as samples

try:
    import weasyprint
except OSError as missing:  # Pango is not there
    pytest.skip(f"WeasyPrint cannot load: {missing}", allow_module_level=True)


def pages(html):
    return len(weasyprint.HTML(string=html, base_url=".").render().pages)


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    return write_pdf(memo_html(samples.rich()), tmp_path_factory.mktemp("pdf") / "report.pdf")


def test_a_rich_memo_prints_on_at_most_six_pages_and_a_poor_one_on_one():
    assert 3 <= pages(memo_html(samples.rich())) <= 6
    assert pages(memo_html(samples.poor())) == 1


def inside(printed):
    content = printed.read_bytes()
    parts = [zlib.decompress(c) for c in re.findall(rb"stream\r?\n(x.*?)\r?\nendstream", content, flags=re.S)]
    return b"".join([content, *parts])


def test_it_is_tagged_and_has_a_title_and_a_language(printed):
    plain = inside(printed)
    assert b"/MarkInfo" in plain
    assert b"/Lang (en-GB)" in plain
    assert b"referral memo, 30 Sept 2026" in plain


def test_the_printer_has_nothing_to_warn_of(tmp_path, caplog):
    write_pdf(memo_html(samples.rich()), tmp_path / "x.pdf")
    assert [r.getMessage() for r in caplog.records if r.name.startswith("weasyprint") and r.levelno >= 30] == []


def test_links_into_the_working_papers_lead_to_the_file_beside_it(printed):
    assert b"/URI (evidence.html#break-even)" in inside(printed)
    assert b"file:" not in inside(printed)


def test_the_same_memo_gives_the_same_bytes_wherever_it_is_printed(printed, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert write_pdf(memo_html(samples.rich()), tmp_path / "again.pdf").read_bytes() == printed.read_bytes()


@pytest.mark.parametrize("address", ["https://example.org/a.png", "file:///etc/passwd"])
def test_nothing_is_fetched(address, tmp_path):
    with pytest.raises(BaseException, match="Error fetching"):
        write_pdf(f'<img alt="x" src="{address}">', tmp_path / "x.pdf")
    assert not (tmp_path / "x.pdf").exists()


def test_without_the_printer_it_says_what_to_install(monkeypatch, tmp_path):
    def fail(name):
        raise OSError("cannot load library 'pango'\nmore")

    monkeypatch.setattr(pdf, "import_module", fail)
    pdf.load_printer.cache_clear()
    with pytest.raises(PrinterMissingError, match=r"cannot load library 'pango'\).*apt-get install"):
        write_pdf("<p>x</p>", tmp_path / "x.pdf")
    pdf.load_printer.cache_clear()
