from datetime import date

import pytest

from referral_playbook.facts.profile import PARTS, customer_profile

DAY = date(2026, 6, 30)
CUSTOMERS = [
    {"customer_id": "a", "joined_on": date(2026, 1, 1), "monthly_amount": 5.0, "referrals_made": 7},
    {"customer_id": "b", "joined_on": date(2026, 2, 1), "monthly_amount": -2.5, "referrals_made": None},
]
OTHERS = {
    "referrals": [{"referral_id": "1", "referrer_id": "a", "referred_on": DAY, "qualified_on": DAY}],
    "surveys": [{"respondent_id": "a", "asked_on": DAY, "question": "csat", "answer": "4"}],
    "touchpoints": [{"customer_id": "a", "on": DAY, "kind": "ask"}],
    "payments": [{"customer_id": "a", "paid_on": date(2024, 1, 1), "amount": 9.0, "margin": 4.0}],
}


def test_a_customer_with_everything_and_one_with_nothing(run):
    a, b = run(customer_profile, keys=["customer_id"], customers=CUSTOMERS, **OTHERS).to_dict("records")
    assert (a["referrals_made"], a["qualified"], a["converted"]) == (7, 1, 0)
    assert (a["csat"], a["nps"], a["asks"], a["last_ask_on"], a["open_complaint"]) == (4.0, None, 1, DAY, False)
    assert (a["payments"], a["amount_paid"], a["margin_paid"]) == (1, 9.0, 4.0)
    assert (a["amount_last_12m"], a["margin_last_12m"], a["last_paid_on"]) == (0.0, 0.0, date(2024, 1, 1))
    assert (b["referrals_made"], b["qualified"], b["asks"], b["open_complaint"]) == (0, 0, 0, False)
    assert (b["payments"], b["amount_paid"], b["margin_paid"], b["last_paid_on"]) == (0, 0.0, 0.0, None)
    assert (a["amount_usable"], b["amount_usable"], b["monthly_amount"]) == (True, False, -2.5)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.table)
def test_a_table_that_is_not_there_leaves_null_and_not_nought(run, part):
    without = {name: rows for name, rows in OTHERS.items() if name != part.table}
    found = run(customer_profile, keys=["customer_id"], customers=CUSTOMERS, **without)
    assert len(found) == 2
    for column in set(part.columns) - {"counted"}:
        assert found[column].isna().all(), column
    assert found.referrals_made.tolist() == [7, None if part.table == "referrals" else 0]


def test_margin_is_null_where_payments_have_none(run):
    bare = [{"customer_id": "a", "paid_on": DAY, "amount": 9.0}]
    found = run(customer_profile, keys=["customer_id"], customers=CUSTOMERS, payments=bare)
    assert found[["margin_paid", "margin_last_12m"]].isna().all(axis=None)
    assert found.amount_last_12m.tolist() == [9.0, 0.0]
