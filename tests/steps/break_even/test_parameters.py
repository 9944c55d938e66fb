"""Parameters of step 05: the declared defaults are ours, thresholds follow, and impossible ones are refused."""

from __future__ import annotations

from dataclasses import fields

import pytest

from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.steps.break_even.parameters import BreakEvenParameters


def test_what_is_declared_for_the_playbook_is_the_default_here():
    declared, ours = BreakEvenParameters.of(Parameters.of("break_even")), BreakEvenParameters()
    differ = {f.name for f in fields(ours) if getattr(declared, f.name) != getattr(ours, f.name)}
    assert differ == set()


def test_the_gate_compares_with_what_was_stated():
    p = BreakEvenParameters.of(Parameters.of("break_even", go=0.9, stop=0.1, purse=5_000.0, payback_months=24))
    t = p.thresholds
    assert (t.go, t.stop, t.purse, t.payback_months) == (0.9, 0.1, 5_000.0, 24)


@pytest.mark.parametrize("name", ["break_even_months", "payback_months", "draws"])
def test_a_number_of_nothing_is_refused_by_its_name(name):
    with pytest.raises(ValueError, match=f"{name} = 0"):
        Parameters.of("break_even", **{name: 0})


def test_a_stop_above_go_is_refused_where_the_gate_is_made():
    with pytest.raises(ValueError, match="stop lies below go"):
        BreakEvenParameters(go=0.3, stop=0.5).thresholds  # noqa: B018
