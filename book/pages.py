"""Which pages are made from the code, and by what; a test compares each with its file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from book import assumptions, benchmarks, conformance, data_request, glossary, method_map

ROOT = Path(__file__).resolve().parents[1]
PAGES: dict[str, Callable[[], str]] = {
    "playbook/assumptions.md": assumptions.page,
    "playbook/benchmarks.md": benchmarks.page,
    "playbook/conformance.md": conformance.page,
    "playbook/glossary.md": glossary.page,
    "playbook/map.md": method_map.page,
    "playbook/templates/data-request.md": data_request.page,
}
"""File to what makes its text. `playbook/coverage.md` is not here: it is a study that runs for minutes."""


def write(root: Path = ROOT) -> list[Path]:
    """Write the pages that differ from their files; the files written."""
    return [root / name for name, make in PAGES.items() if _written(root / name, make())]


def _written(path: Path, text: str) -> bool:
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return True
