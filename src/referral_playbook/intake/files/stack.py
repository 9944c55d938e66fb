"""Several files of one table, one below the other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from referral_playbook.intake.faults import Fault, Faults, Place, named
from referral_playbook.intake.files.source import Cells, Source, constant, stacked


def one_below_other(sources: list[Source], wanted: frozenset[str], table: str, faults: Faults) -> Source:
    """The rows of all files under the headers of all; a header that is used must stand in every file."""
    first = sources[0]
    if len(sources) == 1:
        return first
    headers = list(dict.fromkeys(header for source in sources for header in source.cells))
    for header in headers:
        lacking = [source.file for source in sources if header not in source.cells]
        if lacking and header in wanted:
            fix = "Export all files with the same columns, or name the columns alike"
            problem = f"other files of this table have this header, but not {named(lacking)}"
            faults.add(Fault(file=lacking[0], table=table, line=1, column=header, problem=problem, fix=fix))
    return replace(
        first,
        rows=sum(source.rows for source in sources),
        cells={header: stacked([_column(header, source) for source in sources]) for header in headers},
        twice=frozenset().union(*(source.twice for source in sources)),
        files=tuple(file for source in sources for file in source.files),
        blank_rows=sum(source.blank_rows for source in sources),
    )


def _column(header: str, source: Source) -> Cells:
    nowhere = Place(source.file, header, np.zeros(0, dtype=np.int64))
    return source.cells.get(header) or constant("", nowhere, source.rows)
