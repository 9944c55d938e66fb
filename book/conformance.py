"""The conformance page: every challenge with its input, the right value and ours."""

from __future__ import annotations

from book.conforming import Answer, Case, cases
from book.markdown import table

INTRODUCTION = """\
# Conformance: the right value, and ours

The [challenges](challenge.md) double as a public test. A client of twelve customers is so small that every answer can
be worked out by hand. Each row changes its data in one documented way and asks one question. Give the same files to
any other tool, or to a spreadsheet, and compare. The files are in `playbook/conformance/`: the
client's tables, and `answers.toml` with the right values and their workings.

Where a challenge takes some rows away, the input column names them. The rows come from a hash of their id, so they
are always the same. `b`, `u`, `q`, `c`, `V`, `s` are the baseline, the uplift, the qualified share, the conversion
rate, the customer value and the incremental share of [step 05](05-break-even.md).

This page is made from the code by `python -m book`, and a test fails when a value differs.
"""
COLUMNS = ("Challenge", "Input", "Quantity", "Right value", "Ours", "Agrees", "Working")


def page() -> str:
    """The page as Markdown."""
    rows = [_row(case) for case in cases()]
    agree = sum(case.agrees for case in cases())
    return f"{INTRODUCTION}\n**{agree} of {len(rows)} values agree.**\n\n{table(COLUMNS, rows)}\n"


def _row(case: Case) -> tuple[str, ...]:
    values = (_written(case.right), _written(case.ours), "yes" if case.agrees else "**no**")
    return (case.challenge, case.input, case.quantity, *values, case.working)


def _written(answer: Answer) -> str:
    """A value with four decimals at most.

    Examples
    --------
    >>> _written(5800.0), _written(-143.75), _written(0.5555555), _written("none")
    ('5,800', '-143.75', '0.5556', 'none')
    """
    return answer if isinstance(answer, str) else f"{answer:,.4f}".rstrip("0").rstrip(".")
