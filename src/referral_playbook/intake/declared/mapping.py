"""The client's headers and words into the contract's: exact, declared in client.toml, never guessed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from referral_playbook.contract.client_toml.checks import currencies_in_use
from referral_playbook.contract.client_toml.client import Condition, TableSpec
from referral_playbook.contract.client_toml.toml_text import literal
from referral_playbook.contract.tables import Column, Table
from referral_playbook.intake.declared.conditions import holds
from referral_playbook.intake.declared.vocabulary import says
from referral_playbook.intake.declared.words import YES_NO, bare
from referral_playbook.intake.faults import Fault, Faults, Place, named
from referral_playbook.intake.files.source import TEXT, Cells, Mask, Rows, Source, constant

CONSTANT = "="
"""A "header" that begins so is a value for every row."""


@dataclass(frozen=True)
class Picked:
    """The columns of one table under their contract names, with what changes their amounts.

    `less` is subtracted, `times` multiplies, `currency` names the currency of each row (None: the client's);
    `left_out` counts rows that `where` left out. Of the columns `like_currency`, the first with nothing but codes names
    the currency.
    """

    cells: dict[str, Cells]
    less: dict[str, Cells]
    rows: int
    left_out: int
    times: dict[str, Cells] = field(default_factory=dict)
    currency: Cells | None = None
    like_currency: Mapping[str, Cells] = field(default_factory=dict)


@dataclass(frozen=True)
class Picking:
    """The contract's table, the client's declaration (over its preset), the file as text, and what to say of them.

    `optional` are the contract columns that the file may lack although they are mapped: those that a preset names.
    """

    table: Table
    spec: TableSpec
    source: Source
    optional: frozenset[str]
    faults: Faults

    def find(self, header: str, key: str) -> Cells | None:
        """A column that another key than `columns` names; a fault where it is not there."""
        if header.startswith(CONSTANT):
            return constant(header[1:], Place(self.source.file, header, np.zeros(0, np.int64)), self.source.rows)
        columns_found = self.source.find(header)
        if columns_found is None:
            self.note(header, f"no such header (used in {key})", nearest(header, self.source))
        return columns_found

    def note(self, header: str, problem: str, fix: str, *, severity: Any = "error") -> None:
        """Note a fault of the header line."""
        fault = Fault(file=self.source.file, table=self.table.name, column=header, problem=problem, fix=fix, line=1)
        self.faults.add(replace(fault, severity=severity))

    def take(self, rows: Rows) -> Picking:
        """The same with these rows of the file."""
        return self if len(rows) == self.source.rows else replace(self, source=self.source.take(rows))


def pick(table: Table, spec: TableSpec, source: Source, optional: Iterable[str], faults: Faults) -> Picked:
    """Choose rows and columns of a file by what client.toml declares.

    The text columns have their contract names; headers that are missing or stand twice are noted in `faults`.
    """
    whole = Picking(table, spec, source, frozenset(optional), faults)
    picking = whole.take(_where(whole))
    cells = dict(picking.source.made)
    for column in table.columns:
        if column.name not in cells and (columns_found := _found(column, picking)):
            cells[column.name] = _when(columns_found, column, picking)
    for name, words in spec.values.items():
        if name in cells:
            _tally_values(name, cells[name], words, picking)
            cells[name] = _worded(cells[name], words)
    cells = {column.name: cells[column.name] for column in table.columns if column.name in cells}
    _note_missing(picking, cells)
    _note_unused_quantity(picking, cells)
    return Picked(
        cells,
        _beside(spec.less, "less", picking),
        picking.source.rows,
        source.rows - picking.source.rows,
        _beside(spec.times, "times", picking),
        *_currency(picking, cells),
    )


def _found(column: Column, picking: Picking) -> Cells | None:
    source, mapped = picking.source, picking.spec.columns.get(column.name)
    header = column.name if mapped is None else mapped
    if header.startswith(CONSTANT) and header not in source.cells:
        return constant(header[1:], Place(source.file, header, np.zeros(0, np.int64)), source.rows)
    if columns_found := source.find(header):
        if header in source.twice:
            number = source.positions.index(header) + 1
            fix = f'Say which column is meant by its number, for example {column.name} = "#{number}"'
            picking.note(header, "the header stands twice", fix)
        return columns_found
    if mapped:
        severity = "warning" if column.name in picking.optional and not column.required else "error"
        problem = f"no such header (mapped to {column.name})"
        picking.note(header, problem, nearest(header, source), severity=severity)
    return None


def nearest(header: str, source: Source) -> str:
    """What to do about a header that the file lacks: the nearest one, with its invisible marks shown."""
    plain = {bare(name): name for name in source.cells}
    near = difflib.get_close_matches(bare(header), list(plain), n=2, cutoff=0.6)
    if near:
        return f"Nearest headers: {named(ascii_shown(plain[n]) for n in near)}; write it exactly so in client.toml"
    return f"Headers of the file: {named(source.cells)}"


def ascii_shown(header: str) -> str:
    """The header with invisible marks (a byte order mark, a hard blank) written out."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in header)


def _where(picking: Picking) -> Rows:
    """The rows that count: all conditions hold, and where a column was made of several there is an answer."""
    keep = _all(picking.spec.where, "where", picking)
    if "answer" in picking.source.made:
        keep &= ~picking.source.made["answer"].empty
    return np.flatnonzero(keep)


def _all(conditions: Mapping[str, Condition], key: str, picking: Picking) -> Mask:
    keep = np.ones(picking.source.rows, dtype=bool)
    for header, condition in conditions.items():
        if (cells := picking.find(header, key)) is not None:
            keep &= holds(cells, condition, key, picking.spec, picking.table, picking.faults)
    return keep


def _when(cells: Cells, column: Column, picking: Picking) -> Cells:
    """The value only on rows where another column has one of the declared words; else empty."""
    if not (conditions := picking.spec.when.get(column.name)):
        return cells
    keep = _all(conditions, f"when.{column.name}", picking)
    return cells if keep.all() else cells.with_text(cells.text.where(keep, ""))


def _beside(headers: Mapping[str, str], key: str, picking: Picking) -> dict[str, Cells]:
    """The columns that change an amount, by the contract name of the amount; "" switches a preset's off."""
    columns_found = {column: picking.find(header, key) for column, header in headers.items() if header}
    return {column: cells for column, cells in columns_found.items() if cells is not None}


CURRENCY = re.compile("currency|ccy|waehrung|währung|devise|moneda|valuta", re.I)
"""Headers that may be such a column, if all its words are codes of currencies."""


def _currency(picking: Picking, cells: Mapping[str, Cells]) -> tuple[Cells | None, dict[str, Cells]]:
    """The column that names the currency: the declared one, or one that is called so and is mapped to nothing.

    With it come the columns of which one might be it by its words.
    """
    declared = picking.spec.currency
    if declared is not None:
        return picking.find(declared, "currency") if declared else None, {}
    if not any(picking.table.column(name).is_money for name in cells):
        return None, {}
    used = {columns_found.place.header for columns_found in cells.values()}
    free = {header: columns_found for header, columns_found in picking.source.cells.items() if header not in used}
    if called := [columns_found for header, columns_found in free.items() if says(header, "currencies")]:
        return called[0], {}
    like = {header: columns_found for header, columns_found in free.items() if CURRENCY.search(header)}
    return next((columns_found for columns_found in like.values() if all_codes(columns_found)), None), like


def all_codes(cells: Cells) -> bool | None:
    """Whether a column holds codes of currencies and nothing else; None where it is empty."""
    codes = {word.upper() for word in cells.text.unique() if word}
    return codes <= currencies_in_use() if codes else None


def _tally_values(name: str, cells: Cells, words: Mapping[str, list[str]], picking: Picking) -> None:
    """Count the words that a mapping waits for; words for "none" and words of a preset may well stand nowhere."""
    waited = [theirs for ours, many in words.items() if ours for theirs in many]
    if waited and name not in picking.optional and name != "answer":
        file, header = cells.place.file, cells.place.header
        picking.faults.tally.add(f"values.{name}", picking.table.name, file, header, cells.text, waited)


def _worded(cells: Cells, words: Mapping[str, list[str]] | None) -> Cells:
    """The client's words replaced by the contract's; words that are not declared stay as they are."""
    if not words:
        return cells
    contract = {theirs: ours for ours, many in words.items() for theirs in many}
    loose = {theirs.lower(): ours for theirs, ours in contract.items() if theirs.lower() in YES_NO}
    codes, known = pd.factorize(cells.text)
    ours = [contract.get(word, loose.get(word.lower(), word)) for word in known]
    return cells.with_text(pd.Series(ours, dtype=TEXT).take(codes).reset_index(drop=True))


def _note_missing(picking: Picking, cells: Mapping[str, Cells]) -> None:
    table, source = picking.table, picking.source
    stands_in = {"joined_on"} if {"tenure_months", "status"} <= cells.keys() else set()
    for name in table.required:
        if name not in cells and name not in stands_in and not picking.spec.columns.get(name):
            problem = f"{table.name} needs {name}, and no header has this name"
            fix = f'Map it in client.toml: columns = {{ {name} = "..." }}. {nearest(name, source)}'
            if name == "joined_on":
                fix += ". Without dates, tenure_months with status (active, left) may stand for it"
            fix += _other_ways(name, source)
            picking.faults.add(Fault(file=source.file, table=table.name, line=1, problem=problem, fix=fix))


PRICES = ("price", "preis", "prix", "precio", "unit")


def _note_unused_quantity(picking: Picking, cells: Mapping[str, Cells]) -> None:
    """Warn where the amount comes from a column of prices and the file has a column of quantities."""
    amount = cells.get("amount")
    header = next((h for h in picking.source.cells if says(h, "quantities")), None)
    if amount is None or header is None or "amount" in picking.spec.times:
        return
    if any(word in amount.place.header.lower() for word in PRICES):
        times = f"times = {{ amount = {literal(header)} }}"
        fix = f"If amount is the price of one, multiply it: [tables.{picking.table.name}] {times}"
        picking.note(amount.place.header, f"a price, and {header!r} is not used", fix, severity="warning")


def _other_ways(name: str, source: Source) -> str:
    """How a survey without a column for the question is declared."""
    if name not in ("question", "answer"):
        return ""
    header = next((h for h in source.cells if "?" in h or "recommend" in h.lower()), "...")
    return (
        '. Where every row answers the same question, write columns = { question = "=nps" }; where each question has '
        f"its own column, questions = {{ nps = {literal(header)} }}"
    )
