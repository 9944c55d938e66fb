"""What a client folder still lacks for which step, in plain words."""

from __future__ import annotations

from collections.abc import Collection, Mapping

TABLES_WANTED = {
    "customers": "without a list of customers there is no retention, no customer value by subscription and no ask list "
    "(steps 01, 02, 04, 06, 08)",
    "payments": "without payments the value of a customer is assumed and revenue retention is unknown "
    "(steps 02, 05, 08)",
    "surveys": "without survey answers the PMF check has no Ellis share and no NPS (step 01), and nobody can be asked "
    "because they are happy (step 06)",
    "referrals": "without a list of referrals today's rate, the conversion and K are assumed (steps 03, 04, 05, 09)",
    "leads": "without enquiries the sources cannot be audited and conversion by source is unknown (step 07)",
    "touchpoints": "without contacts with support the ask list cannot leave out unhappy customers (steps 01, 06)",
    "costs": "without a cost sheet the running cost of the programme is assumed (step 05)",
}
COLUMNS_WANTED = {
    ("customers", "left_on"): "without it nobody seems to leave, so retention cannot be measured (steps 01, 02, 08)",
    ("customers", "source"): "without it the share of customers who came by referral is unknown (steps 01, 07)",
    ("customers", "segment"): "without it no result can be shown by segment (step 01)",
    ("customers", "referred_by"): "without it referred customers cannot be compared with others (step 02)",
    ("payments", "margin"): "without it the margin is assumed from the revenue (steps 02, 05)",
    ("leads", "source"): "without it enquiries cannot be sorted by source (step 07)",
    ("leads", "won_on"): "without it we do not know which enquiries became customers (steps 05, 07)",
    ("referrals", "converted_on"): "without it we do not know which referrals became customers (steps 03, 05)",
    ("referrals", "friend_id"): "without it a friend cannot be found among the customers (steps 02, 09)",
}


def still_missing(columns: Mapping[str, Collection[str]]) -> list[str]:
    """What a folder with these tables and columns lacks, most important first.

    Examples
    --------
    >>> still_missing({"customers": ["customer_id", "joined_on"]})[0][:35]
    'payments: without payments the valu'
    """
    there = {(table, column) for table, names in columns.items() for column in names}
    if {("customers", "tenure_months"), ("customers", "status")} <= there:  # they tell together who left and when
        there.add(("customers", "left_on"))
    tables = [f"{table}: {why}" for table, why in TABLES_WANTED.items() if table not in columns]
    parts = [
        f"{table}.{column}: {why}"
        for (table, column), why in COLUMNS_WANTED.items()
        if table in columns and (table, column) not in there
    ]
    return tables + parts
