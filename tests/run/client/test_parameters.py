"""The parameters of a run: what a notebook's cell gets, and names that are in no table."""

from __future__ import annotations

import ast
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from papermill.translators import PythonTranslator

from referral_playbook.contract.client_toml.client import Client
from referral_playbook.contract.settings.declarations import Kind, declarations
from referral_playbook.contract.settings.statements import ParameterError, statements_of_client
from referral_playbook.run.client.declared import declared_in
from referral_playbook.run.client.parameters import cell_values, check_names, settings_for
from referral_playbook.run.client.plan import Notebook

CELL = """client_dir: str = "../data/brightdesk"  # the client folder
conversion_rate: float | None = None  # share, per qualified referral
months: int = 12  # months
arm: str = "a"  # name # with a hash
segments: list[str] | None = None  # those to ask
"""
NAMES = {("rewards", "name"): frozenset({"cash", "gift"}), ("referrals", "arm"): frozenset({"a", "b"})}


def client(**parameters) -> Client:
    statements = tuple(statements_of_client({"parameters": parameters}, "client.toml"))
    return Client(
        folder=Path("nowhere"), name="A", currency="GBP", as_of=date(2026, 9, 30), statements=tuple(statements)
    )


def book(step="break_even") -> Notebook:
    return Notebook(step=step, path=Path("x.ipynb"), cells=(), declared=declared_in([CELL]))


@pytest.mark.parametrize(
    "source", ["x = 1", "import os", "x: int", "x: bytes = b''", "x: int = f()", "a.b: int = 1", "x: set[str] = {'a'}"]
)
def test_a_notebook_that_declares_otherwise_is_at_fault(source):
    with pytest.raises(ValueError, match="parameters,"):
        declared_in([source])


def test_two_parameter_cells_are_refused():
    with pytest.raises(ValueError, match="more than one"):
        declared_in(["x: int = 1  #", "y: int = 1  #"])


def test_a_cell_gets_what_was_set_under_the_name_that_it_uses():
    settings = settings_for(client(conversion_rate=0.1), ["break_even_months=24", "goal_months=6", "purse=1000"])
    assert cell_values(book(), settings) == {"conversion_rate": 0.1, "months": 24}
    assert cell_values(book("goal_setting"), settings) == {"conversion_rate": 0.1, "months": 6}


@pytest.mark.parametrize("text", ["go", "=3", "break_even.=3", ""])
def test_an_override_is_name_equals_value(text):
    with pytest.raises(ParameterError, match="is not name=value"):
        settings_for(client(), [text])


class TestNamesInTables:
    def check(self, names, *overrides, **parameters):
        given = client(**parameters)
        check_names(given, overrides, settings_for(given, overrides), names)

    def test_a_reward_and_an_arm_that_the_tables_list_pass(self):
        self.check(NAMES, "control_arm=b", chosen_reward="cash")

    def test_a_reward_that_is_not_listed_is_refused_with_those_that_are(self):
        with pytest.raises(ParameterError, match=r"parameters\.chosen_reward = 'cake'.*It has: cash, gift"):
            self.check(NAMES, chosen_reward="cake")

    def test_the_arms_table_counts_before_the_arms_of_referrals(self):
        arms = {**NAMES, ("arms", "arm"): frozenset({"c"})}
        with pytest.raises(ParameterError, match=r"--set, control_arm = 'a'.*It has: c"):
            self.check(arms, "control_arm=a")

    def test_a_missing_table_is_said(self):
        with pytest.raises(ParameterError, match=r"no table that lists it\. Add the table rewards \(column name\)"):
            self.check({}, chosen_reward="cash")

    def test_a_table_without_any_arm_counts_as_missing(self):
        with pytest.raises(ParameterError, match="no table that lists it"):
            self.check({("referrals", "arm"): frozenset()}, "programme_review.control_arm=a")


plain = st.one_of(st.text(), st.integers(), st.booleans(), st.floats(allow_nan=False, allow_infinity=False))


@given(st.sampled_from(sorted(declarations())), st.one_of(plain, st.lists(plain)))
def test_what_is_accepted_comes_out_of_the_source_code_unchanged(name, value):
    """The value as papermill writes it into a cell reads back as itself: nothing leaves the quoting."""
    try:
        accepted = declarations()[name].accept(value)
    except ValueError:
        return
    accepted = list(accepted) if isinstance(accepted, tuple) else accepted
    (node,) = ast.parse(PythonTranslator.codify({"x": accepted}, "Parameters")).body
    assert ast.literal_eval(node.value) == accepted


def test_every_type_of_a_declaration_is_one_that_a_cell_may_have():
    for kind in Kind:
        entry = next((e for e in declarations().values() if e.kind is kind), None)
        assert entry is None or declared_in([f"x: {entry.annotation} = None  #"])
