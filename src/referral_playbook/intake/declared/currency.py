"""One currency per client: amounts in another are converted at a declared rate, or refused with count and sum."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from referral_playbook.contract.client_toml.checks import currencies_in_use
from referral_playbook.contract.client_toml.client import Client
from referral_playbook.contract.client_toml.table_checks import SIGNS, of_other_currencies
from referral_playbook.contract.tables import TABLES
from referral_playbook.intake.declared.mapping import Picked
from referral_playbook.intake.faults import Fault, Faults, Foreign, Late
from referral_playbook.intake.files.source import Mask


@dataclass(frozen=True)
class Converted:
    """The amounts of a table in the client's currency, and how many rows came from each other currency."""

    frame: dict[str, pd.Series]
    rows: dict[str, int]


def in_home_currency(
    name: str, frame: dict[str, pd.Series], picked: Picked, signs: Sequence[str], client: Client, faults: Faults
) -> Converted:
    """Convert the amounts of rows in another currency; those without a declared rate are counted as foreign.

    An empty currency is the client's own, and a warning says how many rows have none where others have one. Where
    nothing names the currency of the rows, another warning says which amounts have one of `signs` that is not of the
    client's currency.
    """
    money = [c.name for c in TABLES[name].columns if c.is_money and c.name in frame]
    if picked.currency is None:
        for column in money:
            _note_signs(column, frame[column], picked, signs, client, name, faults)
            _note_header(column, picked, client, name, faults)
    if picked.currency is None or not money:
        return Converted(frame, {})
    codes = _codes(picked.currency.text, client.currency)
    blank = (picked.currency.text == "").to_numpy(dtype=bool)
    some = np.logical_or.reduce([frame[column].notna().to_numpy(dtype=bool) for column in money])
    _note_blank(blank, some, frame[money[0]], picked, client.currency, name, faults)
    out, rows = dict(frame), {}
    for code in sorted(set(codes[some]) - {client.currency}):
        here = some & (codes == code).to_numpy(dtype=bool)
        if rate := client.rates.get(code):
            rows[code] = int(here.sum())
            out |= {column: out[column].where(~here, out[column] * rate.rate) for column in money}
        else:
            _note(code, here, frame[money[0]], picked, name, faults)
    return Converted(out, rows)


def _codes(text: pd.Series, home: str) -> pd.Series:
    """Currency codes in capitals; a sign that stands for one currency is that currency's code."""
    of_sign = {sign: next(iter(codes)) for sign, codes in SIGNS.items() if len(codes) == 1}
    plain = text.astype(object).map(lambda word: of_sign.get(word, word.upper()))
    return plain.where(plain != "", home)


def _note_signs(
    column: str,
    amount: pd.Series,
    picked: Picked,
    signs: Sequence[str],
    client: Client,
    name: str,
    faults: Faults,
) -> None:
    """Warn where a sign beside the amounts of a column is one of other currencies."""
    cells = picked.cells.get(column)
    for sign in (mark for mark in signs if cells and of_other_currencies(mark, client.currency)):
        assert cells is not None
        here = cells.text.str.contains(sign, regex=False).to_numpy(dtype=bool) & amount.notna().to_numpy(dtype=bool)
        code = "USD" if sign == "$" else min(SIGNS[sign])
        problem = f"amounts with the sign {sign} are read in {client.currency}, as they stand"
        fix = (
            f'If they are {code}, say so in [tables.{name}]: currency = "={code}"; and declare a rate for it. If they '
            f"are {client.currency}, export them with its sign, or with none"
        )
        faults.cells(here, cells, name, problem, fix, warn=True)


IN_HEADERS = re.compile(
    r"(?:[\s_(\[/-](USD|EUR|GBP|CHF|JPY|CAD|AUD|NZD|SEK|NOK|DKK|PLN|CZK|INR|BRL|MXN|ZAR)|[(\[ ]([$€£¥₹]))[)\]]?$", re.I
)
"""A currency at the end of a header: "Amount (USD)", "value_eur", "Price [$]"."""


def _note_header(column: str, picked: Picked, client: Client, name: str, faults: Faults) -> None:
    """Warn where the header of a column of amounts names another currency."""
    cells = picked.cells.get(column)
    found = IN_HEADERS.search(cells.place.header) if cells else None
    if cells is None or found is None:
        return
    code, sign = (found[1] or "").upper(), found[2] or ""
    if code == client.currency or (sign and not of_other_currencies(sign, client.currency)):
        return
    code = code or ("USD" if sign == "$" else min(SIGNS[sign]))
    problem = f"the header names {sign or code}, but the amounts are read in {client.currency}, as they stand"
    fix = f'If they are {code}, say so in [tables.{name}]: currency = "={code}"; and declare a rate for it'
    fault = Fault(file=cells.place.file, column=cells.place.header, table=name, problem=problem, fix=fix)
    if client.tables[name].currency is None:
        faults.add(replace(fault, severity="warning"))


def _note_blank(
    blank: Mask, some: Mask, amount: pd.Series, picked: Picked, home: str, name: str, faults: Faults
) -> None:
    """Warn that amounts without a currency are read in the client's, unless no row names one."""
    assert picked.currency is not None
    seen = faults.seen(name, "currency", picked.currency.place.header)
    seen.total += float(amount[blank & some].sum())
    seen.read += int((~blank).sum())
    problem = Late("no currency", lambda: f"no currency, so the amount is read in {home} (sum {seen.total:,.2f})")
    fix = "Fill the currency, or leave such rows out with where and { empty = false }"
    faults.cells(blank & some, picked.currency, name, problem, fix, warn=True, unless=lambda: not seen.read)


def _note(code: str, here: Mask, amount: pd.Series, picked: Picked, name: str, faults: Faults) -> None:
    assert picked.currency is not None
    file, header = picked.currency.place.at(int(np.flatnonzero(here)[0]))
    line = int(picked.currency.place.lines[np.flatnonzero(here)[0]])
    foreign = faults.foreign.setdefault((name, code), Foreign(file, header, line))
    foreign.rows += int(here.sum())
    foreign.total += float(amount[here].sum())


def note_foreign(client: Client, faults: Faults) -> None:
    """Refuse the rows in a currency for which no rate is declared: one message per table and currency."""
    for (table, code), foreign in faults.foreign.items():
        rate = f'rates = {{ {code} = {{ to = "{client.currency}", rate = ..., on = {client.as_of.isoformat()} }} }}'
        leave = f'[tables.{table}.where] "{foreign.header}" = ["{client.currency}"]'
        fix = f"Declare a dated rate at the top of client.toml, {rate}; or leave such rows out, {leave}"
        if code not in currencies_in_use():
            fix = f'Correct the code; or, if the column names no currency, write currency = "" in [tables.{table}]'
        rows = "1 row is" if foreign.rows == 1 else f"{foreign.rows:,} rows are"
        problem = f"{rows} in {code} (sum {foreign.total:,.2f}), not in the client's currency {client.currency}"
        fault = Fault(file=foreign.file, column=foreign.header, table=table, problem=problem, fix=fix)
        faults.add(replace(fault, line=foreign.line) if foreign.line > 0 else fault)
