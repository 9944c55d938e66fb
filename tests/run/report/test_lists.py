"""Lists for a team: one row per customer, the first list that fits, with owner, date, script and value."""

from __future__ import annotations

import csv
import io

from referral_playbook.contract.evidence import Action
from referral_playbook.run.report.lists import LISTS, list_files, this_month

from . import sample_results as samples


def rows_of(*ids, **more):
    return [{"customer_id": i, "reason": "r", **more} for i in ids]


def results():
    asks = [*rows_of("a", "b", "c"), *rows_of("k", control=True)]
    tables = {
        "close_the_loop": rows_of("a", monthly_amount=10.0),
        "ask_list": asks,
        "give_first": rows_of("b", "g", "u"),
    }
    actions = (Action(what="Call those on close-the-loop.csv", why="w", owner="Maya", due=5),)
    worth = {"value_of_referral": samples.estimate(50, 40, 60, "GBP")}
    return {
        "ask_and_follow_up": samples.step(
            "ask_and_follow_up", "go", "H", tables=tables, actions=actions, estimates=worth
        ),
        "loyalty_and_upsell": samples.step(
            "loyalty_and_upsell",
            "go",
            "H",
            tables={"upsell_list": rows_of("u", "c", "q"), "follow_up": rows_of("q", "a")},
        ),
    }


def test_a_customer_stands_on_the_first_list_that_fits():
    found = {row["id"]: row["list"] for row in this_month(results())}
    assert found == {
        "a": "complaint",
        "b": "ask",
        "c": "ask",
        "k": "control",
        "q": "follow-up",
        "u": "upsell",
        "g": "give-first",
    }


def test_owner_date_script_and_value_are_filled_in():
    rows = {row["id"]: row for row in this_month(results())}
    assert (rows["a"]["owner"], rows["a"]["due"], rows["a"]["value_at_stake"]) == ("Maya", "2026-10-05", "£120")
    assert "5 Oct 2026" in rows["a"]["script"]
    assert "Acme <b>& Sons" in rows["b"]["script"]
    assert rows["k"]["script"] == ""
    assert all("{" not in row["script"] for row in rows.values())


def test_there_is_one_file_for_all_and_one_for_each_list_that_is_worked_from():
    files = list_files(results())
    assert set(files) == {"this-month.csv", *(one.file for one in LISTS.values() if one.file)}
    everyone = list(csv.DictReader(io.StringIO(files["this-month.csv"].decode("utf-8-sig"))))
    columns = "id,name,email,list,owner,due,reason,script,value_at_stake,status,done_on,outcome"
    assert list(everyone[0]) == columns.split(",")
    parts = [
        list(csv.DictReader(io.StringIO(v.decode("utf-8-sig")))) for k, v in files.items() if k != "this-month.csv"
    ]
    assert sum(map(len, parts)) == len(everyone) - 1  # the control group has no file of its own


def test_one_of_a_thing_is_written_in_the_singular():
    reason = "promoter (9); given something 1 days ago; a customer for 1 years, 11 months"
    tables = {"ask_list": [{"customer_id": "a", "reason": reason}]}
    step = samples.step("ask_and_follow_up", "go", "H", tables=tables)
    (row,) = this_month({"ask_and_follow_up": step})
    assert row["reason"] == "promoter (9); given something 1 day ago; a customer for 1 year, 11 months"
