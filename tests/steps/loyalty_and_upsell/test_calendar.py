"""The calendar: asks never collide, whoever the customers are and whenever they were asked before."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral_playbook.steps.loyalty_and_upsell.calendar import (
    ASKS,
    GIVE,
    LISTEN,
    Rhythm,
    by_month,
    collisions,
    contact_calendar,
)

AS_OF = date(2026, 9, 30)


def customers(rows):
    columns = ["customer_id", "listen", "may_refer", "may_upsell", "last_asked_on"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(last_asked_on=pd.to_datetime(frame["last_asked_on"]))


people = st.lists(
    st.tuples(st.booleans(), st.booleans(), st.booleans(), st.none() | st.integers(0, 200)), min_size=0, max_size=25
).map(
    lambda each: customers(
        [
            (f"c{i:02}", listen, refer, upsell, None if ago is None else AS_OF - timedelta(days=ago))
            for i, (listen, refer, upsell, ago) in enumerate(each)
        ]
    )
)
rhythms = st.builds(Rhythm, every=st.integers(1, 4), months=st.integers(1, 18), days_between_asks=st.integers(1, 200))
as_ofs = st.dates(date(2024, 1, 1), date(2027, 12, 31))


@given(people=people, rhythm=rhythms, as_of=as_ofs)
def test_no_customer_has_two_asks_within_the_days_planned_or_made(people, rhythm, as_of):
    people = people.assign(last_asked_on=people["last_asked_on"].where(people["last_asked_on"] <= pd.Timestamp(as_of)))
    planned = contact_calendar(people, as_of=as_of, rhythm=rhythm)
    before = people.set_index("customer_id")["last_asked_on"]
    asks = planned[planned["purpose"].isin(ASKS)]
    for who, days in asks.groupby("customer_id")["on"]:
        made = [before[who].date()] if pd.notna(before[who]) else []
        every = sorted([*made, *days])
        assert all((b - a).days >= rhythm.days_between_asks for a, b in itertools.pairwise(every))
    assert collisions(planned, people, days=rhythm.days_between_asks).passed


@given(people=people, rhythm=rhythms, as_of=as_ofs)
def test_only_who_may_be_asked_is_asked_and_something_is_given_between(people, rhythm, as_of):
    planned = contact_calendar(people, as_of=as_of, rhythm=rhythm)
    may = people.set_index("customer_id")
    for who, purposes in planned.groupby("customer_id", sort=False)["purpose"]:
        said = list(purposes)
        if may.loc[who, "listen"]:
            assert said[0] == LISTEN
            assert set(said[1:]) <= {GIVE}
        assert not any(a in ASKS and b in ASKS for a, b in itertools.pairwise(said))
        assert said.count(ASKS[0]) <= int(may.loc[who, "may_refer"])
        assert said.count(ASKS[1]) <= int(may.loc[who, "may_upsell"])


@given(people=people, rhythm=rhythms, as_of=as_ofs)
def test_every_customer_is_contacted_on_working_days_and_within_the_calendar(people, rhythm, as_of):
    planned = contact_calendar(people, as_of=as_of, rhythm=rhythm)
    assert all(day > as_of and day.weekday() < 5 for day in planned["on"])
    if rhythm.months >= rhythm.every:
        assert set(planned["customer_id"]) == set(people["customer_id"])
    again = contact_calendar(people.sample(frac=1, random_state=3), as_of=as_of, rhythm=rhythm)
    assert again.equals(planned)  # the order of the rows makes no difference


def test_a_quarterly_year_by_hand():
    planned = contact_calendar(
        customers([("a", False, True, True, None), ("b", False, True, False, AS_OF - timedelta(days=10))]), as_of=AS_OF
    )
    said = {who: list(g["purpose"]) for who, g in planned.groupby("customer_id")}
    assert said["a"] == ["ask for a referral", GIVE, "offer an upsell", GIVE]
    assert said["b"] == [GIVE, "ask for a referral", GIVE, GIVE]  # asked ten days ago
    assert by_month(planned)[0]["month"] == "2026-10"
    assert sum(row["in_all"] for row in by_month(planned)) == len(planned)


def test_a_collision_is_seen():
    planned = pd.DataFrame(
        {
            "customer_id": ["a", "a"],
            "on": [date(2026, 10, 1), date(2026, 10, 20)],
            "purpose": list(ASKS),
        }
    )
    nobody = customers([("a", False, True, True, None)])
    assert collisions(planned, nobody, days=30).passed is False
    assert collisions(planned, nobody, days=19).passed is True
    asked = customers([("a", False, True, True, AS_OF)])
    assert collisions(planned.iloc[1:], asked, days=30).passed is False  # against what was asked before


def test_a_rhythm_that_cannot_be_is_refused():
    with pytest.raises(ValueError, match="1 or more"):
        Rhythm(every=0)
