"""Which ids of a client's tables stand in a page, also inside its pictures."""

from __future__ import annotations

import base64
import csv
import re
from pathlib import Path

_PICTURE = re.compile(r"data:image/svg\+xml;base64,([\w+/=]+)")


def ids_of(client_dir: Path) -> set[str]:
    """Every value of a column of the client's CSV files whose name ends in `_id`."""
    found: set[str] = set()
    for path in client_dir.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                found |= {value for key, value in row.items() if key.endswith("_id") and value}
    return found


def ids_in(page: str, ids: set[str]) -> set[str]:
    """Those of the ids that stand in the page as a word."""
    pictures = [base64.b64decode(code).decode() for code in _PICTURE.findall(page)]
    return ids & {word for text in (page, *pictures) for word in re.findall(r"\w+", text)}
