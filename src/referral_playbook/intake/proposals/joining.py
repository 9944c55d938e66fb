"""A file that is no table of ours but says more of the rows of another: by a key that both have."""

from __future__ import annotations

from dataclasses import replace

from referral_playbook.contract.tables import TABLES
from referral_playbook.contract.writing.wording import counted
from referral_playbook.intake.files.peek import Peek
from referral_playbook.intake.proposals.guesses import shown
from referral_playbook.intake.proposals.propose import Join, Proposal

SHARE = 0.8
"""Share of a file's keys that another must know for the two to belong together."""


def find_join(base: Proposal, other: Peek) -> Join | None:
    """How a file can be joined to the rows of another; None where no key of it stands once in each row and fits."""
    on = base.headers.get(TABLES[base.table].key or "")
    if on is None:
        return None
    ids, best = set(base.found.values(on)), None
    for header in other.columns:
        keys = other.values(header)
        hits = sum(key in ids for key in keys)
        if keys and len(set(keys)) == len(keys) and hits >= SHARE * len(keys) and (best is None or hits > best[0]):
            best = (hits, header)
    if best is None:
        return None
    why = f"{best[0]:,} of {counted(other.rows, 'row')} have a {shown(best[1])} that stands in {base.found.path.name}"
    return Join(other, on, best[1], why)


def with_columns(base: Peek, join: Join) -> Peek:
    """The rows of a file with the columns of a joined one beside them, named as client.toml names them."""
    place = {key: row for row, key in enumerate(join.found.columns[join.equals])}
    rows = [place.get(key) for key in base.columns[join.on]]
    added = {
        f"{join.path.name}:{header}" if header in base.columns else header: [
            "" if row is None else cells[row] for row in rows
        ]
        for header, cells in join.found.columns.items()
        if header != join.equals
    }
    return replace(base, columns={**base.columns, **added})
