"""Tables about single people on a page that is passed on: a count in their place, or hashed ids on request."""

from __future__ import annotations

import hashlib
import hmac
import re
from pathlib import Path

from referral_playbook.contract.writing.formatting import number
from referral_playbook.show.grid import IDENTITY, PERSONAL

_TABLE = re.compile(r"<table\b.*?</table>", re.S)
_CAPTION = re.compile(r"<caption>(.*?)</caption>", re.S)
_FIRST = re.compile(r" ?\(the first [0-9,]+ of ([0-9,]+) rows\)")
"""What a caption says of a table that shows only its beginning."""
_PERSONAL = re.compile(rf'<(t[hd])\b[^>]* class="(?:number|text) {PERSONAL}(?: {IDENTITY})?"[^>]*>[^<]*</\1>')
_ID = re.compile(rf'(<(t[hd])\b[^>]*) class="(?:number|text) {PERSONAL} {IDENTITY}"[^>]*>([^<]*)</\2>')
SIGNS = 8


def key_of(run_folder: Path) -> bytes:
    """A key for hashes that only those have who have the results; another month has another key."""
    made = hashlib.sha256()
    for file in sorted((run_folder / "results").glob("*.json")):
        made.update(file.read_bytes())
    return made.digest()


def without_people(html: str, key: bytes | None = None) -> str:
    """Tables of ours without what identifies people: the page is passed on, the notebook is not.

    With a `key`, rows about single people stay, with a hash in place of their id.

    Examples
    --------
    >>> without_people('<table><tr><td class="text personal" style="">Maya</td><td class="number">9</td></tr></table>')
    '<table><tr><td class="number">9</td></tr></table>'
    >>> row = '<tr><td class="text personal id">B0001</td><td class="number">9</td></tr>'
    >>> without_people(f'<table><caption>Ask (the first 1 of 22 rows)</caption><tr></tr>{row}</table>')[:45]
    '<p>Ask: 22 rows, each about one person. Such '
    >>> without_people(f'<table>{row}</table>', b"key")
    '<table><tr><td class="text">#9cf6944d</td><td class="number">9</td></tr></table>'
    """
    return _TABLE.sub(lambda table: _shown(table[0], key), html)


def _shown(table: str, key: bytes | None) -> str:
    if f"{PERSONAL} {IDENTITY}" not in table:
        return _PERSONAL.sub("", table)
    if key is None:
        return _count(table)
    return _PERSONAL.sub("", _ID.sub(lambda cell: _hashed(cell, key), table))


def _count(table: str) -> str:
    """How many rows a table has, in place of them."""
    caption = _CAPTION.search(table)
    first = _FIRST.search(caption[1]) if caption else None
    rows = int(first[1].replace(",", "")) if first else table.count("<tr>") - 1
    name = f"{_FIRST.sub('', caption[1])}: " if caption else ""
    counted = f"{number(rows)} row{'s' * (rows != 1)}, each about one person"
    where = "The lists and the notebooks in the run folder have them"
    return f"<p>{name}{counted}. Such rows are left out of this page. {where}.</p>"


def _hashed(cell: re.Match[str], key: bytes) -> str:
    begin, tag, text = cell.groups()
    shown = text if tag == "th" or not text else f"#{hmac.new(key, text.encode(), 'sha256').hexdigest()[:SIGNS]}"
    return f'{begin} class="text">{shown}</{tag}>'
