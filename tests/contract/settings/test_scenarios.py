"""Scenarios are named, kept beside client.toml, and replaced by name."""

from __future__ import annotations

from datetime import date

import pytest

from referral_playbook.contract.client_toml.client import ClientError, read_client
from referral_playbook.contract.settings.scenarios import (
    MOST_SCENARIOS,
    SCENARIOS_FILE,
    Scenario,
    keep_scenario,
    read_scenarios,
)

CLIENT = """name = "A"
currency = "GBP"
as_of = 2026-09-30
[tables.customers]
file = "customers.csv"
[parameters]
uplift = 1.2
"""


def scenario(name: str = "Half the reward", **changes) -> Scenario:
    settings = {"reward_advocate": 25.0, "reward_friend": 25.0}
    return Scenario(**{"name": name, "settings": settings, "who": "Ana", "when": date(2026, 9, 30)} | changes)


@pytest.fixture
def client(tmp_path):
    (tmp_path / "client.toml").write_text(CLIENT)
    (tmp_path / "customers.csv").write_text("customer_id,joined_on\na,2026-01-01\n")
    return tmp_path


def test_scenarios_come_back_as_kept_and_change_no_parameter(client):
    assert read_scenarios(client) == ()
    assert keep_scenario(client, scenario(why='the "cheap" one')) is False
    keep_scenario(client, scenario("More uplift", settings={"uplift": 2.0}))
    first, second = read_scenarios(client)
    assert (first.why, second.settings) == ('the "cheap" one', {"uplift": 2.0})
    assert read_client(client).settings.values == {"uplift": 1.2}


def test_the_same_name_replaces(client):
    keep_scenario(client, scenario())
    assert keep_scenario(client, scenario(settings={"uplift": 3.0})) is True
    (only,) = read_scenarios(client)
    assert only.settings == {"uplift": 3.0}


def test_more_than_can_be_compared_are_refused(client):
    for i in range(MOST_SCENARIOS):
        keep_scenario(client, scenario(f"Scenario {i}"))
    with pytest.raises(ValueError, match="Remove one first"):
        keep_scenario(client, scenario("One more"))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": " "}, "Give the scenario a name"),
        ({"name": "two\nlines"}, "Give the scenario a name"),
        ({"who": ""}, "Say who"),
        ({"settings": {}}, "Nothing differs from the plan"),
        ({"settings": {"uplift": -1.0}}, "from 0"),
        ({"settings": {"uplifft": 1.0}}, "no such parameter"),
    ],
)
def test_what_cannot_be_kept_is_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        scenario(**changes)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[scenario", "not TOML"),
        ('[[scenario]]\nname = "A"\nwho = "B"\nwhen = 2026-09-30\n', "settings: missing"),
        ('[[scenario]]\nname = "A"\nwho = "B"\nwhen = 2026-09-30\nsettings = {conversion_rate = 7}\n', "from 0 to 1"),
    ],
)
def test_check_names_the_fault_of_the_file(client, text, message):
    (client / SCENARIOS_FILE).write_text(text)
    with pytest.raises(ClientError, match=message) as refused:
        read_client(client)
    assert SCENARIOS_FILE in str(refused.value)
