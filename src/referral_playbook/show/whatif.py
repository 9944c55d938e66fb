"""What if: sliders in a live session, the same answers as a table where nobody can move a slider."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import Any, Protocol

from matplotlib.axes import Axes

from referral_playbook.contract.evidence import Estimate
from referral_playbook.show import words
from referral_playbook.show.grid import Format, Html
from referral_playbook.show.money import number, written
from referral_playbook.show.picture import Picture, axes, picture
from referral_playbook.show.tables import reading, table

HEADLESS = "REFERRAL_PLAYBOOK_HEADLESS"
"""Environment variable that the runner sets: nobody is looking."""

Slider = tuple[float, float, float, float]
"""Low, high, step and the value as planned."""
Outcome = Mapping[str, Any] | Estimate | float | None


def what_if(
    fn: Callable[..., Outcome],
    *,
    sliders: Mapping[str, Slider],
    draw: Callable[..., Picture] | None = None,
    units: Mapping[str, str] | None = None,
    formats: Mapping[str, Format] | None = None,
    caption: str = "What if",
    plan: Plan | None = None,
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
    formats : mapping of outcome to unit or callable, optional
    caption : str
    plan : Plan, optional
        Makes a setting the client's plan, or takes the last change back. In a live session there are buttons for it.

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
        return _grid(fn, sliders, units or {}, formats, caption)
    if find_spec("ipywidgets") is None:
        return _grid(fn, sliders, units or {}, formats, f"{caption} (install ipywidgets to move the sliders)")
    return _widget(fn, sliders, units or {}, draw, formats, caption, plan)


class Plan(Protocol):
    """Where a setting of the sliders can be kept."""

    def keep(self, settings: Mapping[str, float], was: Mapping[str, float], *, who: str, why: str) -> str:
        """Make the settings the client's plan; what was kept, as a sentence."""

    def undo(self) -> str:
        """Take the newest change of the plan back; what was undone, as a sentence."""


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


def live() -> bool:
    """Whether somebody may be looking: a Jupyter kernel, and the runner has not said that it is headless.

    Examples
    --------
    >>> live()
    False
    """
    if os.environ.get(HEADLESS):
        return False
    ipython = sys.modules.get("IPython")
    return ipython is not None and hasattr(ipython.get_ipython(), "kernel")


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
    formats: Mapping[str, Format] | None,
    caption: str,
) -> Html:
    plan = {name: value for name, (_, _, _, value) in sliders.items()}
    rows = [{"setting": "as planned", **_outcome(fn(**plan))}]
    for name, (low, high, _, value) in sliders.items():
        for end in (low, high):
            if end != value:
                setting = f"{words.name(name)} {_written(end, units.get(name))}"
                rows.append({"setting": setting, **_outcome(fn(**plan | {name: end}))})
    return table(rows, caption=caption, formats=formats)


def _answer(
    fn: Callable[..., Outcome],
    values: Mapping[str, float],
    draw: Callable[..., Picture] | None,
    formats: Mapping[str, Format] | None,
    caption: str,
) -> str:
    """HTML of one setting; a setting that the method refuses is answered with its reason."""
    try:
        shown = table([_outcome(fn(**values))], caption=caption, formats=formats).html
        return shown if draw is None else shown + draw(**values).html
    except ValueError as error:
        return reading(str(error)).html


def _widget(
    fn: Callable[..., Outcome],
    sliders: Mapping[str, Slider],
    units: Mapping[str, str],
    draw: Callable[..., Picture] | None,
    formats: Mapping[str, Format] | None,
    caption: str,
    plan: Plan | None = None,
) -> Any:
    import ipywidgets

    moved = {name: _slider(ipywidgets, name, slider, units.get(name)) for name, slider in sliders.items()}
    shown = ipywidgets.HTML()
    planned = {name: value for name, (_, _, _, value) in sliders.items()}
    held = False

    def redraw(_: Any = None) -> None:
        if not held:
            shown.value = _answer(fn, {name: s.value for name, s in moved.items()}, draw, formats, caption)

    def reset(_: Any = None) -> None:
        nonlocal held
        held = True  # one picture for all sliders, not one for each
        for name, slider in moved.items():
            slider.value = planned[name]
        held = False
        redraw()

    for slider in moved.values():
        slider.observe(redraw, names="value")
    redraw()
    if not moved:
        return ipywidgets.VBox([shown])
    return ipywidgets.VBox([*moved.values(), _buttons(ipywidgets, moved, planned, reset, plan), shown])


def _buttons(
    ipywidgets: Any,
    moved: Mapping[str, Any],
    planned: Mapping[str, float],
    reset: Callable[..., None],
    plan: Plan | None,
) -> Any:
    """Back to the plan and, where a plan can be kept, "make this the plan" and "undo" with a name and a reason."""
    back = ipywidgets.Button(description="Back to the plan")
    back.on_click(reset)
    if plan is None:
        return back
    who = ipywidgets.Text(placeholder="who decides", layout={"width": "11em"})
    why = ipywidgets.Text(placeholder="why", layout={"width": "22em"})
    said = ipywidgets.HTML()

    def tell(act: Callable[[], str]) -> None:
        try:
            said.value = reading(act()).html
        except (ValueError, OSError) as error:
            said.value = reading(str(error)).html

    def keep(_: Any) -> None:
        changed = {name: s.value for name, s in moved.items() if s.value != planned[name]}
        tell(lambda: plan.keep(changed, planned, who=who.value, why=why.value))

    make, undo = ipywidgets.Button(description="Make this the plan"), ipywidgets.Button(description="Undo last change")
    make.on_click(keep)
    undo.on_click(lambda _: tell(plan.undo))
    return ipywidgets.VBox([ipywidgets.HBox([back, who, why, make, undo]), said])


def _slider(ipywidgets: Any, name: str, slider: Slider, unit: str | None) -> Any:
    low, high, step, value = slider
    whole = all(float(x).is_integer() for x in slider)
    kind = ipywidgets.IntSlider if whole else ipywidgets.FloatSlider
    places = max(0, -math.floor(math.log10(step) + 1e-9))
    look = {} if whole else {"readout_format": ".1%" if unit == "share" else f".{places}f"}
    # Redrawn when the slider is let go: a queue of stale redraws would lag behind the hand.
    return kind(
        value=value,
        min=low,
        max=high,
        step=step,
        description=words.name(name),
        continuous_update=False,
        style={"description_width": "initial"},
        **look,
    )
