"""Numbers from text: declared marks for decimals and thousands, declared signs beside them, and no others."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from referral_playbook.contract.client_toml.checks import currencies_in_use
from referral_playbook.contract.client_toml.client import TableSpec
from referral_playbook.contract.client_toml.table_checks import BRACKETS, PERCENT
from referral_playbook.contract.client_toml.toml_text import literal
from referral_playbook.intake.files.source import Cells, Mask, arrow_values

PLAIN = TableSpec(file="typed")
BLANKS = (" ", "\u00a0", "\u202f")
MINUS = "\u2212"
"""The minus of typographers, as some locales write it; a hyphen means the same."""
LARGEST = 1e15
"""No amount is as large in any currency; beyond it sums lose cents."""


def number_shape(spec: TableSpec) -> str:
    """The shape of a number with the declared marks, as a regular expression."""
    whole = "[0-9]+"
    if spec.thousands:
        whole = f"(?:[0-9]{{1,3}}(?:{re.escape(spec.thousands)}[0-9]{{3}})+|[0-9]+)"
    if spec.thousands == ",":  # in India the groups above the thousands have two digits: 1,23,456
        whole = f"(?:[0-9]{{1,2}}(?:,[0-9]{{2}})+,[0-9]{{3}}|{whole})"
    mark = re.escape(spec.decimal)
    return rf"[+-]?(?:{whole}(?:{mark}[0-9]*)?|{mark}[0-9]+)(?:[eE][+-]?[0-9]+)?"


def numbers(text: pd.Series, typed: Mask, spec: TableSpec) -> pd.Series:
    """Numbers (float64) from text with the declared marks; NaN where it does not fit.

    Examples
    --------
    >>> spec = TableSpec(file="x.csv", decimal=",", thousands=".", marks=["€", "%"])
    >>> none = np.zeros(5, dtype=bool)
    >>> numbers(pd.Series(["1.234,50 €", "-3", "(7)", "12,5%", "1234.5"]), none, spec).tolist()
    [1234.5, -3.0, -7.0, 0.125, nan]
    """
    if typed.all():
        return _parsed(arrow_values(text), PLAIN)
    bare, percent = _bare(text, spec) if spec.marks else (text, np.zeros(len(text), dtype=bool))
    parsed = _parsed(arrow_values(bare), spec)
    if percent.any():
        parsed = parsed.where(~percent, parsed / 100)
    return parsed.where(~typed, _parsed(arrow_values(text), PLAIN)) if typed.any() else parsed


def cell_numbers(cells: Cells, spec: TableSpec) -> pd.Series:
    """The numbers (float64) of a column; NaN where it is empty or no number."""
    native = cells.native
    if native is not None and (pa.types.is_integer(native.type) or native.type == pa.float64()):
        parsed = pc.cast(native, pa.float64(), safe=False).to_numpy()
        if not np.isinf(parsed).any():
            return pd.Series(parsed)
    return numbers(cells.text, cells.typed, spec)


def _parsed(text: pa.ChunkedArray, spec: TableSpec) -> pd.Series:
    """Numbers from text with the declared decimal and thousands marks and no other sign."""
    thousands = spec.thousands
    if thousands in BLANKS:
        text, thousands = pc.replace_substring_regex(text, f"[{''.join(BLANKS)}]", " "), " "
        spec = spec.model_copy(update={"thousands": " "})
    fits = pc.match_substring_regex(text, f"^(?:{number_shape(spec)})$")
    if not pc.all(fits).as_py() and pc.any(pc.match_substring(text, MINUS)).as_py():
        text = pc.replace_substring(text, MINUS, "-")
        fits = pc.match_substring_regex(text, f"^(?:{number_shape(spec)})$")
    if not pc.all(fits).as_py():
        text = pc.if_else(fits, text, pa.scalar(None, text.type))
    if thousands:
        text = pc.replace_substring(text, thousands, "")
    if spec.decimal != ".":
        text = pc.replace_substring(text, spec.decimal, ".")
    if pc.any(pc.starts_with(text, "+")).as_py():  # Arrow reads no plus
        text = pc.replace_substring_regex(text, r"^\+", "")
    values = pd.Series(pc.cast(text, pa.float64()).to_numpy(zero_copy_only=False))
    return values.where(np.isfinite(values)) if np.isinf(values).any() else values


def _bare(text: pd.Series, spec: TableSpec) -> tuple[pd.Series, Mask]:
    """Text without the declared marks, a minus in front of what stands in brackets, and where a per cent sign was."""
    if text.str.contains(MINUS, regex=False).any():
        text = text.str.replace(MINUS, "-", regex=False)
    bracketed = text.str.fullmatch(r"\([^()]*\)").to_numpy(dtype=bool)
    bare = text.where(~bracketed, text.str.slice(1, -1).str.strip())
    percent = bare.str.endswith(PERCENT).to_numpy(dtype=bool) & (PERCENT in spec.marks)
    if signs := "|".join(re.escape(m) for m in sorted(spec.marks, key=len, reverse=True) if m != BRACKETS):
        bare = bare.str.replace(rf"^([+-]?)\s*(?:{signs})\s*", r"\1", regex=True)
        bare = bare.str.replace(rf"\s*(?:{signs})\s*(-?)$", r"\1", regex=True)
    bare = bare.str.replace("^([0-9].*)-$", r"-\1", regex=True)
    signed = bare.str.contains("^[+-]").to_numpy(dtype=bool)
    return bare.where(~bracketed, "-" + bare.where(~signed, "?")), percent


MARKS_USUAL = ((".", ","), (",", "."), (",", " "), (".", " "), (".", "'"), (".", "’"), (",", ""))


def fitting_marks(bad: pd.Series, spec: TableSpec) -> list[str]:
    """The declarations that read all of these texts as numbers, for the client to choose from."""
    some = bad.drop_duplicates().head(200).reset_index(drop=True)
    beside = _marks_beside(some)
    none = np.zeros(len(some), dtype=bool)
    out = []
    for decimal, thousands in dict.fromkeys([(spec.decimal, spec.thousands or ""), *MARKS_USUAL]):
        marks = [*spec.marks, *(mark for mark in beside if mark not in spec.marks)]
        tried = {"decimal": decimal, "thousands": thousands or None, "marks": marks}
        if numbers(some, none, PLAIN.model_copy(update=tried)).notna().all():
            out.append(_declared(decimal, thousands, marks if beside else [], spec))
    own = [one for one in out if "decimal" not in one]
    return own or sorted(out, key=len)


def _declared(decimal: str, thousands: str, marks: list[str], spec: TableSpec) -> str:
    expectations = []
    if (decimal, thousands) != (spec.decimal, spec.thousands or ""):
        expectations += [f'decimal = "{decimal}"', *([f'thousands = "{thousands}"'] if thousands else [])]
    if marks:
        expectations.append(f"marks = {literal(marks)}")
    return ", ".join(expectations)


MARK = r"(?:[^\d\s.,'+–—-]{0,4}|[^\W\d_]{1,3}\.)"
SMALL = ("kr", "kr.", "zł", "kč", "lei", "ft", "rs", "rs.")


def _may_be_money(mark: str) -> bool:
    """Whether a mark is a sign or a code of a currency, or a per cent sign; a unit such as "pcs" is none."""
    return not mark.islower() or mark in SMALL or mark.upper() in currencies_in_use()


def _marks_beside(texts: pd.Series) -> list[str]:
    """What stands beside the digits of these texts: signs, codes, brackets; nothing where it is more than that."""
    marks: dict[str, None] = {}
    for text in texts:
        inner = text[1:-1].strip() if text.startswith("(") and text.endswith(")") else text.replace(MINUS, "-")
        marks |= {BRACKETS: None} if text.startswith("(") or inner.endswith("-") else {}
        match = re.fullmatch(rf"[+-]?\s*({MARK})\s*[+-]?[\d][\d.,'’\s]*?\s*({MARK})-?", inner)
        if match is None:
            return []
        marks |= dict.fromkeys(mark for mark in match.groups() if mark and _may_be_money(mark))
    return list(marks)
