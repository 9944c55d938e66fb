"""Bad parameters never reach a notebook: names, types, and values that would become code."""

from __future__ import annotations

import ast
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from papermill.translators import PythonTranslator

from referral_playbook.contract.client import Client, ClientError, read_client
from referral_playbook.run.client.declared import Parameter, declared_in
from referral_playbook.run.client.parameters import ParameterError, literal, resolve
from referral_playbook.run.client.values import accepted

CELL = """client_dir: str = "../data/brightdesk"  # the client folder
results_dir: str = "../reports/brightdesk/results"  # where results are read and written
conversion_rate: float | None = None  # share, per qualified referral
horizon: int = 12  # months
arm: str = "a"  # name # with a hash
paid: bool = True  # flag
segments: list[str] | None = None  # those to ask
"""
DECLARED = {
    "break_even": declared_in([CELL]),
    "goal_setting": declared_in(['client_dir: str = ""\nresults_dir: str = ""\nhorizon: int = 6  # months\n']),
}


def client(parameters=None, step_parameters=None, folder="nowhere") -> Client:
    return Client(
        folder=Path(folder), name="A", currency="GBP", as_of=date(2026, 9, 30),
        parameters=parameters or {}, step_parameters=step_parameters or {},
    )  # fmt: skip


def problem(*overrides, **kwargs):
    with pytest.raises(ParameterError) as caught:
        resolve(client(**kwargs), DECLARED, overrides)
    assert len(caught.value.problems) == 1, caught.value
    return caught.value.first


def test_a_cell_declares_names_types_defaults_and_units():
    found = DECLARED["break_even"]
    assert found["conversion_rate"] == Parameter(
        name="conversion_rate", kinds=("float", "None"), default=None, says="share, per qualified referral"
    )
    assert (found["arm"].default, found["arm"].says) == ("a", "name # with a hash")
    assert found["segments"].kinds == ("list[str]", "None")


@pytest.mark.parametrize(
    "source", ["x = 1", "import os", "x: int", "x: bytes = b''", "x: int = f()", "a.b: int = 1", "x: set[str] = {'a'}"]
)
def test_a_notebook_that_declares_otherwise_is_at_fault(source):
    with pytest.raises(ValueError, match="parameters,"):
        declared_in([source])


def test_two_parameter_cells_are_refused():
    with pytest.raises(ValueError, match="more than one"):
        declared_in(["x: int = 1  #", "y: int = 1  #"])


def test_all_steps_then_one_step_then_the_command_line():
    shared, own = {"horizon": 18}, {"break_even": {"horizon": 24, "conversion_rate": 1}}
    assert resolve(client(shared), DECLARED) == {"break_even": {"horizon": 18}, "goal_setting": {"horizon": 18}}
    found = resolve(client(shared, own), DECLARED)
    assert found["break_even"] == {"horizon": 24, "conversion_rate": 1.0}
    assert type(found["break_even"]["conversion_rate"]) is float
    found = resolve(client(shared, own), DECLARED, ["break_even.horizon=3", "horizon=2"])
    assert (found["break_even"]["horizon"], found["goal_setting"]["horizon"]) == (3, 2)


def test_dates_become_text_and_none_is_a_value():
    found = resolve(client({"arm": date(2027, 1, 31)}), DECLARED, ["break_even.conversion_rate=None"])
    assert found["break_even"] == {"arm": "2027-01-31", "conversion_rate": None}


def test_an_unknown_name_is_refused_with_the_nearest():
    found = problem(parameters={"conversion_rat": 0.1})
    assert "conversion_rate" in found.fix
    assert found.key == "parameters.conversion_rat"
    assert "horizon" in problem("goal_setting.horizn=3").fix


def test_an_unknown_step_is_refused_with_the_nearest():
    assert "break_even" in problem("brake_even.horizon=3").fix


def test_parameters_of_a_step_whose_notebook_is_not_at_hand_wait_for_it():
    assert resolve(client(step_parameters={"pmf_check": {"x": 1}}), DECLARED)["break_even"] == {}
    assert "no notebook" in problem("pmf_check.x=1").problem


def test_the_line_of_client_toml_is_named(tmp_path):
    (tmp_path / "c.csv").write_text("customer_id,joined_on\n1,2026-01-01\n")
    (tmp_path / "client.toml").write_text(
        'name = "A"\ncurrency = "GBP"\nas_of = 2026-09-30\n[tables.customers]\nfile = "c.csv"\n'
        "[parameters.break_even]\nhorizon = 1.5\n"
    )
    with pytest.raises(ClientError) as caught:
        resolve(read_client(tmp_path), DECLARED)
    said = str(caught.value)
    assert "client.toml, line 7" in said
    assert "parameters.break_even.horizon = 1.5" in said
    assert "a whole number" in said
    assert "months" in said


@pytest.mark.parametrize("name", ["client_dir", "results_dir", "break_even.client_dir"])
def test_the_folders_cannot_be_set(name):
    assert "runner" in problem(f"{name}=/etc").problem


@pytest.mark.parametrize(
    "value",
    ["0.1", True, float("nan"), float("inf"), [0.1], {"a": 1}, b"0.1", {1}, Path("x"), datetime(2026, 1, 1), 1j, (1,)],
    ids=repr,
)
def test_wrong_types_are_refused_not_converted(value):
    assert problem(step_parameters={"break_even": {"conversion_rate": value}}).key.endswith("conversion_rate")


@pytest.mark.parametrize("value", [1.5, True, "12", None])
def test_a_whole_number_is_a_whole_number(value):
    assert problem(step_parameters={"break_even": {"horizon": value}})


def test_a_list_is_checked_item_by_item():
    taken = resolve(client(), DECLARED, ['break_even.segments=["a", "b"]'])
    assert taken["break_even"]["segments"] == ["a", "b"]
    assert problem('break_even.segments=["a", 1]')
    assert problem('break_even.segments=[["a"]]')


@pytest.mark.parametrize("name", ["x; import os", "__import__('os')", "horizon = 1\nimport os", "1", "a b", "horizon;"])
def test_a_name_with_code_in_it_is_refused(name):
    assert problem(parameters={name: 1})
    assert problem(step_parameters={"break_even": {name: 1}})


@pytest.mark.parametrize("text", ["horizon", "=3", "break_even.=3", ""])
def test_an_override_is_name_equals_value(text):
    assert "name=value" in problem(text).fix


def test_all_problems_come_at_once():
    with pytest.raises(ParameterError) as caught:
        resolve(client({"horizn": 1, "client_dir": "x"}), DECLARED, ["goal_setting.horizon=x", "nothing"])
    assert len(caught.value.problems) == 4


def test_a_newline_in_an_override_stays_text():
    assert literal("1\nimport = 2") == "1\nimport = 2"


plain = st.one_of(st.text(), st.integers(), st.booleans(), st.none(), st.floats(allow_nan=False, allow_infinity=False))


@given(st.one_of(plain, st.lists(st.text())))
def test_what_is_accepted_comes_out_of_the_source_code_unchanged(value):
    """The value as papermill writes it into a cell reads back as itself: nothing leaves the quoting."""
    kinds = ("str", "bool", "int", "float", "list[str]", "None")
    source = PythonTranslator.codify({"x": accepted(value, kinds)}, "Parameters")
    (node,) = ast.parse(source).body
    assert ast.literal_eval(node.value) == value
