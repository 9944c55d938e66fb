"""report.pdf: the memo as printed by WeasyPrint, from the same HTML."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

from referral_playbook.contract.client_toml.problems import CommandFaultError
from referral_playbook.contract.files import write_whole

_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
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
    """Print a page to a file.

    PrinterMissingError says that WeasyPrint cannot be loaded, and what to install.
    """
    return write_whole(target, printed(html))


def printed(html: str) -> bytes:
    """A page as PDF with tags, a title and page numbers; the same page gives the same bytes.

    The page needs nothing from outside: only ``data:`` addresses are read.
    """
    weasyprint = load_printer()
    from referral_playbook.run.report.printed_charts import charts_apart  # it needs WeasyPrint

    # Without a base address the links into evidence.html stay relative; what would be fetched may only carry its data.
    fetcher = weasyprint.urls.URLFetcher(allowed_protocols=("data",), fail_on_errors=True)
    page, style = style_apart(html)
    page, charts = charts_apart(page)
    document = weasyprint.HTML(string=page, url_fetcher=fetcher)
    content: bytes = document.write_pdf(pdf_tags=True, stylesheets=[_sheet(style)], cache=charts)
    return content


def style_apart(html: str) -> tuple[str, str]:
    """A page without its style sheet, and the sheet without rules that only a browser knows: a printer warns of each.

    Examples
    --------
    >>> style_apart("<style>h1 { text-wrap: balance; margin: 0; }</style><h1>x</h1>")
    ('<h1>x</h1>', 'h1 { margin: 0; }')
    """
    found = _STYLE.search(html)
    page, style = (html[: found.start()] + html[found.end() :], found[1]) if found else (html, "")
    return page, _BROWSERS_ONLY.sub("", style)


@lru_cache(maxsize=4)
def _sheet(style: str) -> Any:
    """A style sheet as read by the printer: every memo of a portfolio has the same."""
    return load_printer().CSS(string=style)


@cache
def load_printer() -> Any:
    """WeasyPrint; PrinterMissingError where it or a library of it cannot be loaded."""
    try:
        return import_module("weasyprint")
    except (ImportError, OSError) as error:  # OSError: Pango is not there
        raise PrinterMissingError(MISSING.format(why=str(error).splitlines()[0])) from error
