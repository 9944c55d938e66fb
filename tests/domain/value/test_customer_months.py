"""Customers there and referrals made by month, against a loop over the customers."""

from __future__ import annotations

from datetime import date

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from referral_playbook.domain.value.customer_months import all_referrals, observed
from tests.domain.counted import counted_facts

AS_OF = date(2026, 6, 30)
REFERRED = ["2026-03-02", "2026-03-20", "2026-05-07"]


class Client:
    """An engagement with the facts that a profile and its referrals give."""

    as_of = AS_OF

    def __init__(self, lives: list[tuple[int, int]]) -> None:
        joined = [pd.Timestamp(2026, first, 5) for first, _ in lives]
        left = [pd.Timestamp(2026, first + stay, 5) if first + stay <= 6 else pd.NaT for first, stay in lives]
        people = pd.DataFrame({"customer_id": [f"C{i}" for i in range(len(lives))], "joined_on": joined})
        people["left_on"] = pd.to_datetime(pd.Series(left))
        rows = pd.DataFrame(
            {"referrer_id": "C0", "referred_on": pd.to_datetime(REFERRED), "referral_id": ["a", "b", "c"]}
        )
        self.facts = counted_facts(people, rows)

    def fact(self, name: str) -> pd.DataFrame | None:
        return self.facts.get(name)


lives = st.lists(st.tuples(st.integers(1, 6), st.integers(0, 6)), min_size=1, max_size=12)


@given(lives)
@settings(max_examples=30, deadline=None)
def test_somebody_is_there_from_the_month_of_joining_to_that_of_leaving(lives: list[tuple[int, int]]) -> None:
    rows = observed(Client(lives))  # type: ignore[arg-type]
    assert rows is not None
    counts = dict(zip(rows["month"].astype(str), rows["customers"], strict=True))
    for month in range(min(first for first, _ in lives), 7):
        there = sum(first <= month <= first + stay for first, stay in lives)
        assert counts[f"2026-{month:02d}"] == there
    assert len(counts) == 7 - min(first for first, _ in lives)


def test_months_before_the_first_recorded_referral_are_left_out() -> None:
    rows = all_referrals(Client([(1, 6), (2, 6)]))  # type: ignore[arg-type]
    assert rows is not None
    assert dict(zip(rows["month"].astype(str), rows["referrals"], strict=True)) == {
        "2026-03": 2,
        "2026-04": 0,
        "2026-05": 1,
        "2026-06": 0,
    }


def test_without_referrals_nothing_is_observed() -> None:
    client = Client([(1, 6)])
    del client.facts["referral_months"]
    assert observed(client) is None  # type: ignore[arg-type]
    assert all_referrals(client) is None  # type: ignore[arg-type]
