"""The rehearsal of a report: what it leaves behind is what a memo then finds ready."""

from __future__ import annotations

import pytest

from referral_playbook.run.report import look, pdf
from referral_playbook.run.report.memo.memo import memo_html

from . import sample_results as samples

try:
    import weasyprint  # noqa: F401
except OSError as missing:  # Pango is not there
    pytest.skip(f"WeasyPrint cannot load: {missing}", allow_module_level=True)

from referral_playbook.run.report.rehearsal import rehearse


def test_a_memo_finds_its_template_and_its_style_sheet_read():
    rehearse()
    read = look.page_of.cache_info().misses, pdf._sheet.cache_info().misses
    pdf.printed(memo_html(samples.poor()))
    assert (look.page_of.cache_info().misses, pdf._sheet.cache_info().misses) == read
