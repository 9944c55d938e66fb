from datetime import date, timedelta

import ibis
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referral_playbook.facts.asof import SYNTHETIC
from referral_playbook.facts.customers import acquisition, customer_life, people

AS_OF = date(2026, 6, 30)
FOUR = [
    {"customer_id": "a", "joined_on": date(2026, 1, 31), "left_on": None, "source": "referral", "referred_by": None},
    {
        "customer_id": "b",
        "joined_on": date(2026, 1, 1),
        "left_on": date(2026, 3, 1),
        "source": None,
        "referred_by": "a",
    },
    {
        "customer_id": "c",
        "joined_on": date(2025, 6, 30),
        "left_on": date(2026, 7, 9),
        "source": "",
        "referred_by": None,
    },
    {"customer_id": "d", "joined_on": date(2026, 6, 30), "left_on": None, "source": "ads", "referred_by": None},
    {"customer_id": "e", "joined_on": date(2026, 7, 1), "left_on": None, "source": "ads", "referred_by": None},
]


def test_tenure_runs_to_leaving_or_to_the_as_of_date(run):
    found = run(people, keys=["customer_id"], customers=FOUR)
    assert found.customer_id.tolist() == ["a", "b", "c", "d"]  # e joined after the as-of date
    days = [150, 59, 365, 0]
    assert found.tenure_months.tolist() == pytest.approx([d / 30.4375 for d in days], abs=1e-12)
    assert found.left.tolist() == [False, True, False, False]  # c leaves only after the as-of date
    assert found.left_on.tolist()[2] is None


def test_referred_is_true_false_or_not_known(run):
    sources = ["referral", "Referral", "unknown", "", None, "ads", "ads", None]
    by = [None, None, None, None, None, None, "x", "x"]
    customers = [
        {"customer_id": str(i), "joined_on": AS_OF, "source": s, "referred_by": b}
        for i, (s, b) in enumerate(zip(sources, by, strict=True))
    ]
    found = run(people, keys=["customer_id"], customers=customers)
    assert found.referred.tolist() == [True, True, None, None, None, False, True, True]
    assert found.source.tolist() == ["referral", "Referral", "unknown", "(empty)", "(empty)", "ads", "ads", "(empty)"]


def test_a_client_with_the_required_columns_only(run):
    found = run(people, customers=[{"customer_id": "a", "joined_on": AS_OF}])
    assert found.loc[0, ["segment", "referred", "monthly_amount", "left_on"]].tolist() == [None] * 4
    assert found.loc[0, "source"] == "(empty)"


def test_leaving_before_joining_is_leaving_at_once(run):
    found = run(people, customers=[{"customer_id": "a", "joined_on": AS_OF, "left_on": AS_OF - timedelta(days=9)}])
    assert (found.left[0], found.tenure_months[0]) == (True, 0.0)


def test_customer_life_is_compressed_by_whole_months(rows):
    found = rows(customer_life, keys=["months"], customers=FOUR)
    # segment, referred, months, left, customers: 150 / 30.4375 = 4.9, 59 -> 1.9, 365 -> 11.99
    assert found == [
        ("(none)", False, 0, False, 1),
        ("(none)", True, 1, True, 1),
        ("(none)", True, 4, False, 1),
        ("(none)", None, 11, False, 1),
    ]


def test_tenure_that_the_client_gave_is_used_where_dates_are_made_from_it():
    frame = pd.DataFrame({"customer_id": ["a"], "joined_on": [AS_OF - timedelta(days=61)], "tenure_months": [2]})
    table = ibis.memtable(frame)
    assert people({"customers": table}, AS_OF).tenure_months.execute()[0] == pytest.approx(61 / 30.4375)
    marked = {"customers": table.mutate(**{SYNTHETIC: True})}
    assert people(marked, AS_OF).tenure_months.execute()[0] == 2.0


def test_acquisition_has_no_month_where_the_dates_are_made(rows):
    found = rows(acquisition, keys=["month", "source", "referred"], customers=FOUR)
    assert found == [
        ("2025-06", "(empty)", "(none)", "(none)", None, 1),
        ("2026-01", "(empty)", "(none)", "(none)", True, 1),
        ("2026-01", "referral", "(none)", "(none)", True, 1),
        ("2026-06", "ads", "(none)", "(none)", False, 1),
    ]
    table = ibis.memtable(pd.DataFrame(FOUR)).mutate(**{SYNTHETIC: True})
    made = acquisition({"customers": table}, AS_OF).execute()
    assert made.month.isna().all()
    assert made.customers.sum() == 4


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 900),
            st.none() | st.integers(0, 1200),
            st.sampled_from(["referral", "unknown", "", None, "ads"]),
            st.sampled_from(["x", "y", None]),
        ),
        min_size=1,
        max_size=40,
    )
)
def test_survival_agrees_with_pandas_and_loses_nobody(run, given_rows):
    start = date(2024, 1, 1)
    customers = [
        {
            "customer_id": str(i),
            "joined_on": start + timedelta(days=j),
            "left_on": None if stay is None else start + timedelta(days=j + stay),
            "source": source,
            "segment": segment,
        }
        for i, (j, stay, source, segment) in enumerate(given_rows)
    ]
    found = run(customer_life, customers=customers)
    frame = pd.DataFrame(customers)
    frame = frame[frame.joined_on <= AS_OF]
    left = frame.left_on.map(lambda d: d is not None and d <= AS_OF).astype(bool)
    end = [d if gone else AS_OF for d, gone in zip(frame.left_on, left, strict=True)]
    months = [int((e - j).days / 30.4375) for e, j in zip(end, frame.joined_on, strict=True)]
    wanted = pd.Series(list(zip(months, left, strict=True)), dtype=object).value_counts().to_dict()
    got = found.groupby(["months", "left"]).customers.sum()
    assert dict(got.items()) == wanted
