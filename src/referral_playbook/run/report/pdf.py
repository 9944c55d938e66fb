"""report.pdf: the memo as printed by WeasyPrint, from the same HTML."""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from referral_playbook.contract.client_toml.problems import CommandFaultError
from referral_playbook.contract.files import write_whole

_BROWSERS_ONLY = re.compile(
    r"@media \(max-width: 40rem\) \{.*?\n\}\n"
    r"|(?:-webkit-)?(?:text-size-adjust|print-color-adjust|text-wrap): [\w%]+; ?",
    re.DOTALL,
)
"""Rules of our style sheet that a printer ignores."""
MISSING = (
    "report.pdf is left out: WeasyPrint cannot load ({why}). "
    "On Debian: apt-get install libpango-1.0-0 libpangoft2-1.0-0"
)


class PrinterMissingError(CommandFaultError):
    """WeasyPrint or a library that it needs is not installed."""


def write_pdf(html: str, target: Path) -> Path:
    """Print a page to PDF with tags, a title and page numbers; the same page gives the same bytes.

    The page needs nothing from outside: only ``data:`` addresses are read.

    PrinterMissingError says that WeasyPrint cannot be loaded, and what to install.
    """
    weasyprint = load_printer()
    # Without a base address the links into evidence.html stay relative; what would be fetched may only carry its data.
    fetcher = weasyprint.urls.URLFetcher(allowed_protocols=("data",), fail_on_errors=True)
    document = weasyprint.HTML(string=for_print(html), url_fetcher=fetcher)
    from referral_playbook.run.report.printed_charts import charts_of  # it needs WeasyPrint

    images = charts_of(html, fetcher)
    return write_whole(target, document.write_pdf(pdf_tags=True, cache=images))


def for_print(html: str) -> str:
    """A page without the style rules that only a browser knows: the printer would warn of each.

    Examples
    --------
    >>> for_print("h1 { text-wrap: balance; margin: 0; }")
    'h1 { margin: 0; }'
    """
    return _BROWSERS_ONLY.sub("", html)


@cache
def load_printer() -> Any:
    """WeasyPrint; PrinterMissingError where it or a library of it cannot be loaded."""
    try:
        return import_module("weasyprint")
    except (ImportError, OSError) as error:  # OSError: Pango is not there
        raise PrinterMissingError(MISSING.format(why=str(error).splitlines()[0])) from error
