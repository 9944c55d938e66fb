from datetime import date

from referral_playbook.facts.summary import amount_faults, table_summary

DAY, LATER = date(2026, 6, 30), date(2026, 7, 1)
CUSTOMERS = [
    {"customer_id": "a", "joined_on": date(2026, 1, 1), "left_on": None, "monthly_amount": 5.0, "referred_by": "b"},
    {
        "customer_id": "b",
        "joined_on": date(2026, 2, 1),
        "left_on": date(2026, 1, 1),
        "monthly_amount": -2.5,
        "referred_by": "q",
    },
    {"customer_id": "c", "joined_on": LATER, "left_on": None, "monthly_amount": -9.0, "referred_by": None},
]
PAYMENTS = [
    {"customer_id": "a", "paid_on": DAY, "amount": 1.0, "kind": "new", "margin": None},
    {"customer_id": "a", "paid_on": DAY, "amount": 1.0, "kind": "new", "margin": None},
    {"customer_id": "c", "paid_on": DAY, "amount": 3.0, "kind": "refund", "margin": 1.0},
    {"customer_id": "q", "paid_on": LATER, "amount": 3.0, "kind": "new", "margin": 1.0},
]


def test_what_each_table_holds(rows):
    found = rows(
        table_summary,
        keys=["table"],
        customers=CUSTOMERS,
        payments=PAYMENTS,
        costs=[{"month": "2026-03", "item": "x"}, {"month": "2026-07", "item": "x"}],
        friction=[{"step": "x", "fields": 1}, {"step": "x", "fields": 1}],
        arms=[{"arm": "x", "users": 1}, {"arm": "x", "users": 2}],
    )
    # table, rows, rows_after_as_of, first, last, orphans, duplicates
    assert found == [
        ("arms", 2, 0, None, None, None, 1),
        ("costs", 2, 1, date(2026, 3, 1), date(2026, 3, 1), None, 0),
        ("customers", 3, 1, date(2026, 1, 1), date(2026, 2, 1), 1, 0),
        ("friction", 2, 0, None, None, None, 1),
        ("payments", 4, 1, DAY, DAY, 1, 1),  # c is no customer yet
    ]


def test_an_employee_is_no_orphan_among_customers(rows):
    made = [
        {"referral_id": "1", "referrer_id": "a", "referred_on": DAY, "referrer_type": None},
        {"referral_id": "2", "referrer_id": "staff", "referred_on": DAY, "referrer_type": "employee"},
        {"referral_id": "3", "referrer_id": "q", "referred_on": DAY, "referrer_type": "customer"},
    ]
    columns = ["table", "orphans"]
    found = rows(table_summary, keys=["table"], columns=columns, customers=CUSTOMERS, referrals=made)
    assert found == [("customers", 1), ("referrals", 1)]
    assert rows(table_summary, keys=["table"], columns=columns, referrals=made) == [("referrals", None)]


def test_what_cannot_be_used_as_it_stands(rows):
    keys = ["table", "column"]
    assert rows(amount_faults, keys=keys, customers=CUSTOMERS, payments=PAYMENTS) == [
        ("customers", "left_on", "before joined_on", 1, None),
        ("customers", "monthly_amount", "negative", 1, -2.5),
        ("payments", "amount", "refund above 0", 1, 3.0),
        ("payments", "margin", "missing", 2, None),
    ]
