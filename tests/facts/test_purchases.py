from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referral_playbook.facts.purchases import customer_months, kind_months, payment_flow, purchase_summary, spending

AS_OF = date(2026, 6, 30)
MONTH = 30.4375


def _pay(who, day, amount, kind=None, margin=None):
    return {"customer_id": who, "paid_on": day, "amount": amount, "kind": kind, "margin": margin}


SIX = [
    _pay("a", date(2026, 1, 1), 10.0, "new", 4.0),
    _pay("a", date(2026, 1, 1), 5.0, "upsell", 2.0),  # the same day is one purchase day
    _pay("a", date(2026, 2, 1), 20.0, "renewal", 8.0),
    _pay("a", date(2026, 3, 1), 7.0, "renewal", 3.0),
    _pay("a", date(2026, 3, 9), 6.0, "refund", 6.0),  # a refund written with a positive amount
    _pay("a", date(2026, 7, 1), 99.0, "renewal", 9.0),  # after the as-of date
    _pay("b", date(2026, 6, 30), -3.0, None, -3.0),  # a refund by its sign; b bought nothing
]


def test_repeat_purchase_days_by_hand(run):
    found = run(purchase_summary, keys=["customer_id"], payments=SIX)
    a, b = found.to_dict("records")
    assert (a["x"], a["days"], a["payments"]) == (2, 3, 4)
    assert a["t_x"] == pytest.approx(59 / MONTH)
    assert a["T"] == pytest.approx(180 / MONTH)
    assert (a["amount"], a["margin"]) == (36.0, 11.0)
    assert a["mean_amount"] == pytest.approx((20 + 7) / 2)  # of the two repeat days
    assert (b["x"], b["days"], b["amount"]) == (0, 0, -3.0)
    assert (b["t_x"], b["T"], b["mean_amount"]) == (None, None, None)


def test_flow_by_kind_keeps_the_sum(run):
    found = run(payment_flow, keys=["month", "kind"], payments=SIX)
    assert found.amount.sum() == 33.0
    assert found[["month", "kind", "customers", "payments", "amount"]].to_numpy().tolist() == [
        ["2026-01", "new", 1, 1, 10.0],
        ["2026-01", "upsell", 1, 1, 5.0],
        ["2026-02", "renewal", 1, 1, 20.0],
        ["2026-03", "refund", 1, 1, -6.0],
        ["2026-03", "renewal", 1, 1, 7.0],
        ["2026-06", "(none)", 1, 1, -3.0],
    ]


def test_months_of_a_customer_have_no_refunds_but_contractions(rows):
    payments = [*SIX, _pay("a", date(2026, 3, 2), -2.0, "contraction", -1.0)]
    assert rows(customer_months, keys=["month"], payments=payments) == [
        ("a", "2026-01", 15.0, 6.0, 2, None),
        ("a", "2026-02", 20.0, 8.0, 1, None),
        ("a", "2026-03", 5.0, 2.0, 1, None),
    ]


def test_a_credit_note_takes_back_one_of_several_payments_of_a_month_and_never_all(rows):
    """January is invoiced, credited and invoiced again; February is credited in full; March gets a small discount."""
    payments = [
        _pay("a", date(2026, 1, 3), 80.0, "new", 40.0),
        _pay("a", date(2026, 1, 20), -80.0, "refund", -40.0),
        _pay("a", date(2026, 1, 21), 80.0, "renewal", 40.0),
        _pay("a", date(2026, 2, 3), 80.0, "renewal", 40.0),
        _pay("a", date(2026, 2, 4), -80.0, "", -40.0),
        _pay("a", date(2026, 3, 3), 80.0, "renewal", 40.0),
        _pay("a", date(2026, 3, 4), 80.0, "renewal", 40.0),
        _pay("a", date(2026, 3, 5), -10.0, "refund", -5.0),
    ]
    assert rows(customer_months, keys=["month"], payments=payments) == [
        ("a", "2026-01", 80.0, 40.0, 1, None),
        ("a", "2026-02", 80.0, 40.0, 1, None),
        ("a", "2026-03", 160.0, 80.0, 2, None),
    ]


def test_months_by_kind_hold_what_changed_a_contract_and_nothing_else(rows):
    payments = [*SIX, _pay("a", date(2026, 3, 2), -2.0, "contraction"), _pay("b", date(2026, 6, 1), 4.0, "cross_sell")]
    assert rows(kind_months, keys=["customer_id", "month", "kind"], payments=payments) == [
        ("a", "2026-01", "upsell", 5.0),
        ("a", "2026-03", "contraction", -2.0),
        ("b", "2026-06", "cross_sell", 4.0),
    ]


def test_the_last_twelve_months_begin_a_day_after_the_as_of_date_a_year_ago(run):
    payments = [_pay("a", date(2025, 6, 30), 1.0), _pay("a", date(2025, 7, 1), 10.0), _pay("a", AS_OF, -4.0)]
    found = run(spending, payments=payments).iloc[0]
    assert (found.payments, found.amount_paid, found.amount_last_12m) == (2, 7.0, 6.0)
    assert found.last_paid_on == date(2025, 7, 1)


def test_without_margin_there_is_no_margin_rather_than_nought(run):
    payments = [{"customer_id": "a", "paid_on": AS_OF, "amount": 1.0}]
    assert run(purchase_summary, payments=payments).margin[0] is None
    assert run(spending, payments=payments).margin_paid[0] is None


payments = st.lists(
    st.tuples(
        st.sampled_from("abc"),
        st.integers(0, 1000),
        st.integers(-5000, 50_000).map(lambda pence: pence / 100),
        st.sampled_from(["new", "renewal", "refund", "contraction", None]),
    ),
    min_size=1,
    max_size=60,
)


@settings(max_examples=20, deadline=None)
@given(payments)
def test_summary_agrees_with_pandas(run, given_payments):
    start = date(2024, 1, 1)
    frame = pd.DataFrame([_pay(w, start + timedelta(d), a, k, a / 2) for w, d, a, k in given_payments])
    found = run(purchase_summary, keys=["customer_id"], payments=frame)
    frame = frame[frame.paid_on <= AS_OF].copy()
    called = frame.kind == "refund"
    frame.loc[called, "amount"] = -frame.amount[called].abs()
    refund = called | ((frame.amount < 0) & (frame.kind != "contraction"))
    bought = frame[~refund & (frame.amount >= 0)]
    assert found.customer_id.tolist() == sorted(frame.customer_id.unique())
    for row in found.itertuples():
        by_day = bought[bought.customer_id == row.customer_id].groupby("paid_on").amount.sum().sort_index()
        assert row.days == len(by_day)
        assert row.amount == pytest.approx(frame.amount[frame.customer_id == row.customer_id].sum(), abs=1e-6)
        if len(by_day):
            assert row.t_x == pytest.approx((by_day.index[-1] - by_day.index[0]).days / MONTH)
            since_first = row.T
            assert since_first == pytest.approx((AS_OF - by_day.index[0]).days / MONTH)
        if len(by_day) > 1:
            assert row.mean_amount == pytest.approx(by_day.iloc[1:].mean(), abs=1e-6)
        else:
            assert row.mean_amount is None
