"""For how many months a payment is: months as a number, or the usual words for a plan's interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from referral_playbook.contract.client_toml.client import TableSpec
from referral_playbook.intake.files.source import Cells

if TYPE_CHECKING:
    from referral_playbook.intake.columns.convert import Reading

WORDS = {
    1: ("month", "monthly", "per month", "every month", "mo", "m", "p1m", "monat", "monatlich", "mensuel"),
    3: ("quarter", "quarterly", "every 3 months", "3 months", "p3m", "quartal", "vierteljährlich"),
    6: (
        *("half-year", "half-yearly", "semiannual", "semi-annual", "biannual", "every 6 months", "6 months", "p6m"),
        "halbjährlich",
    ),
    12: (
        *("year", "yearly", "annual", "annually", "per year", "every year", "12 months", "1 year", "yr", "p1y", "p12m"),
        *("jahr", "jährlich", "annuel"),
    ),
    24: ("2 years", "every 2 years", "two-year", "biennial", "p2y"),
}
SHORTER = ("day", "daily", "week", "weekly", "every week", "2 weeks", "fortnightly", "once", "one-time", "one time", "")
"""Words for less than a month, or for no interval at all: such a payment gets no period."""
LONGEST = 120
_MONTHS = {word: months for months, words in WORDS.items() for word in words} | {"1 month": 1, "1 quarter": 3}


def is_period(word: str) -> bool:
    """Whether a word says for how many months a payment is, or that it has no period."""
    return word.lower() in _MONTHS or word.lower() in SHORTER


def period_column(spec: TableSpec) -> TableSpec:
    """The declaration with `period` as the column that it stands for."""
    if spec.period is None:
        return spec
    header = f"={spec.period}" if isinstance(spec.period, int) else spec.period
    return spec.model_copy(update={"columns": {**spec.columns, "period_months": header}})


def months_of(cells: Cells, reading: Reading) -> pd.Series:
    """Whole months (Int64), null where there is no period; a word that is not known is an error."""
    plain = cells.text.str.lower()
    months = plain.map(_MONTHS.get, na_action="ignore").astype("Float64")
    number = pd.to_numeric(plain.where(plain.str.fullmatch(r"[0-9]{1,3}(\.0)?")), errors="coerce").astype("Float64")
    months = months.fillna(number.where((number >= 1) & (number <= LONGEST)))
    bad = months.isna().to_numpy(dtype=bool) & ~plain.isin(SHORTER).to_numpy(dtype=bool)
    fix = (
        f"Give months from 1 to {LONGEST}, or say which word means how many: [tables.payments.values] "
        'period_months = { 12 = ["..."] }; "" for none'
    )
    reading.note(bad, cells, "not a period that is known (month, quarter, year, or a number of months)", fix)
    return months.astype("Int64")
