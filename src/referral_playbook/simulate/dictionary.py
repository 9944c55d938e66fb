"""The data dictionary of a simulated client: table, column, meaning, unit, range."""

from __future__ import annotations

import pandas as pd

from referral_playbook.contract.tables import TABLES, Column
from referral_playbook.simulate.simulated import FileLayout, Simulated

MONEY = {"amount", "margin", "monthly_amount", "total_amount", "reward", "value", "cost", "target"}
UNITS = {
    "hours": "hours",
    "seconds": "seconds",
    "score": "points, 1-5",
    "current": "0-10",
    "desired": "0-10",
    "target": "per month",
}


def data_dictionary(simulated: Simulated) -> str:
    """DATA_DICTIONARY.md: one section a table, one line a column."""
    intro = [
        f"# {simulated.name}: data dictionary",
        "",
        simulated.says,
        "",
        f"Simulated (seed {simulated.seed}); no real person or firm. Money in {simulated.currency}, "
        f"nothing dated after {simulated.as_of}. Empty cells are not known, or have not happened yet.",
        "",
    ]
    for name, table in simulated.tables.items():
        intro += _section(name, table, simulated.layout[name], simulated.currency)
    return "\n".join(intro)


def _section(name: str, table: pd.DataFrame, layout: FileLayout, currency: str) -> list[str]:
    contract = TABLES[name]
    lines = [
        f"## {name}: {contract.says}",
        "",
        f"`{layout.file}`, {len(table):,} rows.",
        "",
        "| column | in the file | meaning | unit | range | empty |",
        "|---|---|---|---|---|---|",
    ]
    for column in table.columns:
        known = contract.column(column)
        cells = (
            column,
            layout.columns.get(column, column),
            known.says or known.name.replace("_", " "),
            _unit(known, layout, currency),
            _range(table[column], known),
            f"{int(_empty(table[column]).sum()):,}",
        )
        lines.append("| " + " | ".join(str(c).replace("|", "/") for c in cells) + " |")
    return [*lines, ""]


def _unit(column: Column, layout: FileLayout, currency: str) -> str:
    if column.kind == "date":
        return f"date {layout.dates}"
    if column.kind == "number":
        return UNITS.get(column.name, currency if column.name in MONEY else "number")
    return {"count": "count", "month": "month %Y-%m"}.get(column.kind, "text")


def _empty(values: pd.Series) -> pd.Series:
    return values.isna() | (values.astype(object) == "")


def _range(values: pd.Series, column: Column) -> str:
    known = values[~_empty(values)]
    if known.empty:
        return "none"
    if column.kind == "date":
        return f"{known.min():%Y-%m-%d} to {known.max():%Y-%m-%d}"
    if column.kind in ("number", "count"):
        return f"{known.min():,.6g} to {known.max():,.6g}"
    if column.kind == "month":
        return f"{known.min()} to {known.max()}"
    words = known.value_counts()
    return ", ".join(sorted(words.index)) if len(words) <= 12 else f"{len(words):,} different"
