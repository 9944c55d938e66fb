"""Who sets which parameter: one value per quantity, with places in the messages."""

from __future__ import annotations

from pathlib import Path

import pytest

from referral_playbook.contract.settings.statements import (
    ParameterError,
    literal,
    settings_of,
    settle,
    statements_of_client,
    statements_of_overrides,
)

DECISIONS = """
[[decision]]
parameter = "conversion_rate"
value = 0.08
was = 0.10
who = "Ann"
when = 2026-10-01
why = "the sales team's count"

[[decision]]
parameter = "break_even.conversion_rate"
value = 0.12
who = "Bo"
when = 2026-10-05
"""


def in_client(parameters, overrides=()):
    return settle(
        [*statements_of_client({"parameters": parameters}, "client.toml"), *statements_of_overrides(overrides)]
    )


def problem(parameters=None, overrides=()):
    with pytest.raises(ParameterError) as caught:
        in_client(parameters or {}, overrides)
    assert len(caught.value.problems) == 1, caught.value
    return caught.value.problems[0]


def folder(tmp_path: Path, parameters: str, decisions: str = "") -> Path:
    (tmp_path / "client.toml").write_text('name = "A"\n' + parameters)
    if decisions:
        (tmp_path / "decisions.toml").write_text(decisions)
    return tmp_path


def test_a_shared_value_set_for_one_step_applies_to_all_and_is_noted():
    settings = in_client({"break_even": {"conversion_rate": 0.08, "go": 0.9}})
    assert settings.of_step("value_exchange") == {"conversion_rate": 0.08}
    assert settings.to_dict()["conversion_rate"] == {"value": 0.08, "origin": "client.toml"}
    assert set(settings.of_step("break_even")) == {"conversion_rate", "go"}
    assert settings.notes == ("conversion_rate was set for break_even and applies to every step that uses it.",)


def test_the_command_line_overrules_decisions_and_these_client_toml(tmp_path):
    place = folder(tmp_path, "[parameters]\nconversion_rate = 0.05\n", DECISIONS)
    decided = {"value": 0.12, "origin": "decisions.toml (Bo, 2026-10-05)"}
    assert settings_of(place).to_dict()["conversion_rate"] == decided
    settings = settings_of(place, ["conversion_rate=0.2", "value_exchange.conversion_rate=0.3"])
    assert settings.to_dict()["conversion_rate"] == {"value": 0.3, "origin": "--set"}


def test_one_quantity_cannot_have_two_values_in_client_toml():
    found = problem({"conversion_rate": 0.1, "break_even": {"conversion_rate": 0.08}})
    assert found.path == ("parameters", "break_even", "conversion_rate")
    assert found.problem == "the same quantity is 0.1 under parameters.conversion_rate"
    assert in_client({"go": 0.9, "break_even": {"go": 0.9}}).values == {"go": 0.9}


def test_an_earlier_name_is_accepted_for_its_step_with_a_note():
    settings = in_client({"break_even": {"months": 24}})
    assert settings.values == {"break_even_months": 24}
    assert settings.notes == ("months of break_even is now called break_even_months.",)


def test_an_earlier_name_with_several_meanings_is_refused_for_all_steps():
    found = problem({"months": 24})
    assert "retention_months" in found.fix
    assert "goal_months" in found.fix
    assert "break_even_months" in found.fix


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"conversion_rat": 0.1}, "Did you mean conversion_rate"),
        ({"brake_even": {"go": 0.9}}, "break_even"),
        ({"pmf_check": {"go": 0.9}}, "It belongs to break_even"),
        ({"client_dir": "/etc"}, "Remove it"),
        ({"conversion_rate": 8}, "from 0 to 1"),
        ({"conversion_rate": "0.1"}, "a number"),
        ({"break_even": {"break_even_months": True}}, "a whole number"),
        ({"reward_trigger": "sale"}, "lead, conversion, hold"),
        ({"x; import os": 1}, "The page of assumptions"),
    ],
)
def test_what_cannot_be_used_is_refused_with_advice(parameters, words):
    assert words in problem(parameters).fix


def test_the_message_names_file_line_value_and_bounds(tmp_path):
    place = folder(tmp_path, "[parameters]\ndiscount_rate = 0.1\n[parameters.break_even]\nconversion_rate = 8\n")
    with pytest.raises(ParameterError) as caught:
        settings_of(place)
    message = str(caught.value)
    assert "client.toml, line 5, parameters.break_even.conversion_rate = 8" in message
    assert "8 is outside its bounds, from 0 to 1" in message


def test_a_decision_out_of_bounds_names_the_line_where_it_begins(tmp_path):
    place = folder(tmp_path, "", DECISIONS.replace("0.12", "12"))
    with pytest.raises(ParameterError, match=r"decisions\.toml, line 10.*12 is outside its bounds, from 0 to 1"):
        settings_of(place)


def test_a_decision_without_who_decided_is_refused(tmp_path):
    place = folder(tmp_path, "", DECISIONS.replace('who = "Bo"\n', ""))
    with pytest.raises(ParameterError, match=r"line 10, decision\.who: missing"):
        settings_of(place)


def test_none_on_the_command_line_takes_a_value_back():
    assert in_client({"conversion_rate": 0.1}, ["conversion_rate=None"]).values == {}


def test_all_problems_come_at_once():
    with pytest.raises(ParameterError) as caught:
        in_client({"horizn": 1, "client_dir": "x", "go": 2}, ["goal_setting.goal_months=x"])
    assert len(caught.value.problems) == 4


def test_a_newline_in_an_override_stays_text():
    assert literal("1\nimport = 2") == "1\nimport = 2"
