"""What if: sliders in a live session, the same answers as a table where nobody can move a slider."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Protocol

from matplotlib.axes import Axes

from referral_playbook.contract.evidence import Estimate, StepResult, Verdict
from referral_playbook.contract.writing.formatting import number, written
from referral_playbook.show import words
from referral_playbook.show.grid import Html
from referral_playbook.show.live import HEADLESS, live
from referral_playbook.show.picture import Picture, axes, picture
from referral_playbook.show.tables import table
from referral_playbook.show.tables import verdict as verdict_of

__all__ = ["HEADLESS", "Plan", "Shown", "Slider", "drawing", "live", "verdict_panel", "what_if"]

Slider = tuple[float, float, float, float]
"""Low, high, step and the value as planned."""
Outcome = Mapping[str, Any] | Estimate | float | None


def what_if(
    fn: Callable[..., Outcome],
    *,
    sliders: Mapping[str, Slider],
    draw: Callable[..., Picture] | None = None,
    units: Mapping[str, str] | None = None,
    caption: str = "What if",
    plan: Plan | None = None,
    verdict: Callable[..., Verdict] | None = None,
    top: Any = None,
) -> Any:
    """Let the reader move the inputs of `fn`; headless, show what the ends of each slider would do.

    Parameters
    ----------
    fn : callable
        Takes the sliders as keyword arguments; returns a number, an Estimate, or a mapping of name to these.
    sliders : mapping of argument to (low, high, step, value)
        In the units that `fn` takes; `value` is the plan.
    draw : callable, optional
        Takes the same arguments and returns a `Picture`, redrawn in a live session: `drawing` makes one.
    units : mapping of argument to unit, optional
        How a setting is written: ``{"conversion_rate": "share", "reward": "GBP"}``.
    caption : str
    plan : Plan, optional
        Makes a setting the client's plan or a scenario, or takes the last change back. In a live session there are
        buttons for it.
    verdict : callable, optional
        Takes the same arguments and returns what the step would decide; shown above the sliders, and as a column of
        the table.
    top : VerdictPanel, optional
        The verdict at the top of the notebook (see `verdict_panel`), which then follows the sliders.

    Returns
    -------
    Html or ipywidgets.Widget
        Headless, a table with a row for the plan and one for each end of each slider, one moved at a time.

    Raises
    ------
    ValueError
        A slider whose value lies outside it, or whose step is not positive.

    Examples
    --------
    >>> what_if(lambda rate: {"needed": 30 / rate}, sliders={"rate": (0.05, 0.2, 0.01, 0.1)}, units={"rate": "share"})
    What if
    Setting    | Needed
    ---------- | ------
    as planned |    300
    Rate 5%    |    600
    Rate 20%   |    150
    """
    for name, slider in sliders.items():
        _refuse(name, slider)
    if not live():
        return _grid(fn, sliders, units or {}, caption, verdict)
    if find_spec("ipywidgets") is None:
        text = f"{caption} (install ipywidgets to move the sliders)"
        return _grid(fn, sliders, units or {}, text, verdict)
    from referral_playbook.show.panel import Panel  # it needs ipywidgets, which a run without a reader does not load

    shown = Shown(fn=fn, draw=draw, verdict=verdict, caption=caption)
    return Panel(shown, sliders, units or {}, plan=plan, top=top).box


class Plan(Protocol):
    """Where a setting of the sliders can be kept. Every method says what it did, as a sentence."""

    def keep(self, settings: Mapping[str, float], was: Mapping[str, float], *, who: str, why: str) -> str:
        """Make the settings the client's plan."""

    def keep_scenario(self, settings: Mapping[str, float], *, name: str, who: str, why: str) -> str:
        """Keep the settings under a name, beside the plan."""

    def undo(self) -> str:
        """Take the newest change of the plan back."""

    def undecided(self, planned: Mapping[str, float]) -> Mapping[str, float]:
        """Where each slider stood before any decision."""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What is shown of a setting of the sliders: the parts that `what_if` was given."""

    fn: Callable[..., Outcome]
    draw: Callable[..., Picture] | None
    verdict: Callable[..., Verdict] | None
    caption: str

    def table(self, settings: Mapping[str, Mapping[str, float]]) -> str:
        """HTML of a table with one row per named setting."""
        rows = [{"setting": name, **_outcome(self.fn(**values))} for name, values in settings.items()]
        return table(rows, columns=_headings(rows), caption=self.caption).html

    def picture(self, values: Mapping[str, float]) -> str:
        """HTML of the picture of one setting; empty where nothing is drawn."""
        return "" if self.draw is None else self.draw(**values).large


def _headings(rows: list[dict[str, Any]]) -> dict[str, str]:
    return {key: "" if key == "setting" else words.title(key) for key in rows[0]}


def drawing(
    figure: Callable[..., Axes], data: Callable[..., Mapping[str, Any]], *, height: float = 3.2
) -> Callable[..., Picture]:
    """A function of the sliders that draws `figure` with the arguments that `data` makes of them.

    Examples
    --------
    >>> from referral_playbook.show.figures import bars
    >>> draw = drawing(bars, lambda rate: {"values": {"needed": 30 / rate}, "unit": "referrals"})
    >>> draw(rate=0.1)
    Compared: needed 300 referrals.
    """
    return lambda **settings: picture(figure(axes(height=height), **data(**settings)))


def verdict_panel(result: StepResult) -> Any:
    """The verdict at the top of a notebook; in a live session it follows the sliders that are given it as `top`."""
    if not live() or find_spec("ipywidgets") is None:
        return verdict_of(result)
    from referral_playbook.show.panel import VerdictPanel

    return VerdictPanel(result)


def _refuse(name: str, slider: Slider) -> None:
    low, high, step, value = slider
    if not (low <= value <= high and step > 0):
        raise ValueError(f"slider {name}: give low <= value <= high and a step above 0, not {slider}")


def _outcome(result: Outcome) -> dict[str, Any]:
    return dict(result) if isinstance(result, Mapping) else {"result": result}


def _written(x: float, unit: str | None) -> str:
    return number(x) if unit is None else written(x, unit)


def _grid(
    fn: Callable[..., Outcome],
    sliders: Mapping[str, Slider],
    units: Mapping[str, str],
    caption: str,
    verdict: Callable[..., Verdict] | None,
) -> Html:
    plan = {name: value for name, (_, _, _, value) in sliders.items()}
    settings = {"as planned": plan}
    for name, (low, high, _, value) in sliders.items():
        for end in (low, high):
            if end != value:
                settings[f"{words.name(name)} {_written(end, units.get(name))}"] = plan | {name: end}
    rows = [{"setting": setting, **_judged(verdict, at), **_outcome(fn(**at))} for setting, at in settings.items()]
    return table(rows, caption=caption)


def _judged(verdict: Callable[..., Verdict] | None, settings: Mapping[str, float]) -> dict[str, str]:
    return {} if verdict is None or not settings else {"verdict": words.STATUS[verdict(**settings).status]}
