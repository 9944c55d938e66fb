"""The lists of the simulator, one customer at a time: each condition alone keeps somebody off the list."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from referral_playbook.simulate.lists import ask_lists

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
