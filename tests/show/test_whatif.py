"""What if: a table where nobody looks, sliders where somebody does."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import pytest

from referral_playbook.contract.evidence import StepResult, Verdict, assumed
from referral_playbook.show import whatif
from referral_playbook.show.whatif import verdict_panel, what_if

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


def test_without_the_widget_library_the_table_says_so(looking, monkeypatch):
    monkeypatch.setattr(whatif, "find_spec", lambda name: None)
    assert "install ipywidgets" in repr(what_if(lambda x: x, sliders={"x": (0, 2, 1, 1)}))


def test_the_table_names_the_verdict_of_each_setting():
    def judge(rate, reward):
        return Verdict(status="go" if rate > 0.1 else "stop", reason="by the rate")

    shown = repr(what_if(_needed, sliders={"rate": SLIDERS["rate"], "reward": (25, 80, 5, 25)}, verdict=judge))
    assert [line.split(" | ")[1].strip() for line in shown.splitlines()[3:]] == ["Stop", "Stop", "Go", "Stop"]


def test_headless_the_verdict_at_the_top_is_plain():
    result = StepResult(
        step="break_even",
        client="A",
        as_of=date(2026, 9, 30),
        headline="H.",
        verdict=Verdict(status="go", reason="R."),
        estimates={},
    )
    assert repr(verdict_panel(result)) == "Go: R.\nH."
