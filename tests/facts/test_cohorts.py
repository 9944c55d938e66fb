from datetime import date, timedelta

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from referral_playbook.facts.cohorts import cohort_triangle, period_flow

AS_OF = date(2026, 6, 30)


def _customers(*spans):
    return [{"customer_id": str(i), "joined_on": j, "left_on": g} for i, (j, g) in enumerate(spans)]


FIVE = _customers(
    (date(2026, 3, 15), None),
    (date(2026, 3, 31), date(2026, 3, 31)),
    (date(2026, 3, 1), date(2026, 5, 1)),
    (date(2026, 5, 20), date(2026, 6, 19)),
    (date(2026, 6, 2), None),
)


def test_flow_of_each_month_also_of_those_where_nothing_happened(rows):
    assert rows(period_flow, keys=["month"], customers=FIVE) == [
        ("2026-03", 0, 3, 1, 2),
        ("2026-04", 2, 0, 0, 2),
        ("2026-05", 2, 1, 1, 2),
        ("2026-06", 2, 1, 1, 2),
    ]


def test_triangle_counts_whole_months_and_stops_where_time_has_not_come(rows):
    assert rows(cohort_triangle, keys=["cohort", "age_months"], customers=FIVE) == [
        ("2026-03", 0, 3, 3),
        ("2026-03", 1, 3, 2),  # the one of 31 March left at once
        ("2026-03", 2, 3, 2),  # 1 March to 1 May is two whole months
        ("2026-03", 3, 3, 1),
        ("2026-05", 0, 1, 1),
        ("2026-05", 1, 1, 0),  # 20 May to 19 June is no whole month
        ("2026-06", 0, 1, 1),
    ]


def test_an_age_that_the_last_to_join_could_not_reach_is_left_out(rows):
    found = rows(cohort_triangle, keys=["age_months"], as_of=date(2026, 5, 30), customers=FIVE[:3])
    assert [age for _, age, _, _ in found] == [0, 1]  # on 30 May, who joined on 31 March has 1 whole month


def test_no_customer_yet_gives_no_row(run):
    later = _customers((date(2027, 1, 1), None))
    assert run(period_flow, customers=later).empty
    assert run(cohort_triangle, customers=later).empty


spans = st.lists(st.tuples(st.integers(0, 1000), st.none() | st.integers(0, 500)), min_size=1, max_size=40)


@settings(max_examples=15, deadline=None)
@given(spans)
def test_flow_adds_up_and_triangle_agrees_with_pandas(run, given_spans):
    start = date(2024, 1, 1)
    customers = _customers(
        *((start + timedelta(j), None if s is None else start + timedelta(j + s)) for j, s in given_spans)
    )
    flow = run(period_flow, keys=["month"], customers=customers)
    used = [c for c in customers if c["joined_on"] <= AS_OF]
    active = sum(c["left_on"] is None or c["left_on"] > AS_OF for c in used)
    if not used:
        assert flow.empty
        return
    assert (flow.start + flow.joined - flow.left == flow.end).all()
    assert flow.start.tolist()[1:] == flow.end.tolist()[:-1]
    assert (flow.start[0], flow.end.iloc[-1], flow.joined.sum()) == (0, active, len(used))

    triangle = run(cohort_triangle, customers=customers)
    assert triangle[triangle.age_months == 0].customers.sum() == len(used)
    for row in triangle.itertuples():
        cohort = [c for c in used if f"{c['joined_on']:%Y-%m}" == row.cohort]
        stayed = [_stayed(c, row.age_months) for c in cohort]
        assert (row.customers, row.active) == (len(cohort), sum(stayed))


def _stayed(customer, months):
    gone = customer["left_on"]
    if gone is None or gone > AS_OF or months == 0:
        return True
    whole = (gone.year - customer["joined_on"].year) * 12 + gone.month - customer["joined_on"].month
    whole -= gone.day < customer["joined_on"].day
    return whole >= months


def test_months_agree_with_pandas_periods(run):
    days = pd.date_range("2023-11-28", "2024-03-02")
    flow = run(period_flow, as_of=date(2024, 3, 2), customers=_customers(*((d.date(), None) for d in days)))
    counts = days.to_period("M").value_counts().sort_index()
    assert flow.sort_values("month").joined.tolist() == counts.tolist()
