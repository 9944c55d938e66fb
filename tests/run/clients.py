"""Small clients and notebooks for the tests of portfolios: the notebooks write down when they begin and end."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from .conftest import TOML, make_notebook, recording

NOTES = """
    import os
    from pathlib import Path
    client = Path(client_dir).name
    def note(what):
        with open({log!r}, "a") as file: file.write(f"{{what}}\\t{{client}}\\n")
    note("begun")
    note(f"parent {{os.getppid()}}")
"""


def make_clients(folder: Path, *names: str) -> Path:
    """Client folders, each with one small table."""
    for name in names:
        (folder / name).mkdir(parents=True)
        toml = TOML.replace('"Acme"', "'''The " + name.replace("'", "") + "'''")
        (folder / name / "client.toml").write_text(toml)
        (folder / name / "customers.csv").write_text("customer_id,joined_on\na,2026-01-05\nb,2026-02-07\n")
    return folder


def make_books(folder: Path, *cells: str) -> Path:
    """Two notebooks; the first notes when it begins and ends in `log`, with the cells given between."""
    notes = NOTES.format(log=str(folder / "log"))
    first = [notes, *cells, recording("pmf_check"), 'note("done")']
    make_notebook(folder, "01_pmf_check.ipynb", *first, parameters="surveyed: int = 1  # share\n")
    make_notebook(folder, "10_client_report.ipynb", recording("client_report", "2.0"))
    return folder


def noted(books: Path, what: str) -> Counter[str]:
    """How often the first notebook noted this, by client."""
    return Counter(client for told, _, client in _lines(books) if told == what)


def parents(books: Path) -> dict[str, str]:
    """The process that each client's last kernel was forked from."""
    return {client: told for told, _, client in _lines(books) if told.startswith("parent")}


def _lines(books: Path) -> list[tuple[str, str, str]]:
    log = books / "log"
    return [line.partition("\t") for line in log.read_text().splitlines()] if log.is_file() else []
