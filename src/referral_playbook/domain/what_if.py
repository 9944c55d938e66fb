"""What a reader may move in a live session, what follows from it, and how a setting becomes the client's plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from referral_playbook.contract.decisions import Decision, keep_decision, undo_decision
from referral_playbook.contract.declarations import declarations
from referral_playbook.contract.evidence import Basis, Estimate
from referral_playbook.facts.engagement import Engagement


class Moves(NamedTuple):
    """A what-if: every function takes the sliders by name.

    `answer` gives the outcomes as estimates, `drawn` the arguments of the figure that shows them, `sliders` low, high,
    step and plan of each setting (none where nothing is known that could be moved), `units` how a setting is written.
    """

    answer: Callable[..., dict[str, Any]]
    drawn: Callable[..., dict[str, Any]]
    sliders: Mapping[str, tuple[float, float, float, float]]
    units: Mapping[str, str]


def moved(estimate: Estimate, value: float) -> Estimate:
    """An estimate as a slider sets it: another value, known no better than before (the same relative range).

    At its own value it is left as it is; elsewhere it is assumed, and a share stays within 0 and 1.

    Examples
    --------
    >>> from referral_playbook.contract.evidence import assumed
    >>> rate = assumed(0.1, 0.05, 0.2, unit="share", per="qualified referral", source="client")
    >>> moved(rate, 0.1) is rate
    True
    >>> at = moved(rate, 0.6)
    >>> round(at.low, 6), at.value, at.high
    (0.3, 0.6, 1.0)
    """
    if value == estimate.value:
        return estimate
    scale = value / estimate.value if estimate.value else 0.0
    low, high = (scale * (end or 0.0) if scale else value for end in (estimate.low, estimate.high))
    most = 1.0 if estimate.unit == "share" else float("inf")
    return estimate.as_(
        value=value,
        low=min(low, value),
        high=max(value, min(high, most)),
        n=None,
        confidence=None,
        basis=Basis.ASSUMED,
        source="moved in the what-if, with its relative range",
        reason="",
    )


@dataclass(frozen=True, kw_only=True)
class ClientPlan:
    """The plan of one client as sliders can change it.

    Parameters
    ----------
    engagement : Engagement
    parameters : mapping of str to str
        Slider to the parameter that it sets; a slider that is not named here cannot be kept.
    """

    engagement: Engagement
    parameters: Mapping[str, str]

    def keep(self, settings: Mapping[str, float], was: Mapping[str, float], *, who: str, why: str) -> str:
        """Write each moved slider to the client's decisions.toml.

        Raises
        ------
        ValueError
            Nothing was moved, a slider sets no parameter, or nobody is named.
        """
        if not settings:
            raise ValueError("No slider differs from the plan, so there is nothing to keep.")
        if unknown := [name for name in settings if name not in self.parameters]:
            raise ValueError(f"Move {', '.join(unknown)} back: it follows from the tables and cannot be decided here.")
        decisions = [
            Decision(
                parameter=self.parameters[name], value=value, was=was.get(name), who=who, when=date.today(), why=why
            )
            for name, value in settings.items()
        ]
        for decision in decisions:
            keep_decision(self.engagement.client_dir, decision)
        changes = "; ".join(f"{name.replace('_', ' ')} is now {value:g}" for name, value in settings.items())
        return f"Kept for {self.engagement.client}: {changes}. Run this notebook and the later ones again to use it."

    def undo(self) -> str:
        """Take the newest decision back."""
        undone = undo_decision(self.engagement.client_dir)
        if undone is None:
            return "No decision has been kept for this client."
        return f"Undone: {str(undone['parameter']).replace('_', ' ')} is no longer {undone['value']:g}."


SHORT_NAMES = {"qualified": "qualified_share", "conversion": "conversion_rate"}
"""Sliders whose name is shorter than that of the parameter they set."""


def client_plan(engagement: Engagement, sliders: Mapping[str, Any]) -> ClientPlan:
    """The plan that these sliders can change: those that set a declared parameter.

    Examples
    --------
    >>> client_plan(None, {"uplift": (), "conversion": (), "monthly_cost": ()}).parameters
    {'uplift': 'uplift', 'conversion': 'conversion_rate'}
    """
    names = {slider: SHORT_NAMES.get(slider, slider) for slider in sliders}
    return ClientPlan(engagement=engagement, parameters={s: n for s, n in names.items() if n in declarations()})
