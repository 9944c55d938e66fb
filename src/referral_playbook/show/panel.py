"""The panel of a live what-if: sliders, the verdict and the picture that follow them, and buttons to keep a setting."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets

from referral_playbook.contract.evidence import StepResult, Verdict
from referral_playbook.contract.settings.in_words import setting_name
from referral_playbook.show import words
from referral_playbook.show.tables import badge, reading, verdict
from referral_playbook.show.whatif import Plan, Shown, Slider

NOW, AS_PLANNED = "At these settings", "As planned"
WIDE = {"width": "100%"}
READ = "font-size:16px;line-height:1.45"
"""Letters of a verdict, which the whole room reads."""
HELP = {
    "As planned": "Move all sliders back to the plan, with the decisions that were kept.",
    "Reset": "Move all sliders to where they stood before any decision was kept.",
    "Keep as scenario": "Write these settings under a name, to compare them with the plan. The plan stays as it is.",
    "Make this the plan": "Write these settings to the client's folder. Every step uses them from its next run on.",
    "Undo last change": "Take the newest change of the plan back.",
}
"""What each button does, shown when the mouse rests on it."""


class VerdictPanel:
    """The verdict of a step at the top of its notebook, which follows the sliders of the what-if below."""

    def __init__(self, result: StepResult) -> None:
        self.result = result
        self.box = ipywidgets.HTML(layout=WIDE)
        self.follow(None)

    def follow(self, moved: Verdict | None) -> None:
        """Show the verdict at the sliders' settings; None shows that of the step again."""
        if moved is None:
            self.box.value = _readable(verdict(self.result).html)
            return
        note = f"<p><i>At the settings of the sliders below. As planned: {_status(self.result.verdict)}.</i></p>"
        self.box.value = _readable(badge(moved).html + note)

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(self.box)  # type: ignore[no-untyped-call]


