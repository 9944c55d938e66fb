"""One executed notebook as a section of the report: prose and outputs, no code."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from functools import cache, lru_cache
from html import escape
from typing import Any

import mistune

from referral_playbook.contract.names import STEPS
from referral_playbook.run.report.people import without_people
from referral_playbook.run.report.sanitise import sanitised

HIDDEN = "not-in-report"
"""The tag of a cell that the report leaves out."""
WIDGET = "application/vnd.jupyter.widget-view+json"
IMAGES = ("image/svg+xml", "image/png", "image/jpeg")
_COLOURS = re.compile(r"\x1b\[.*?[@-~]")
"""Codes that colour text in a terminal."""
_PATH = re.compile(r"(?:Posix|Windows)Path\(.*\)")
_NOTEBOOK = re.compile(r"(?:\./)?\d\d_(\w+)\.ipynb(?:#.*)?")


def anchor(step: str) -> str:
    """The id of a step's section.

    Examples
    --------
    >>> anchor("pmf_check")
    'pmf-check'
    """
    return step.replace("_", "-")


def section_html(notebook: Mapping[str, Any], *, answer: str = "", key: bytes | None = None) -> str:
    """The notebook as HTML for a section; `answer` (HTML) goes below its title.

    The notebook is executed and is not changed; `answer` is trusted. Rows about single people are only counted, and
    with a `key` shown with hashed ids.
    """
    parts: list[str] = []
    for cell in notebook["cells"]:
        if HIDDEN in cell["metadata"].get("tags", ()):
            continue
        if cell["cell_type"] == "markdown":
            parts += [prose(cell["source"])] + [answer] * (not parts)
        elif cell["cell_type"] == "code":
            parts += [shown(output, key=key) for output in cell["outputs"]]
    html = "\n".join(parts)
    while "\n\n" in html:  # a regular expression would look at every letter of the pictures
        html = html.replace("\n\n", "\n")
    return html.strip()


class _Prose(mistune.HTMLRenderer):
    """Headings one level down, for the page has a title; links only to other steps, for the report stands alone."""

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        below = min(level + 1, 6)
        return f"<h{below}>{text}</h{below}>\n"

    def link(self, text: str, url: str, title: str | None = None) -> str:
        step = _NOTEBOOK.fullmatch(url)
        if step and step.group(1) in STEPS:
            return f'<a href="#{anchor(step.group(1))}">{text}</a>'
        return f'<a href="{escape(url)}">{text}</a>' if url.startswith("#") else text


@lru_cache(maxsize=1000)
def prose(markdown: str) -> str:
    """Our markdown as HTML; every client's notebooks have the same.

    Examples
    --------
    >>> print(prose("# Fit\\n\\nSee [break-even](05_break_even.ipynb) and [Ellis](https://example.org)."))
    <h2>Fit</h2>
    <p>See <a href="#break-even">break-even</a> and Ellis.</p>
    <BLANKLINE>
    """
    return sanitised(str(_markdown()(markdown)))


@cache
def _markdown() -> mistune.Markdown:
    """Reads what Jupyter reads, without mathematics: dollars are money here."""
    plugins = ["strikethrough", "table", "url", "task_lists", "def_list"]
    return mistune.create_markdown(renderer=_Prose(escape=False), plugins=plugins)


def shown(output: Mapping[str, Any], *, key: bytes | None = None) -> str:
    """One output of a cell as HTML: the richest form that is safe.

    A widget needs a live session and a warning is for us: neither is shown, both are kept in the notebook.
    """
    if output["output_type"] == "stream":
        return _text(output["text"]) if output["name"] == "stdout" else ""
    data = output.get("data", {})
    if WIDGET in data:
        return ""
    for kind in IMAGES:
        if kind in data:
            return _figure(kind, data, output.get("metadata", {}))
    if "text/html" in data:
        return sanitised(without_people(data["text/html"], key))
    if "text/markdown" in data:
        return prose(data["text/markdown"])
    return _text(data.get("text/plain", ""))


def _figure(kind: str, data: Mapping[str, Any], metadata: Mapping[str, Any]) -> str:
    said = metadata.get(kind, {})
    alt = (said.get("alt") if isinstance(said, Mapping) else None) or metadata.get("alt") or "A picture without words."
    raw = data[kind]
    text = kind.endswith("xml")
    code = base64.b64encode(raw.encode("utf-8")).decode() if text else escape("".join(raw.split()))
    return f'<figure><img alt="{escape(str(alt))}" src="data:{kind};base64,{code}"></figure>'


def _text(text: str) -> str:
    if _PATH.fullmatch(text):
        return ""  # where a file lies on our machine is nothing that a client reads
    plain = _COLOURS.sub("", text).strip("\n")
    return f"<pre>{escape(plain)}</pre>" if plain else ""
