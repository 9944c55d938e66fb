"""The parameters that a step reads: typed, checked, and with where each was set."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from referral_playbook.contract.names import STEPS
from referral_playbook.contract.settings.declarations import declarations, declared_for
from referral_playbook.contract.settings.parameters import Parameters, ParameterValueError, stated_in_cell


def test_shared_parameters_are_there_for_every_step():
    parameters = Parameters.of("social_currency", conversion_rate=0.08)
    assert parameters.optional_number("conversion_rate") == 0.08
    assert parameters.number("discount_rate") == 0.10


def test_a_parameter_of_another_step_is_refused():
    with pytest.raises(ParameterValueError, match="social_currency has no parameter 'go'"):
        Parameters.of("social_currency", go=0.9)
    with pytest.raises(KeyError, match="social_currency has no parameter 'go'"):
        Parameters.of("social_currency").number("go")


def test_a_value_out_of_bounds_names_the_parameter_its_bounds_and_its_meaning():
    with pytest.raises(
        ParameterValueError, match="conversion_rate = 8: 8 is outside its bounds, from 0 to 1"
    ) as caught:
        Parameters.of("break_even", conversion_rate=8)
    assert "qualified referrals that become customers" in str(caught.value)


def test_a_getter_of_another_type_is_a_fault_of_the_code():
    with pytest.raises(TypeError, match="go is declared as number"):
        Parameters.of("break_even").count("go")


def test_an_empty_parameter_that_a_step_needs_says_how_to_set_it():
    with pytest.raises(ParameterValueError, match=r"purse is empty\. Set it: purse is a number, from 0 up"):
        Parameters.of("break_even").number("purse")


def test_a_what_if_changes_one_value_and_leaves_the_rest():
    planned = Parameters.of("break_even", conversion_rate=0.08)
    tried = planned.with_(conversion_rate=0.2)
    assert (planned.number("conversion_rate"), tried.number("conversion_rate")) == (0.08, 0.2)
    assert tried.number("go") == planned.number("go")


def test_the_cell_of_a_notebook_states_what_differs_from_the_declared_default():
    cell = {"go": 0.8, "stop": 0.1, "other_channels": [], "months": 24, "client_dir": "x", "np": object()}
    assert stated_in_cell("break_even", cell) == {"stop": 0.1, "break_even_months": 24}


GETTER = re.compile(r"\b(?:parameters|p)\.(?:optional_)?(number|count|text|flag|texts|numbers|counts)\(\"(\w+)\"\)")
STEP_ROOMS = Path(__file__).resolve().parents[3] / "src" / "referral_playbook" / "steps"


@pytest.mark.parametrize("step", STEPS)
def test_a_step_reads_its_own_parameters_and_shared_ones_in_their_type(step):
    text = "\n".join(path.read_text(encoding="utf-8") for path in (STEP_ROOMS / step).rglob("*.py"))
    read = set(GETTER.findall(text))
    assert [name for _, name in read if not (name in declared_for(step) or declarations()[name].shared)] == []
    assert [name for kind, name in read if declarations()[name].kind != kind] == []
