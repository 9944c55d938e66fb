"""On which line of a TOML text a key stands.

tomllib says nothing about places, and no kept library does. Instead of a second parser, the text is
read by tomllib itself, statement after statement, each under the header of its section: a key of the result
stands where the statement begins.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

KeyPath = tuple[str, ...]


@lru_cache(maxsize=4)
def lines_of_keys(text: str) -> dict[KeyPath, int]:
    """The first line of every key, at all depths. The result is shared between callers: do not change it.

    Lines are counted from 1, and a value that runs over several lines stands at its first. The text is a TOML document
    that parses.

    Examples
    --------
    >>> lines_of_keys('name = "Brightdesk"\\n[tables.customers]\\nfile = "customers.csv"')
    {('name',): 1, ('tables',): 2, ('tables', 'customers'): 2, ('tables', 'customers', 'file'): 3}
    """
    lines_by_key: dict[KeyPath, int] = {}
    header, statement, begin = "", [], 1
    for number, row in enumerate(text.split("\n"), start=1):
        statement.append(row)
        alone = len(statement) == 1 and row.lstrip().startswith("[")
        data = _parsed("\n".join(statement if alone else [header, *statement]))
        if data is None:  # in the middle of a value of several lines
            continue
        header = row if alone else header
        for path in _paths(data, ()):
            lines_by_key.setdefault(path, begin)
        statement, begin = [], number + 1
    return lines_by_key


def line_of(path: KeyPath, found: dict[KeyPath, int]) -> int | None:
    """The line of a key, or of the nearest key above it that the file has."""
    for length in range(len(path), 0, -1):
        if path[:length] in found:
            return found[path[:length]]
    return None


def line_in_message(error: tomllib.TOMLDecodeError, text: str) -> int:
    """The line that tomllib names in its message; an unfinished document ends at its last line."""
    place = re.search(r"at line (\d+)", str(error))
    return int(place.group(1)) if place else text.rstrip("\n").count("\n") + 1


def _parsed(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


def _paths(data: dict[str, Any], above: KeyPath) -> Iterator[KeyPath]:
    for key, value in data.items():
        yield (*above, key)
        if isinstance(value, dict):
            yield from _paths(value, (*above, key))
