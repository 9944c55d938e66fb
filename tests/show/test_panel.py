"""The live panel: the verdict, the picture and the table follow the sliders, and a setting can be kept."""

from __future__ import annotations

from datetime import date

import pytest

from referral_playbook.contract.evidence import StepResult, Verdict
from referral_playbook.show.figures import bars
from referral_playbook.show.panel import Panel, VerdictPanel
from referral_playbook.show.picture import axes, picture
from referral_playbook.show.whatif import Shown

SLIDERS = {"rate": (0.05, 0.2, 0.01, 0.1), "reward": (0, 100, 5, 25)}


def needed(rate, reward):
    if reward > 90:
        raise ValueError("cannot break even at any volume")
    return {"needed": (30 + reward) / rate}


def judge(rate, reward):
    return Verdict(status="go" if rate > 0.1 else "stop", reason=f"The rate is {rate:.0%}.")


class Kept:
    """A plan that remembers what was asked of it."""

    def __init__(self):
        self.calls = []

    def keep(self, settings, was, *, who, why):
        if not who:
            raise ValueError("Say who decided it.")
        self.calls.append(("plan", dict(settings), dict(was), who, why))
        return "This is the plan now."

    def keep_scenario(self, settings, *, name, who, why):
        self.calls.append(("scenario", name, dict(settings), who, why))
        return f"Scenario {name} kept."

    def undo(self):
        return "Undone."

    def undecided(self, planned):
        return {"rate": 0.05}


@pytest.fixture
def plan():
    return Kept()


@pytest.fixture
def top():
    result = StepResult(
        step="break_even",
        client="A",
        as_of=date(2026, 9, 30),
        headline="H.",
        verdict=Verdict(status="stop", reason="The rate is 10%."),
        estimates={},
    )
    return VerdictPanel(result)


@pytest.fixture
def panel(plan, top):
    def draw(rate, reward):
        return picture(bars(axes(), {"a": rate}, unit="share"))

    shown = Shown(fn=needed, draw=draw, verdict=judge, caption="What if")
    return Panel(shown, SLIDERS, {"rate": "share"}, plan=plan, top=top)


def press(panel, label):
    def every(widget):
        yield widget
        for child in getattr(widget, "children", ()):
            yield from every(child)

    (button,) = [w for w in every(panel.box) if getattr(w, "description", "") == label and hasattr(w, "click")]
    button.click()


def test_verdict_picture_and_table_follow_a_slider(panel, top):
    assert ">Stop<" in panel.judged.value
    assert "As planned" not in panel.judged.value
    before = panel.picture.value
    panel.sliders["rate"].value = 0.2
    assert ">Go<" in panel.judged.value
    assert "As planned: stop." in panel.judged.value
    assert ">Go<" in top.box.value
    assert panel.picture.value != before
    assert 'src="data:image/svg+xml' in panel.picture.value
    assert ">550<" in panel.answer.value  # as planned
    assert ">275<" in panel.answer.value  # at these settings


def test_as_planned_moves_every_slider_back_and_so_does_the_verdict_at_the_top(panel, top):
    panel.sliders["rate"].value, panel.sliders["reward"].value = 0.2, 60
    press(panel, "As planned")
    assert panel.settings == {"rate": 0.1, "reward": 25}
    assert ">Stop<" in top.box.value
    assert "sliders below" not in top.box.value


def test_reset_goes_to_where_nothing_was_decided(panel):
    press(panel, "Reset")
    assert panel.settings == {"rate": 0.05, "reward": 25}


def test_a_setting_becomes_the_plan_only_with_a_name(panel, plan):
    panel.sliders["rate"].value = 0.15
    press(panel, "Make this the plan")
    assert "Say who decided it" in panel.message.value
    panel.who.value, panel.why.value = "Ana", "the pilot"
    press(panel, "Make this the plan")
    assert plan.calls == [("plan", {"rate": 0.15}, {"rate": 0.1, "reward": 25}, "Ana", "the pilot")]
    assert "This is the plan now" in panel.message.value
    press(panel, "Undo last change")
    assert "Undone" in panel.message.value


def test_scenarios_stand_side_by_side_with_the_plan(panel, plan):
    panel.who.value = "Ana"
    for name, rate in (("Careful", 0.05), ("Bold", 0.2)):
        panel.sliders["rate"].value = rate
        panel.name.value = name
        press(panel, "Keep as scenario")
    assert [call[1] for call in plan.calls] == ["Careful", "Bold"]
    press(panel, "As planned")
    rows = panel.answer.value.split("<tr>")[2:]
    assert [name in row for name, row in zip(("As planned", "Careful", "Bold"), rows, strict=True)] == [True] * 3
    assert [figure in row for figure, row in zip((">550<", ">1,100<", ">275<"), rows, strict=True)] == [True] * 3


def test_a_setting_that_the_method_refuses_is_answered_with_its_reason(panel):
    panel.sliders["reward"].value = 100
    assert panel.answer.value == "<p>Cannot break even at any volume</p>"
    assert panel.picture.value == ""


def test_client_text_is_escaped(panel):
    panel.who.value, panel.name.value = "Ana", "<b>x</b>"
    panel.sliders["rate"].value = 0.2
    press(panel, "Keep as scenario")
    assert "<b>x</b>" not in panel.answer.value + panel.message.value
