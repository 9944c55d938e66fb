"""Scenarios that were kept in a meeting: scenarios.toml beside client.toml.

A scenario is a name and the parameters that it changes. It changes no result: step 05 computes each scenario with the
client's own inputs and compares it with the plan, in its notebook and in the memo.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from referral_playbook.contract.client_toml.problems import Problem
from referral_playbook.contract.client_toml.toml_text import Scalar, entry
from referral_playbook.contract.files import write_whole
from referral_playbook.contract.settings.statements import (
    SCENARIOS_FILE,
    ParameterError,
    Statement,
    settle,
    sound_entries,
)

MOST_SCENARIOS, LONGEST_NAME = 6, 40
HEADER = (
    "# Scenarios to compare with the plan. Step 05 and the memo show them side by side; delete an entry to drop it.\n"
)
NEEDED_KEYS = ("name", "who", "when", "settings")
KEYS = (*NEEDED_KEYS, "why")


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A named set of parameters, and who kept it, when and why.

    Examples
    --------
    >>> half = Scenario(name="Half the reward", settings={"reward_advocate": 25.0}, who="Ana", when=date(2026, 9, 30))
    >>> print(half.to_toml())
    [[scenario]]
    name = "Half the reward"
    who = "Ana"
    when = 2026-09-30
    why = ""
    settings = { reward_advocate = 25.0 }
    <BLANKLINE>
    """

    name: str
    settings: Mapping[str, Scalar]
    who: str
    when: date
    why: str = ""

    def __post_init__(self) -> None:
        if not self.name.strip() or len(self.name) > LONGEST_NAME or not self.name.isprintable():
            raise ValueError(f"Give the scenario a name of 1 to {LONGEST_NAME} characters on one line.")
        if not self.who.strip():
            raise ValueError("Say who keeps the scenario: fill in a name first.")
        if not self.settings:
            raise ValueError("Nothing differs from the plan, so there is no scenario to keep. Move a slider first.")
        settle(self.statements(Path(SCENARIOS_FILE)))

    def statements(self, file: Path) -> list[Statement]:
        """The parameters that it sets, for checks and messages."""
        return [
            Statement(name=name, value=value, step=None, file=str(file), path=("scenario", self.name, name))
            for name, value in self.settings.items()
        ]

    def to_toml(self) -> str:
        """The scenario as an entry of scenarios.toml."""
        texts = {"name": self.name.strip(), "who": self.who.strip(), "when": self.when, "why": self.why.strip()}
        return entry("scenario", **texts, settings=self.settings)


def keep_scenario(client_dir: str | Path, scenario: Scenario) -> bool:
    """Write a scenario to the client's scenarios.toml; return whether it replaced one of the same name.

    A file that cannot be read raises ParameterError and is left as it is; ValueError says that there are as many
    scenarios as can be compared side by side.
    """
    scenarios = {entry.name: entry for entry in read_scenarios(client_dir)}
    replaced = scenario.name.strip() in scenarios
    if not replaced and len(scenarios) >= MOST_SCENARIOS:
        raise ValueError(f"{MOST_SCENARIOS} scenarios can be compared at a time. Remove one first, or use its name.")
    scenarios[scenario.name.strip()] = scenario
    _write(client_dir, list(scenarios.values()))
    return replaced


def _write(client_dir: str | Path, scenarios: list[Scenario]) -> None:
    path = Path(client_dir) / SCENARIOS_FILE
    if scenarios:
        write_whole(path, "\n".join([HEADER, *(entry.to_toml() for entry in scenarios)]))
    else:
        path.unlink()


def read_scenarios(client_dir: str | Path) -> tuple[Scenario, ...]:
    """The scenarios of a client, in the order in which they were kept; none where there is no file.

    ParameterError has every problem found: TOML that cannot be read, a key that is missing, a parameter that cannot be
    set so.
    """
    path = Path(client_dir) / SCENARIOS_FILE
    problems: list[Problem] = []
    entries = sound_entries(path, "scenario", NEEDED_KEYS, KEYS, problems)
    scenarios = [_scenario(path, entry, line, problems) for entry, line in entries]
    if problems:
        raise ParameterError(problems)
    return tuple(entry for entry in scenarios if entry is not None)


def _scenario(path: Path, entry: Mapping[str, Any], line: int | None, problems: list[Problem]) -> Scenario | None:
    try:
        return Scenario(**{**entry, "name": str(entry["name"]), "who": str(entry["who"])})
    except ParameterError as error:
        problems += error.problems
    except (ValueError, TypeError, AttributeError) as error:
        place, fix = ("scenario", str(entry["name"])), f"A scenario has {', '.join(KEYS)}"
        problems.append(Problem(file=str(path), line=line, path=place, problem=str(error), fix=fix))
    return None
