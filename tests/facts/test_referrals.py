from datetime import date, timedelta

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from referral_playbook.facts.referrals import (
    advocate_counts,
    advocate_months,
    first_referral,
    referral_funnel,
    referrals,
)

AS_OF = date(2026, 6, 30)
CUSTOMERS = [
    {"customer_id": "a", "joined_on": date(2026, 1, 1), "left_on": None},
    {"customer_id": "b", "joined_on": date(2026, 1, 1), "left_on": date(2026, 3, 15)},
    {"customer_id": "c", "joined_on": date(2026, 4, 1), "left_on": None},
]


def _ref(key, who, day, **more):
    columns = ("referrer_type", "channel", "friend_id", "qualified_on", "converted_on", "reward", "rewarded_on", "arm")
    return {"referral_id": key, "referrer_id": who, "referred_on": day, **dict.fromkeys(columns), **more}


SIX = [
    _ref("1", "a", date(2026, 2, 1), channel="email", qualified_on=date(2026, 2, 11), converted_on=date(2026, 3, 3)),
    _ref("2", "a", date(2026, 2, 9), channel="email", qualified_on=date(2026, 3, 1), reward=5.0),
    _ref("3", "a", date(2026, 5, 9), converted_on=date(2026, 7, 4), rewarded_on=date(2026, 7, 9)),
    _ref("4", "b", date(2026, 4, 1), channel="", converted_on=date(2026, 4, 2)),  # b had left by then
    _ref("5", "c", date(2026, 2, 2), referrer_type="employee"),  # an employee whose id looks like c's
    _ref("6", "z", date(2026, 2, 2), referrer_type="customer"),  # nobody among the customers
    _ref("7", "a", date(2026, 7, 1)),  # after the as-of date
]


def test_later_dates_are_not_there_yet(run):
    found = run(referrals, keys=["referral_id"], referrals=SIX)
    assert found.referral_id.tolist() == list("123456")
    assert found.days_to_qualified.tolist() == [10.0, 20.0, None, None, None, None]
    assert found.days_to_converted.tolist() == [30.0, None, None, 1.0, None, None]
    assert found.rewarded_on.isna().all()


def test_funnel_by_hand(rows):
    keys = ["referrer_type", "channel", "month", "arm"]
    # referrals, invited, qualified, converted, converted_unqualified, reward
    assert rows(referral_funnel, keys=keys, referrals=SIX) == [
        ("(none)", "(none)", "2026-04", "(none)", 1, 0, 0, 1, 1, None),
        ("(none)", "(none)", "2026-05", "(none)", 1, 0, 0, 0, 0, None),
        ("(none)", "email", "2026-02", "(none)", 2, 0, 2, 1, 0, 5.0),
        ("customer", "(none)", "2026-02", "(none)", 1, 0, 0, 0, 0, None),
        ("employee", "(none)", "2026-02", "(none)", 1, 0, 0, 0, 0, None),
    ]


def test_an_advocate_is_a_customer(rows):
    counted = rows(advocate_counts, keys=["referrals"], customers=CUSTOMERS, referrals=SIX)
    assert counted == [(False, 0, 1), (True, 1, 1), (False, 3, 1)]
    assert rows(advocate_months, keys=["referrer_id", "month"], customers=CUSTOMERS, referrals=SIX) == [
        ("a", "2026-02", 2),
        ("a", "2026-05", 1),
        ("b", "2026-04", 1),
    ]


def test_the_clients_own_count_goes_before_ours(rows):
    counted = [{**c, "referrals_made": n} for c, n in zip(CUSTOMERS, [11, None, 0], strict=True)]
    columns = ["referrals", "customers"]
    assert rows(advocate_counts, keys=["referrals"], columns=columns, customers=counted) == [(None, 1), (0, 1), (11, 1)]
    both = {"customers": counted, "referrals": SIX}
    assert rows(advocate_counts, keys=["referrals"], columns=columns, **both) == [(0, 1), (1, 1), (11, 1)]


def test_first_referral_is_censored_at_leaving_and_at_the_as_of_date(rows):
    # a after 31 days, b left after 73 days (the referral came later), c not in 90 days
    assert rows(first_referral, keys=["months", "referred"], customers=CUSTOMERS, referrals=SIX) == [
        (1, True, 1),
        (2, False, 2),
    ]


def test_a_referral_before_joining_counts_at_month_nought(rows):
    early = [_ref("1", "c", date(2026, 1, 1))]
    assert rows(first_referral, keys=["months"], customers=CUSTOMERS[2:], referrals=early) == [(0, True, 1)]


stage = st.none() | st.integers(0, 400)
many = st.lists(
    st.tuples(
        st.integers(0, 1000),
        st.sampled_from(["email", "link", "", None]),
        st.sampled_from(["A", None]),
        st.sampled_from(["customer", "employee", None]),
        stage,
        stage,
        st.none() | st.integers(0, 100),
    ),
    min_size=1,
    max_size=60,
)


@settings(max_examples=20, deadline=None)
@given(many)
def test_funnel_agrees_with_pandas_and_loses_nothing(run, given_rows):
    start = date(2024, 1, 1)
    made = [
        _ref(
            str(i),
            "a",
            start + timedelta(d),
            channel=channel,
            arm=arm,
            referrer_type=kind,
            qualified_on=None if q is None else start + timedelta(d + q),
            converted_on=None if c is None else start + timedelta(d + c),
            reward=None if reward is None else float(reward),
        )
        for i, (d, channel, arm, kind, q, c, reward) in enumerate(given_rows)
    ]
    keys = ["referrer_type", "channel", "month", "arm"]
    found = run(referral_funnel, keys=keys, referrals=made).set_index(keys)
    frame = pd.DataFrame(made)
    frame = frame[frame.referred_on <= AS_OF]
    assert found.referrals.sum() == len(frame)
    for name in ("qualified_on", "converted_on"):
        frame[name] = [d is not None and d == d and d <= AS_OF for d in frame[name]]
    frame["month"] = [f"{d:%Y-%m}" for d in frame.referred_on]
    for column in ("referrer_type", "channel", "arm"):
        frame[column] = frame[column].replace("", None).fillna("(none)").astype(str)
    wanted = frame.groupby(keys).agg(
        referrals=("referral_id", "size"),
        qualified=("qualified_on", "sum"),
        converted=("converted_on", "sum"),
        reward=("reward", lambda r: r.astype(float).sum(min_count=1)),
    )
    for column in ("referrals", "qualified", "converted"):
        assert found[column].to_dict() == wanted[column].to_dict()
    assert found.reward.astype(float).fillna(-1).to_dict() == wanted.reward.fillna(-1).to_dict()