class Panel:
    """Sliders with the verdict, the picture and the table that follow them.

    `sliders` are (low, high, step, value as planned) by name, `units` their units. Without a `plan` there is nothing to
    keep, and only the buttons that move sliders.
    """

    def __init__(
        self,
        shown: Shown,
        sliders: Mapping[str, Slider],
        units: Mapping[str, str],
        *,
        plan: Plan | None = None,
        top: VerdictPanel | None = None,
    ) -> None:
        self.shown, self.plan, self.top = shown, plan, top
        self.planned = {name: value for name, (_, _, _, value) in sliders.items()}
        self.sliders = {name: _slider(name, slider, units.get(name)) for name, slider in sliders.items()}
        self.scenarios: dict[str, dict[str, float]] = {}
        self.held = False
        self.judged, self.picture, self.answer = (ipywidgets.HTML(layout=WIDE) for _ in range(3))
        self.who = ipywidgets.Text(placeholder="who decides", layout={"width": "10em"})
        self.why = ipywidgets.Text(placeholder="why", layout={"width": "20em"})
        self.name = ipywidgets.Text(placeholder="name of the scenario", layout={"width": "14em"})
        self.message = ipywidgets.HTML()
        for slider in self.sliders.values():
            slider.observe(self.redraw, names="value")
        self.box = ipywidgets.VBox(self._parts())
        self.redraw()

    @property
    def settings(self) -> dict[str, float]:
        """Where the sliders stand."""
        return {name: slider.value for name, slider in self.sliders.items()}

    @property
    def moved(self) -> dict[str, float]:
        """The sliders that differ from the plan."""
        return {name: value for name, value in self.settings.items() if value != self.planned[name]}

    def redraw(self, _: Any = None) -> None:
        """Bring the verdict, the picture and the table up to date; a refused setting is answered with its reason."""
        if self.held:
            return
        try:
            self._judge()
            self.picture.value = self.shown.picture(self.settings)
            self.answer.value = self.shown.table(self._rows())
        except ValueError as error:
            self.judged.value = self.picture.value = ""
            self.answer.value = reading(str(error)).html

    def _judge(self) -> None:
        if self.shown.verdict is None or not self.sliders:
            return
        here = self.shown.verdict(**self.settings)
        planned = "" if not self.moved else f" As planned: {_status(self.shown.verdict(**self.planned))}."
        self.judged.value = _readable(f"{badge(here).html}<p>{planned.strip()}</p>")
        if self.top is not None:
            self.top.follow(here if self.moved else None)

    def _rows(self) -> dict[str, dict[str, float]]:
        now = {NOW: self.settings} if self.moved else {}
        return {AS_PLANNED: self.planned, **now, **self.scenarios}

    def move(self, settings: Mapping[str, float]) -> None:
        """Move all sliders, and redraw once."""
        self.held = True
        for name, slider in self.sliders.items():
            slider.value = min(max(settings[name], slider.min), slider.max)
        self.held = False
        self.redraw()

    def _parts(self) -> list[Any]:
        if not self.sliders:
            return [self.answer]
        left = ipywidgets.VBox([*self.sliders.values(), self._moving()], layout={"width": "33em", "min_width": "33em"})
        right = ipywidgets.VBox([self.picture], layout={"flex": "1 1 0", "min_width": "24em", "max_width": "44em"})
        side = ipywidgets.HBox([left, right], layout={"flex_flow": "row wrap", "align_items": "flex-start"})
        keeping = [] if self.plan is None else [self._keeping(), self.message]
        return [self.judged, side, *keeping, self.answer]

    def _moving(self) -> Any:
        buttons = [_button("As planned", lambda: self.move(self.planned))]
        if self.plan is not None:
            plan = self.plan
            buttons.append(_button("Reset", lambda: self.move({**self.planned, **plan.undecided(self.planned)})))
        return ipywidgets.HBox(buttons)

    def _keeping(self) -> Any:
        keep = _button("Make this the plan", lambda: self._tell(self._make_plan), style="primary")
        scenario = _button("Keep as scenario", lambda: self._tell(self._keep_scenario))
        undo = _button("Undo last change", lambda: self._tell(self._undo))
        rows = ([self.who, self.why, keep, undo], [self.name, scenario])
        return ipywidgets.VBox([ipywidgets.HBox(row, layout={"flex_flow": "row wrap"}) for row in rows])

    def _tell(self, act: Callable[[], str]) -> None:
        """Say what was done, or why it was not."""
        try:
            self.message.value = f'<div role="status">{reading(act()).html}</div>'
        except (ValueError, OSError) as error:
            self.message.value = f'<div role="alert">{reading(str(error)).html}</div>'

    def _make_plan(self) -> str:
        assert self.plan is not None
        return self.plan.keep(self.moved, self.planned, who=self.who.value, why=self.why.value)

    def _keep_scenario(self) -> str:
        assert self.plan is not None
        name = self.name.value.strip()
        done = self.plan.keep_scenario(self.moved, name=name, who=self.who.value, why=self.why.value)
        self.scenarios[name] = self.settings
        self.redraw()
        return done

    def _undo(self) -> str:
        assert self.plan is not None
        return self.plan.undo()


def _readable(html: str) -> str:
    return f'<div style="{READ}">{html}</div>'


def _status(found: Verdict) -> str:
    return words.STATUS[found.status].lower()


def _button(label: str, act: Callable[[], Any], *, style: str = "") -> Any:
    button = ipywidgets.Button(
        description=label, tooltip=HELP[label], button_style=style, layout={"width": "auto", "min_width": "8em"}
    )
    button.on_click(lambda _: act())
    return button


def _label(name: str, unit: str | None) -> str:
    """A setting in words, with the currency where it is an amount."""
    text = setting_name(name)
    return f"{text[:1].upper()}{text[1:]}{f', {unit}' if unit and unit.isupper() else ''}"


def _slider(name: str, slider: Slider, unit: str | None) -> Any:
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
        description=_label(name, unit),
        continuous_update=False,
        style={"description_width": "15em"},
        layout={"width": "32em"},
        **look,
    )
