"""Decisions are appended, read as parameters, and undone without a trace."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral_playbook.contract.client_toml.client import read_client
from referral_playbook.contract.settings.decisions import (
    Decision,
    decision_rows,
    keep_decisions,
    undo_change,
)
from referral_playbook.contract.settings.statements import DECISIONS_FILE

CLIENT = """name = "A"
currency = "GBP"
as_of = 2026-09-30
[tables.customers]
file = "customers.csv"
[parameters]
uplift = 1.2
"""


def decided(value: float = 1.4, **changes) -> Decision:
    return Decision(
        **{"parameter": "uplift", "value": value, "was": 1.2, "who": "Ana", "when": date(2026, 9, 30)} | changes
    )


@pytest.fixture
def client(tmp_path):
    (tmp_path / "client.toml").write_text(CLIENT)
    (tmp_path / "customers.csv").write_text("customer_id,joined_on\na,2026-01-01\n")
    return tmp_path


def test_the_newest_decision_overrules_client_toml(client):
    keep_decisions(client, [decided(1.4)])
    keep_decisions(client, [decided(1.6, why="after the pilot")])
    settings = read_client(client).settings
    assert settings.values["uplift"] == 1.6
    assert "Ana" in settings.origins["uplift"]


def test_undo_goes_back_one_and_leaves_nothing_behind(client):
    keep_decisions(client, [decided(1.4)])
    first = (client / DECISIONS_FILE).read_bytes()
    keep_decisions(client, [decided(1.6)])
    assert [entry["value"] for entry in undo_change(client)] == [1.6]
    assert (client / DECISIONS_FILE).read_bytes() == first
    assert [entry["value"] for entry in undo_change(client)] == [1.4]
    assert sorted(p.name for p in client.iterdir()) == ["client.toml", "customers.csv"]
    assert undo_change(client) == ()
    assert read_client(client).settings.values["uplift"] == 1.2


def test_what_was_decided_together_is_undone_together(client):
    keep_decisions(client, [decided(1.4)])
    first = (client / DECISIONS_FILE).read_bytes()
    keep_decisions(
        client, [decided(parameter=f"reward_{side}", value=30.0, was=50.0) for side in ("advocate", "friend")]
    )
    keep_decisions(client, [decided(1.6)])
    assert [entry["value"] for entry in undo_change(client)] == [1.6]
    assert [entry["parameter"] for entry in undo_change(client)] == ["reward_advocate", "reward_friend"]
    assert (client / DECISIONS_FILE).read_bytes() == first


@given(st.text(max_size=40).filter(str.strip), st.text(max_size=60))
def test_any_name_and_reason_come_back_as_written(tmp_path_factory, who, why):
    folder = tmp_path_factory.mktemp("client")
    who, why = who.encode("utf-8", "ignore").decode(), why.encode("utf-8", "ignore").decode()
    if not who.strip():
        return
    keep_decisions(folder, [decided(who=who, why=why)])
    (undone,) = undo_change(folder)
    assert (undone["who"], undone["why"]) == (who.strip(), why.strip())


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"parameter": "no_such"}, "no parameter"),
        ({"value": -3.0}, "from 0"),
        ({"who": " "}, "who decided"),
    ],
)
def test_what_cannot_be_kept_is_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        decided(**changes)


def test_a_broken_file_is_left_as_it_is(client):
    (client / DECISIONS_FILE).write_text("[[decision")
    with pytest.raises(ValueError, match="cannot be read"):
        keep_decisions(client, [decided()])
    assert (client / DECISIONS_FILE).read_text() == "[[decision"


def test_the_register_has_every_decision_with_who_when_and_why(client):
    assert decision_rows(client) == []
    keep_decisions(client, [decided(1.4, why="after the pilot")])
    (row,) = decision_rows(client)
    assert row == {
        "parameter": "uplift",
        "was": 1.2,
        "value": 1.4,
        "unit": "times",
        "who": "Ana",
        "when": "2026-09-30",
        "why": "after the pilot",
    }
