"""What a reader may move in a live session, what follows from it, and how a setting becomes the client's plan."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from referral_playbook.contract.evidence import Verdict
from referral_playbook.contract.settings.decisions import Decision, decision_rows, keep_decisions, undo_change
from referral_playbook.contract.settings.declarations import declarations
from referral_playbook.contract.settings.in_words import setting_name, settings_text
from referral_playbook.contract.settings.scenarios import Scenario, keep_scenario
from referral_playbook.facts.engagement import Engagement

Slider = tuple[float, float, float, float]
"""Low, high, step, and the value as planned."""
Decides = Callable[[Mapping[str, float]], Mapping[str, Any]]
"""The parameters that sliders stand for."""


class LiveSettings(NamedTuple):
    """A what-if: every function takes the sliders by name.

    `answer` gives the outcomes as estimates, `drawn` the arguments of the figure that shows them, `sliders` low, high,
    step and plan of each setting (none where nothing is known that could be moved), `units` how a setting is written,
    `verdict` what the step would say (None where it does not depend on the settings), and `decides` the parameters
    that the settings stand for.
    """

    answer: Callable[..., dict[str, Any]]
    drawn: Callable[..., dict[str, Any]]
    sliders: Mapping[str, Slider]
    units: Mapping[str, str]
    verdict: Callable[..., Verdict] | None = None
    decides: Decides = dict


def sliders_that_moved(sliders: Mapping[str, Slider], settings: Mapping[str, float]) -> dict[str, float]:
    """The settings that differ from the plan.

    Examples
    --------
    >>> sliders_that_moved({"uplift": (0.8, 3.0, 0.1, 1.5), "reward": (0, 100, 5, 50)}, {"uplift": 2.0, "reward": 50})
    {'uplift': 2.0}
    """
    return {name: value for name, value in settings.items() if value != sliders[name][3]}


@dataclass(frozen=True, kw_only=True)
class ClientPlan:
    """The plan of one client as sliders can change it."""

    engagement: Engagement
    decides: Decides = dict  # sliders to the parameters that they set

    def keep(self, settings: Mapping[str, float], was: Mapping[str, float], *, who: str, why: str) -> str:
        """Write the moved sliders to the client's decisions.toml, as one change.

        ValueError where nothing was moved, a slider sets no parameter, or nobody is named.
        """
        changes = self._changes(settings)
        before = self.decides({name: was[name] for name in settings if name in was})
        decisions = [
            Decision(parameter=name, value=value, was=_short(before.get(name)), who=who, when=date.today(), why=why)
            for name, value in changes.items()
        ]
        keep_decisions(self.engagement.client_dir, decisions)
        text = settings_text(changes, self.engagement.currency)
        return f"This is the plan now: {text}. Run this notebook and the later ones again to use it."

    def keep_scenario(self, settings: Mapping[str, float], *, name: str, who: str, why: str) -> str:
        """Write the moved sliders to the client's scenarios.toml under a name.

        ValueError where nothing was moved, a slider sets no parameter, the name is not one, or nobody is named.
        """
        changes = self._changes(settings)
        scenario = Scenario(name=name.strip(), settings=changes, who=who, when=date.today(), why=why)
        replaced = keep_scenario(self.engagement.client_dir, scenario)
        text = settings_text(changes, self.engagement.currency)
        done = f'Scenario "{scenario.name}" {"replaced" if replaced else "kept"}: {text}.'
        return f"{done} The plan stays as it is. Run step 05 again to compare it with the plan and the other scenarios."

    def undo(self) -> str:
        """Take the newest change of the plan back."""
        undone = undo_change(self.engagement.client_dir)
        if not undone:
            return "No decision has been kept for this client."
        values = {str(entry["parameter"]): entry["value"] for entry in undone}
        text = settings_text(values, self.engagement.currency)
        return f"Undone: {text}. Run this notebook and the later ones again."

    def undecided(self, planned: Mapping[str, float]) -> dict[str, float]:
        """Where each slider stood before the first decision that changed it; as planned where none did."""
        first: dict[str, Any] = {}
        for row in decision_rows(self.engagement.client_dir):
            first.setdefault(row["parameter"], row["was"])
        return {name: self._before(name, value, first) for name, value in planned.items()}

    def _before(self, slider: str, value: float, first: Mapping[str, Any]) -> float:
        """A slider for several parameters, such as both sides of a reward, is their sum."""
        now = {k: v for k, v in self.decides({slider: value}).items() if isinstance(v, (int, float))}
        if not any(isinstance(first.get(name), (int, float)) for name in now):
            return value
        return float(sum(first[k] if isinstance(first.get(k), (int, float)) else v for k, v in now.items()))

    def _changes(self, settings: Mapping[str, float]) -> dict[str, Any]:
        if not settings:
            raise ValueError("No slider differs from the plan, so there is nothing to keep.")
        changes = {name: _short(value) for name, value in self.decides(settings).items()}
        if unknown := [name for name in changes if name not in declarations()]:
            names = ", ".join(map(setting_name, unknown))
            raise ValueError(f"Move {names} back: it follows from the tables and cannot be decided here.")
        return changes


def _short(value: Any) -> Any:
    """A number to six digits: more would be noise in a file that people read."""
    return float(f"{value:.6g}") if isinstance(value, float) else value


SHORT_NAMES = {"qualified": "qualified_share", "conversion": "conversion_rate"}
"""Sliders whose name is shorter than that of the parameter they set."""


def by_name(settings: Mapping[str, float]) -> dict[str, Any]:
    """The parameters of sliders that are named after the parameter that they set.

    Examples
    --------
    >>> by_name({"uplift": 1.5, "conversion": 0.1})
    {'uplift': 1.5, 'conversion_rate': 0.1}
    """
    return {SHORT_NAMES.get(name, name): value for name, value in settings.items()}


def client_plan(engagement: Engagement, decides: Decides = by_name) -> ClientPlan:
    """The plan that sliders can change."""
    return ClientPlan(engagement=engagement, decides=decides)
