"""Who is to be asked and who is to be rung, worked out customer by customer from the simulated life.

Written apart from the step that does this from facts, so that the two can be held against each other.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pandas as pd

GIVEN, DAYS, TENURE = ("delight", "kind_act"), 90, 6

RULES = {
    "active": "not left at the as-of date",
    "promoter": "last NPS answer is 9 or 10; detractor: 0 to 6",
    "minimum_tenure_months": TENURE,
    "given_kinds": list(GIVEN),
    "given_within_days": DAYS,
    "not_asked_within_days": DAYS,
    "asks_not_above_given": "asks so far <= things given so far (a kind act before the sale counts)",
    "open_complaint": "a complaint without resolved_on",
    "close_the_loop": "active, and a detractor or with an open complaint",
}


def ask_lists(
    customers: pd.DataFrame,
    surveys: pd.DataFrame,
    touchpoints: pd.DataFrame,
    as_of: pd.Timestamp,
    *,
    given: tuple[str, ...] = GIVEN,
    days: int = DAYS,
    tenure: float = TENURE,
) -> dict[str, Any]:
    """Customer ids for the ask list and the close-the-loop list with the facts behind each."""
    ask, close = [], []
    last = {r.respondent_id: int(r.answer) for r in surveys[surveys["question"] == "nps"].itertuples()}  # sorted by day
    theirs: dict[str, list[Any]] = defaultdict(list)
    for contact in touchpoints.itertuples():
        theirs[contact.customer_id].append(contact)
    for customer in customers[customers["left_on"].isna()].itertuples():
        row = _looked_at(customer, last.get(customer.customer_id), theirs[customer.customer_id], as_of, given)
        if row["open_complaint"] or (row["nps"] is not None and row["nps"] <= 6):
            close.append({k: row[k] for k in ("customer_id", "nps", "open_complaint")})
        elif _may_be_asked(row, days, tenure):
            ask.append(row)
    return {"rules": RULES, "ask": ask, "close_the_loop": close}


def _looked_at(
    customer: Any, nps: int | None, contacts: list[Any], as_of: pd.Timestamp, given: tuple[str, ...]
) -> dict[str, Any]:
    gifts = [c.on for c in contacts if c.kind in given]
    asks = [c.on for c in contacts if c.kind == "ask"]
    return {
        "customer_id": customer.customer_id,
        "nps": nps,
        "tenure_months": round((as_of - customer.joined_on).days / 30.4375, 3),
        "open_complaint": any(c.kind == "complaint" and pd.isna(c.resolved_on) for c in contacts),
        "given": len(gifts),
        "asks": len(asks),
        "days_since_given": min(((as_of - on).days for on in gifts), default=None),
        "days_since_asked": min(((as_of - on).days for on in asks), default=None),
    }


def _may_be_asked(row: dict[str, Any], days: int, tenure: float) -> bool:
    return (
        row["nps"] is not None
        and row["nps"] >= 9
        and row["tenure_months"] >= tenure
        and row["days_since_given"] is not None
        and row["days_since_given"] <= days
        and (row["days_since_asked"] is None or row["days_since_asked"] > days)
        and row["asks"] <= row["given"]
    )
