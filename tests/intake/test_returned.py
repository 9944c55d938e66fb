"""A list of a month that comes back filled in is read as touchpoints, and closes the complaints that were resolved."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest

from referral_playbook.contract.client_toml.client import ClientError, read_client
from referral_playbook.contract.evidence import StepResult, Verdict
from referral_playbook.facts.engagement import open_engagement
from referral_playbook.facts.fresh import fingerprint
from referral_playbook.intake import read_client_tables
from referral_playbook.run.report.lists import list_files

TOML = """name = "Acme"
currency = "GBP"
as_of = 2026-10-31
[tables.customers]
file = "customers.csv"
dates = "iso"
[tables.touchpoints]
file = "touchpoints.csv"
returned = ["this-month.csv"]
dates = "iso"
"""
DONE = {"a": ("2026-10-05", "Resolved"), "b": ("2026-10-06", "no answer"), "c": ("2026-10-07", "gave a name")}


def results():
    """What steps 06 and 08 handed over in September: two complaints, an ask, its control, a gift."""
    tables = {
        "close_the_loop": [{"customer_id": "a"}, {"customer_id": "b"}],
        "ask_list": [{"customer_id": "c"}, {"customer_id": "k", "control": True}],
        "give_first": [{"customer_id": "g"}],
    }
    said = {"client": "Acme", "as_of": pd.Timestamp("2026-09-30").date(), "headline": "H"}
    verdict = Verdict(status="go", reason="R")
    return {"ask_and_follow_up": StepResult(step="ask_and_follow_up", verdict=verdict, tables=tables, **said)}


@pytest.fixture
def folder(tmp_path):
    """A client folder in which last month's list has come back: three rows were worked on."""
    rows = list(csv.DictReader(io.StringIO(list_files(results())["this-month.csv"].decode("utf-8-sig"))))
    for row in rows:
        row["done_on"], row["outcome"] = DONE.get(row["id"], ("", ""))
    with (tmp_path / "this-month.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, [*rows[0]])
        writer.writeheader()
        writer.writerows(rows)
    people = "".join(f"{i},2025-01-05\n" for i in "abcgk")
    (tmp_path / "customers.csv").write_text("customer_id,joined_on\n" + people)
    complaints = "a,2026-09-01,complaint,phone,\nb,2026-09-02,complaint,phone,\nc,2026-09-03,delight,card,\n"
    (tmp_path / "touchpoints.csv").write_text("customer_id,on,kind,channel,resolved_on\n" + complaints)
    (tmp_path / "client.toml").write_text(TOML)
    return tmp_path


def test_what_was_done_is_a_touchpoint_and_what_was_not_is_none(folder):
    intake = read_client_tables(read_client(folder))
    touches = intake.tables["touchpoints"]
    back = touches[touches["channel"] == "list of the month"]
    assert dict(zip(back["customer_id"], back["kind"], strict=True)) == {"a": "support", "b": "support", "c": "ask"}
    assert str(back["on"].max().date()) == "2026-10-07"
    quality = intake.quality["touchpoints"]
    assert (quality["rows_used"], quality["rows_left_out"]) == (6, 2)
    assert [one["file"] for one in quality["files"]] == ["touchpoints.csv", "this-month.csv"]


def test_a_resolved_complaint_is_closed_and_another_stays_open(folder):
    touches = read_client_tables(read_client(folder)).tables["touchpoints"]
    closed = touches[touches["kind"] == "complaint"].set_index("customer_id")["resolved_on"]
    assert str(closed["a"].date()) == "2026-10-05"
    assert pd.isna(closed["b"])


def test_the_next_run_knows_who_was_asked_and_who_still_complains(folder, tmp_path):
    engagement = open_engagement(folder, tmp_path / "run" / "results")
    people = engagement.fact("customer_profile").set_index("customer_id")
    assert people["open_complaint"].to_dict() == {"a": False, "b": True, "c": False, "g": False, "k": False}
    assert str(people.loc["c", "last_ask_on"].date()) == "2026-10-07"


def test_a_list_that_changes_makes_the_facts_stale(folder):
    before = fingerprint(folder)
    (folder / "this-month.csv").write_bytes((folder / "this-month.csv").read_bytes() + b"\r\n")
    assert fingerprint(folder) != before


def test_only_touchpoints_come_back(folder):
    (folder / "client.toml").write_text(
        TOML.replace('file = "customers.csv"', 'file = "customers.csv"\nreturned = ["x.csv"]')
    )
    with pytest.raises(ClientError, match="returned lists are touchpoints"):
        read_client(folder)
