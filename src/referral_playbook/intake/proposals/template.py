"""What a new client is given: a commented client.toml, and the list of data to ask for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from referral_playbook.contract.client_toml.toml_text import literal
from referral_playbook.contract.tables import TABLES, Column, Table

USUAL = ("customers", "payments", "surveys", "referrals", "leads", "costs")
FORMS = {
    "text": "text",
    "date": "date, 2026-09-30",
    "number": "number, 1234.50",
    "count": "whole number",
    "month": "month, 2026-09",
}


def client_toml(*, name: str, currency: str, as_of: date, tables: Iterable[str] = USUAL) -> str:
    """The text of a first client.toml, every column explained in a comment.

    `read_client` accepts it once the files are there. `tables` are those that the client has.

    Examples
    --------
    >>> print(client_toml(name="Brightdesk", currency="GBP", as_of=date(2026, 9, 30), tables=["arms"]))
    name = "Brightdesk"
    currency = "GBP"         # ISO 4217
    as_of = 2026-09-30       # nothing after this day is used
    time_unit = "month"      # every figure is per month
    <BLANKLINE>
    # If a file has other headers: columns = { contract_name = "Header in the file" }
    # If dates or numbers are written otherwise: dates = "%d/%m/%Y", decimal = ",", thousands = "."
    # If a file has other delimiters or is not UTF-8: delimiter = ";", encoding = "cp1252"
    <BLANKLINE>
    [tables.arms]            # experiments known only as counts
    file = "arms.csv"
    # arm            must  text
    # users          must  whole number
    # conversions          whole number
    # invites              whole number
    <BLANKLINE>
    # [parameters]           # for all steps; [parameters.break_even] for one
    # discount_rate = 0.10
    <BLANKLINE>
    """
    head = (
        f"name = {literal(name)}\n"
        f'currency = "{currency}"         # ISO 4217\n'
        f"as_of = {as_of.isoformat()}       # nothing after this day is used\n"
        'time_unit = "month"      # every figure is per month\n\n'
        '# If a file has other headers: columns = { contract_name = "Header in the file" }\n'
        '# If dates or numbers are written otherwise: dates = "%d/%m/%Y", decimal = ",", thousands = "."\n'
        '# If a file has other delimiters or is not UTF-8: delimiter = ";", encoding = "cp1252"\n'
    )
    tail = "# [parameters]           # for all steps; [parameters.break_even] for one\n# discount_rate = 0.10\n"
    return "\n".join([head, *(_section(TABLES[table]) for table in tables), tail])


def _section(table: Table) -> str:
    title = f"[tables.{table.name}]".ljust(24)
    rows = [f"{title} # {table.says}", f'file = "{table.name}.csv"', *(_comment(c) for c in table.columns)]
    return "\n".join(rows) + "\n"


def _comment(column: Column) -> str:
    must = "must" if column.required else ""
    meaning = f"; {column.says}" if column.says else ""
    return f"# {column.name:<14} {must:<4}  {form(column)}{meaning}"


def form(column: Column) -> str:
    """How a column is to be written, in words."""
    return "one of " + ", ".join(column.choices) if column.choices else FORMS[column.kind]


def data_request(tables: Iterable[str] = tuple(TABLES)) -> list[dict[str, str]]:
    """What to ask the client for, one row a column: table, column, needed, form, says.

    Examples
    --------
    >>> data_request(["arms"])[0]
    {'table': 'arms', 'column': 'arm', 'needed': 'yes', 'form': 'text', 'says': ''}
    """
    return [
        {
            "table": table,
            "column": column.name,
            "needed": "yes" if column.required else "if you have it",
            "form": form(column),
            "says": column.says,
        }
        for table in tables
        for column in TABLES[table].columns
    ]
