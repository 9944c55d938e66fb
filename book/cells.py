"""The parameter cells of the notebooks, written from the declarations: names, types, defaults, unit and meaning."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from book.notebooks import FOLDER
from referral_playbook.contract.names import STEPS
from referral_playbook.contract.settings.declarations import Declaration, declared_for
from referral_playbook.run.client.declared import TAG

FOLDERS = (
    'client_dir: str = "../data/brightdesk"  # folder with client.toml',
    'results_dir: str = "../reports/brightdesk/results"  # folder where results are handed over',
)


def cell(step: str) -> str:
    """The source of a step's parameter cell."""
    return "\n".join([*FOLDERS, *(_line(entry) for entry in declared_for(step).values())])


def _line(entry: Declaration) -> str:
    return f"{entry.name}: {entry.annotation} = {_literal(entry)}  # {entry.comment}"


def _literal(entry: Declaration) -> str:
    """The default as Python writes it: text in double quotes, large numbers in groups of three."""
    value = entry.default
    if isinstance(value, bool) or value is None:
        return repr(value)
    if isinstance(value, int) and value >= 10_000:
        return f"{value:_}"
    return json.dumps(value) if isinstance(value, (str, list)) else repr(value)


def write(folder: Path = FOLDER) -> list[Path]:
    """Put the cells into the notebooks; the files that changed."""
    paths = [folder / f"{number:02d}_{step}.ipynb" for number, step in enumerate(STEPS)]
    return [path for path, step in zip(paths, STEPS, strict=True) if path.is_file() and _written(path, cell(step))]


def _written(path: Path, source: str) -> bool:
    before = path.read_text(encoding="utf-8")
    book: dict[str, Any] = json.loads(before)
    (tagged,) = [c for c in book["cells"] if TAG in c["metadata"].get("tags", [])]
    tagged["source"] = re.findall(r".*\n|.+$", source)
    after = json.dumps(book, indent=1, ensure_ascii=False) + "\n"
    if after == before:
        return False
    path.write_text(after, encoding="utf-8")
    return True


if __name__ == "__main__":
    for changed in write():
        print(changed.name)
