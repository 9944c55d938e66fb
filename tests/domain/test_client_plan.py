"""A setting of the sliders becomes the client's plan or a scenario, and goes back to where it stood before."""

from __future__ import annotations

import tomllib
from types import SimpleNamespace

import pytest

from referral_playbook.contract.settings.scenarios import read_scenarios
from referral_playbook.domain.what_if import client_plan

PLANNED = {"uplift": 2.4558775, "reward_both_sides": 100.0}


def decides(settings):
    changes = dict(settings)
    if "reward_both_sides" in changes:
        half = changes.pop("reward_both_sides") / 2
        changes |= {"reward_advocate": half, "reward_friend": half}
    return changes


@pytest.fixture
def plan(tmp_path):
    (tmp_path / "client.toml").write_text('name = "A"\ncurrency = "GBP"\nas_of = 2026-09-30\n')
    return client_plan(SimpleNamespace(client_dir=tmp_path, currency="GBP", client="A"), decides)


def decisions(plan):
    text = (plan.engagement.client_dir / "decisions.toml").read_text()
    return [(row["parameter"], row["was"], row["value"]) for row in tomllib.loads(text)["decision"]]


def test_both_sides_of_a_reward_are_decided_and_undone_together(plan):
    told = plan.keep({"reward_both_sides": 60.0, "uplift": 2.0}, PLANNED, who="Ana", why="the pilot")
    assert "reward for the advocate £30" in told
    assert decisions(plan) == [
        ("uplift", 2.45588, 2.0),
        ("reward_advocate", 50.0, 30.0),
        ("reward_friend", 50.0, 30.0),
    ]
    assert plan.undo().startswith("Undone: uplift 2.0 times, reward for the advocate £30, reward for the friend £30.")
    assert [path.name for path in plan.engagement.client_dir.iterdir()] == ["client.toml"]
    assert plan.undo() == "No decision has been kept for this client."


def test_reset_goes_to_before_the_first_decision(plan):
    assert plan.undecided(PLANNED) == PLANNED
    plan.keep({"reward_both_sides": 60.0}, PLANNED, who="Ana", why="")
    plan.keep({"reward_both_sides": 20.0}, {**PLANNED, "reward_both_sides": 60.0}, who="Ana", why="")
    assert plan.undecided({**PLANNED, "reward_both_sides": 20.0}) == PLANNED


def test_a_scenario_is_named_and_the_plan_stays(plan):
    assert "kept: uplift 3.0 times." in plan.keep_scenario({"uplift": 3.0}, name=" Bold ", who="Ana", why="")
    assert "replaced" in plan.keep_scenario({"uplift": 2.5}, name="Bold", who="Ana", why="")
    (scenario,) = read_scenarios(plan.engagement.client_dir)
    assert (scenario.name, dict(scenario.settings)) == ("Bold", {"uplift": 2.5})
    assert not (plan.engagement.client_dir / "decisions.toml").exists()


@pytest.mark.parametrize(("settings", "who"), [({}, "Ana"), ({"uplift": 2.0}, " "), ({"no_parameter": 2.0}, "Ana")])
def test_nothing_is_written_without_a_change_a_name_and_a_parameter(plan, settings, who):
    plan = client_plan(plan.engagement)
    with pytest.raises(ValueError, match=r"nothing to keep|Say who|cannot be decided here"):
        plan.keep(settings, PLANNED, who=who, why="")
    assert [path.name for path in plan.engagement.client_dir.iterdir()] == ["client.toml"]
