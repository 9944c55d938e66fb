"""The parameters of a run: what the client and the command line set, and what each notebook's cell gets of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from referral_playbook.contract.client_toml.client import Client, Problem
from referral_playbook.contract.settings.declarations import current_name
from referral_playbook.contract.settings.statements import (
    ParameterError,
    Settings,
    Statement,
    settle,
    statements_of_overrides,
)
from referral_playbook.run.client.plan import Notebook

KNOWN_BY = {
    "chosen_reward": (("rewards", "name"),),
    "control_arm": (("arms", "arm"), ("referrals", "arm")),
}
"""Parameters that name a row of a table: the columns where the name may stand, the first table there counts."""

Names = Mapping[tuple[str, str], frozenset[str]]
"""The texts in a column of a client's table, by table and column; a table that the client lacks is not in it."""


def settings_for(client: Client, overrides: Iterable[str] = ()) -> Settings:
    """One value per parameter for a run of this client.

    ParameterError has every problem found.

    Examples
    --------
    >>> from datetime import date
    >>> from pathlib import Path
    >>> client = Client(folder=Path("."), name="A", currency="GBP", as_of=date(2026, 9, 30))
    >>> settings_for(client, ["break_even.conversion_rate=0.08"]).values
    {'conversion_rate': 0.08}
    """
    problems: list[Problem] = []
    statements = statements_of_overrides(overrides, problems)
    return settle([*client.statements, *statements], problems)


def cell_values(notebook: Notebook, settings: Settings) -> dict[str, Any]:
    """What of the settings the parameter cell of a notebook declares, under the name that it uses."""
    values = settings.of_step(notebook.step)
    names = {name: current_name(name, notebook.step) for name in notebook.declared}
    return {name: values[current] for name, current in names.items() if current in values}


def check_names(client: Client, overrides: Iterable[str], settings: Settings, names: Names) -> None:
    """Refuse a parameter that names what is in none of the client's tables.

    ParameterError says that the table lacks the name, or the client the table.
    """
    problems = []
    for parameter, columns in KNOWN_BY.items():
        if parameter in settings.values and (trouble := _unknown(settings.values[parameter], columns, names)):
            statement = _last(client, overrides, parameter)
            problems.append(statement.problem(*trouble))
    if problems:
        raise ParameterError(problems)


def _unknown(value: str, columns: tuple[tuple[str, str], ...], names: Names) -> tuple[str, str] | None:
    there = next((names[place] for place in columns if names.get(place)), None)
    tables = " or ".join(f"{table} (column {column})" for table, column in columns)
    if there is None:
        return "the client has no table that lists it", f"Add the table {tables}, or remove the parameter"
    if value not in there:
        return f"no such name in the table {tables}", f"It has: {', '.join(sorted(there))}"
    return None


def _last(client: Client, overrides: Iterable[str], parameter: str) -> Statement:
    statements = (*client.statements, *statements_of_overrides(overrides))
    stated = [s for s in statements if current_name(s.name, s.step) == parameter]
    return max(stated, key=lambda s: s.rank)
