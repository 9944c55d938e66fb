"""The lists of the simulator, one customer at a time: each condition alone keeps somebody off the list."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from referral_playbook.simulate.lists import ask_lists
from tests.simulate.simulations import MONTH

AS_OF = pd.Timestamp("2026-09-30")


def lists(
    *, nps: int | None = 9, joined: str = "2025-01-01", left: Any = None, contacts: Any = (("delight", 10),)
) -> Any:
    customers = pd.DataFrame(
        {
            "customer_id": ["A"],
            "joined_on": [pd.Timestamp(joined)],
            "left_on": [pd.NaT if left is None else pd.Timestamp(left)],
        }
    )
    surveys = pd.DataFrame({"respondent_id": ["A"], "question": ["nps"], "answer": [nps]})
    rows = [("A", kind, AS_OF - pd.Timedelta(days=days), pd.NaT) for kind, days in contacts]
    touched = pd.DataFrame(rows, columns=["customer_id", "kind", "on", "resolved_on"])
    found = ask_lists(customers, surveys if nps is not None else surveys.head(0), touched, AS_OF)
    return [row["customer_id"] for row in found["ask"]], [row["customer_id"] for row in found["close_the_loop"]]


def test_a_promoter_to_whom_something_was_given_may_be_asked() -> None:
    assert lists() == (["A"], [])


@pytest.mark.parametrize(
    "changes",
    [
        {"nps": 8},
        {"nps": None},
        {"joined": "2026-05-01"},
        {"left": "2026-08-01"},
        {"contacts": []},
        {"contacts": [("delight", 91)]},
        {"contacts": [("delight", 10), ("ask", 90)]},
        {"contacts": [("delight", 10), ("ask", 100), ("ask", 200)]},
    ],
)
def test_each_condition_alone_keeps_somebody_off_the_list(changes: dict[str, Any]) -> None:
    assert lists(**changes) == ([], [])


@pytest.mark.parametrize("changes", [{"nps": 6}, {"contacts": [("delight", 10), ("complaint", 5)]}])
def test_the_unhappy_are_called_first(changes: dict[str, Any]) -> None:
    assert lists(**changes) == ([], ["A"])


def counted_again(client):
    """The ask list by joins instead of by customer, from the tables alone."""
    as_of, tables = pd.Timestamp(client.as_of), client.tables
    rows = tables["customers"].query("left_on.isna()").set_index("customer_id")
    nps = tables["surveys"].query("question == 'nps'").groupby("respondent_id")["answer"].last().astype(int)
    contacts = tables["touchpoints"]
    given = contacts[contacts["kind"].isin(["delight", "kind_act"])].groupby("customer_id")["on"].agg(["count", "max"])
    asked = contacts[contacts["kind"] == "ask"].groupby("customer_id")["on"].agg(["count", "max"])
    sore = set(contacts[(contacts["kind"] == "complaint") & contacts["resolved_on"].isna()]["customer_id"])
    score = nps.reindex(rows.index)
    close = rows.index[(score <= 6) | rows.index.isin(sore)]
    gifts, asks = given.reindex(rows.index), asked.reindex(rows.index)
    fit = (score >= 9) & ((as_of - rows["joined_on"]).dt.days / MONTH >= 6) & ~rows.index.isin(close)
    fit &= ((as_of - gifts["max"]).dt.days <= 90) & ~((as_of - asks["max"]).dt.days <= 90)
    fit &= asks["count"].fillna(0) <= gifts["count"].fillna(0)
    return set(rows.index[fit]), set(close)


def test_ask_and_close_the_loop_lists_row_by_row(brightdesk):
    ask, close = counted_again(brightdesk)
    assert {row["customer_id"] for row in brightdesk.truth["ask"]} == ask
    assert {row["customer_id"] for row in brightdesk.truth["close_the_loop"]} == close
    assert not ask & close
    assert 15 <= len(ask) <= 80


@pytest.mark.parametrize(
    "change",
    [{"days": 89}, {"days": 91}, {"tenure": 5.9}, {"tenure": 6.1}, {"given": ("delight", "kind_act", "review")}],
)
def test_nobody_on_the_sample_list_hangs_on_a_day_or_on_the_reading_of_a_rule(brightdesk, change):
    tables = (brightdesk.tables[t] for t in ("customers", "surveys", "touchpoints"))
    moved = ask_lists(*tables, pd.Timestamp(brightdesk.as_of), **change)
    assert [r["customer_id"] for r in moved["ask"]] == [r["customer_id"] for r in brightdesk.truth["ask"]]
