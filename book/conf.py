"""Sphinx settings: the chapters, templates and sample notebooks as one site, built without a network.

``make book`` runs ``sphinx-build -W -c book . reports/book``. Notebooks are shown as they are committed, never run. The
home page is playbook/README.md; its table of contents is added here, for on other sites it would be noise.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parents[1]
HOME = "playbook/README"

FONTS = {"font-stack": 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif'}

project = "Referral playbook"
author = "the referral-playbook authors"
html_title = project
extensions = ["myst_nb"]
root_doc = HOME
include_patterns = ["playbook/**.md", "notebooks/*.ipynb"]
exclude_patterns = [".venv", ".git", "build", "clients", "data", "reports", "src", "tests", "**/.ipynb_checkpoints"]
nb_execution_mode = "off"
nb_ipywidgets_js: dict[str, dict[str, str]] = {}  # the stock ones are fetched from outside
myst_heading_anchors = 4
nb_code_prompt_show = "Show the code"
nb_code_prompt_hide = "Hide the code"
myst_enable_extensions = ["tasklist"]
html_theme = "furo"
html_theme_options = {
    "light_css_variables": {**FONTS, "color-brand-primary": "#1f5f8b", "color-brand-content": "#1f5f8b"},
    "dark_css_variables": {"color-brand-primary": "#7db8e0", "color-brand-content": "#7db8e0"},
}
html_favicon = "favicon.svg"
html_static_path = ["house.css"]
html_css_files = ["house.css"]
html_additional_pages = {"index": "to_home.html"}
templates_path = ["templates"]
html_copy_source = False
html_show_copyright = False
html_last_updated_fmt = None


def _toctree(caption: str, names: list[str]) -> str:
    return "\n".join(["", "```{toctree}", ":hidden:", f":caption: {caption}", "", *names, "```", ""])


def _entries(pattern: str) -> list[str]:
    """Pages with the part of their title before the colon, for the sidebar."""
    return [f"{_short(p)} </{p.relative_to(ROOT).with_suffix('').as_posix()}>" for p in sorted(ROOT.glob(pattern))]


def _short(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        text = "".join(json.loads(text)["cells"][0]["source"])
    return text.splitlines()[0].lstrip("# ").split(":")[0]


def _with_contents(app: Sphinx, name: str, source: list[str]) -> None:
    if name == HOME:
        chapters, pages = _entries("playbook/[0-9][0-9]-*.md"), _entries("playbook/[!R0-9]*.md")
        source[0] += _toctree("Steps", chapters)
        source[0] += _toctree("Templates", _entries("playbook/templates/*.md"))
        source[0] += _toctree("To look up", pages)
        source[0] += _toctree("Notebooks", _entries("notebooks/*.ipynb"))


def _fold_code(app: Sphinx, name: str, source: list[str]) -> None:
    """Fold the code of the notebooks: a click opens it, as in the reports."""
    if name.startswith("notebooks/"):
        notebook = json.loads(source[0])
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                cell["metadata"].setdefault("tags", []).append("hide-input")
        source[0] = json.dumps(notebook)


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.connect("source-read", _with_contents)
    app.connect("source-read", _fold_code)
