"""Write a simulated client as a client would send it: client.toml, tables, data dictionary, and the truth."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from referral_playbook.contract.client_toml.toml_text import literal
from referral_playbook.contract.tables import TABLES
from referral_playbook.simulate.dictionary import data_dictionary
from referral_playbook.simulate.simulated import FileLayout, Simulated, plain
from referral_playbook.simulate.workbook import workbook_bytes


def write_client(simulated: Simulated, folder: str | Path) -> Path:
    """Write the client folder; the same simulation gives the same bytes.

    The folder is made where it is missing; files of the same name are replaced, and others are left alone. It gets
    client.toml, a file a table, DATA_DICTIONARY.md, and truth.json (for tests only).
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in simulated.tables.items():
        _write_table(name, table, simulated.layout[name], folder)
    truth = {
        "client": simulated.name,
        "kind": simulated.kind,
        "as_of": simulated.as_of,
        "seed": simulated.seed,
        **simulated.truth,
    }
    _text(folder / "truth.json", json.dumps(plain(truth), indent=1, ensure_ascii=False, allow_nan=False) + "\n")
    _text(folder / "client.toml", client_toml(simulated))
    _text(folder / "DATA_DICTIONARY.md", data_dictionary(simulated))
    return folder


def _text(path: Path, text: str, encoding: str = "utf-8") -> None:
    path.write_bytes(text.encode(encoding))


def _write_table(name: str, table: pd.DataFrame, layout: FileLayout, folder: Path) -> None:
    if layout.sheet:
        theirs = table.replace({c: dict(words) for c, words in layout.values.items()}).rename(
            columns=dict(layout.columns)
        )
        (folder / layout.file).write_bytes(workbook_bytes(theirs, layout.sheet, layout.dates))
        return
    theirs = table.apply(lambda column: as_text(name, column, layout)).rename(columns=dict(layout.columns))
    text = theirs.to_csv(index=False, sep=layout.delimiter, lineterminator="\n")
    _text(folder / layout.file, text, layout.encoding)


def as_text(table: str, column: pd.Series, layout: FileLayout) -> pd.Series:
    """A column as the client writes it: dates and decimals by the layout, empty where nothing is known."""
    kind = TABLES[table].column(str(column.name)).kind
    if kind == "date":
        return column.dt.strftime(layout.dates).fillna("")
    if kind == "count":
        return column.map(lambda x: "" if pd.isna(x) else str(int(x)))
    if kind == "number":
        return column.map(
            lambda x: "" if pd.isna(x) else f"{x:.2f}".rstrip("0").rstrip(".").replace(".", layout.decimal)
        )
    words = layout.values.get(str(column.name), {})
    return column.map(lambda x: "" if pd.isna(x) else words.get(x, x))


def client_toml(simulated: Simulated) -> str:
    """client.toml of the simulated client, only what differs from the defaults."""
    head = [
        f"name = {literal(simulated.name)}",
        f'currency = "{simulated.currency}"',
        f"as_of = {simulated.as_of}",
        'time_unit = "month"',
    ]
    blocks = [_block(name, layout) for name, layout in simulated.layout.items()]
    shared = {k: v for k, v in simulated.parameters.items() if not isinstance(v, Mapping)}
    steps = {k: v for k, v in simulated.parameters.items() if isinstance(v, Mapping)}
    blocks += [_settings(title, given) for title, given in (("", shared), *steps.items()) if given]
    return "\n\n".join("\n".join(lines) for lines in (head, *blocks)) + "\n"


def _settings(step: str, given: Mapping[str, Any]) -> list[str]:
    return [f"[parameters{'.' * bool(step)}{step}]", *(f"{name} = {literal(value)}" for name, value in given.items())]


def _block(name: str, layout: FileLayout) -> list[str]:
    lines = [f"[tables.{name}]", f"file = {literal(layout.file)}"]
    if layout.sheet:
        lines.append(f"sheet = {literal(layout.sheet)}")
    for key, usual in (("delimiter", ","), ("decimal", "."), ("encoding", "utf-8")):
        if getattr(layout, key) != usual and not layout.sheet:
            lines.append(f"{key} = {literal(getattr(layout, key))}")
    if any(c.kind == "date" for c in TABLES[name].columns):
        lines.append(f"dates = {literal(layout.dates)}")
    if layout.scale:
        lines.append("scale = { " + ", ".join(f"{k} = {literal(v)}" for k, v in layout.scale.items()) + " }")
    if layout.columns:
        lines.append("columns = { " + ", ".join(f"{k} = {literal(v)}" for k, v in layout.columns.items()) + " }")
    for column, words in layout.values.items():
        lines += ["", f"[tables.{name}.values]"] if column == next(iter(layout.values)) else []
        lines.append(f"{column} = {{ " + ", ".join(f"{literal(k)} = [{literal(v)}]" for k, v in words.items()) + " }")
    return lines
