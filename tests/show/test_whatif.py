"""What if: a table where nobody looks, sliders where somebody does."""

from __future__ import annotations

import subprocess
import sys

import pytest

from referral_playbook.contract.evidence import assumed
from referral_playbook.show import whatif
from referral_playbook.show.figures import bars
from referral_playbook.show.picture import axes, picture
from referral_playbook.show.whatif import what_if

SLIDERS = {"rate": (0.05, 0.2, 0.01, 0.1), "reward": (0, 100, 5, 25)}


def _needed(rate, reward):
    if reward > 90:
        raise ValueError("cannot break even at any volume")
    return {"needed": (30 + reward) / rate, "share": assumed(rate, rate / 2, rate, unit="share", per="x", source="s")}


@pytest.fixture
def looking(monkeypatch):
    monkeypatch.setattr(whatif, "live", lambda: True)


def test_headless_moves_one_slider_at_a_time():
    sliders = {"rate": SLIDERS["rate"], "reward": (25, 80, 5, 25)}
    shown = what_if(_needed, sliders=sliders, units={"rate": "share", "reward": "GBP"})
    lines = [line.split(" | ")[0].strip() for line in repr(shown).splitlines()[3:]]
    assert lines == ["as planned", "Rate 5%", "Rate 20%", "Reward £80"]
    assert "1,100" in repr(shown)
    assert "5% (2.5% to 5%)" in repr(shown).replace("5.0%", "5%")


def test_headless_imports_no_widget_library():
    program = (
        "import sys\n"
        "from referral_playbook.show.whatif import what_if\n"
        "what_if(lambda x: x, sliders={'x': (0, 2, 1, 1)})\n"
        "assert 'ipywidgets' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize("slider", [(0, 1, 0.1, 2), (0, 1, 0, 0.5), (2, 1, 0.1, 1.5)])
def test_a_slider_that_cannot_be_is_refused(slider):
    with pytest.raises(ValueError, match="slider x"):
        what_if(lambda x: x, sliders={"x": slider})


def test_the_runner_can_say_that_nobody_looks(monkeypatch):
    class Shell:
        kernel = object()

    import IPython

    monkeypatch.setattr(IPython, "get_ipython", lambda: Shell())
    monkeypatch.delenv(whatif.HEADLESS, raising=False)
    assert whatif.live()
    monkeypatch.setenv(whatif.HEADLESS, "1")
    assert not whatif.live()


def test_live_sliders_redraw_the_table_and_the_picture(looking):
    box = what_if(_needed, sliders=SLIDERS, draw=lambda rate, reward: picture(bars(axes(), {"a": rate}, unit="share")))
    *sliders, _buttons, shown = box.children
    assert [s.value for s in sliders] == [0.1, 25]
    assert ">550<" in shown.value
    sliders[1].value = 70
    assert ">1,000<" in shown.value
    assert 'src="data:image/svg+xml' in shown.value


def test_live_a_setting_that_the_method_refuses_is_answered_with_its_reason(looking):
    *sliders, shown = what_if(_needed, sliders=SLIDERS).children
    sliders[1].value = 100
    assert shown.value == "<p>Cannot break even at any volume</p>"


def test_without_the_widget_library_the_table_says_so(looking, monkeypatch):
    monkeypatch.setattr(whatif, "find_spec", lambda name: None)
    assert "install ipywidgets" in repr(what_if(lambda x: x, sliders={"x": (0, 2, 1, 1)}))


class _Kept:
    """A plan that remembers what was asked of it."""

    def __init__(self):
        self.calls = []

    def keep(self, settings, was, *, who, why):
        if not who:
            raise ValueError("Say who decided it.")
        self.calls.append((dict(settings), dict(was), who, why))
        return "Kept."

    def undo(self):
        return "Undone."


def test_a_moved_slider_becomes_the_plan_only_with_a_name_and_goes_back(monkeypatch):
    monkeypatch.setattr("referral_playbook.show.whatif.live", lambda: True)
    plan = _Kept()
    box = what_if(lambda rate: {"needed": 30 / rate}, sliders={"rate": (0.05, 0.2, 0.01, 0.1)}, plan=plan)
    slider, controls, shown = box.children
    (row, said) = controls.children
    back, who, why, make, _ = row.children
    slider.value = 0.15
    assert "200" in shown.value
    make.click()
    assert "Say who decided it" in said.value
    who.value, why.value = "Ana", "the pilot"
    make.click()
    assert plan.calls == [({"rate": 0.15}, {"rate": 0.1}, "Ana", "the pilot")]
    back.click()
    assert slider.value == 0.1
    assert "300" in shown.value
