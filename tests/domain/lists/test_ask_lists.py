"""The lists of a month on a few customers written out by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from referral_playbook.domain.lists.ask_lists import Lists
from referral_playbook.domain.lists.ask_rules import AskRules


def people(**changes):
    told = {
        "customer_id": ["a", "b", "c"],
        "segment": None,
        "region": None,
        "nps": [9.0, 9.0, 9.0],
        "open_complaint": pd.array([False, False, False], "boolean"),
        "complaint_since": pd.NaT,
        "monthly_amount": [1.0, 2.0, 3.0],
        "tenure_months": 12.0,
        "channel": None,
    }
    return pd.DataFrame(told | changes)


@pytest.mark.parametrize("reason", ["", "there is no touchpoints table"])
def test_where_nobody_is_unhappy_nobody_is_called(reason):
    lists = Lists(people=people(), rules=AskRules(), reason=reason)
    assert lists.close_the_loop.empty
    assert lists.to_close().value == 0


def test_complaints_come_before_detractors_and_those_who_pay_most_come_first():
    found = Lists(
        people=people(nps=[3.0, 9.0, 6.0], open_complaint=pd.array([False, True, False], "boolean")), rules=AskRules()
    )
    assert list(found.close_the_loop["customer_id"]) == ["b", "c", "a"]
    assert found.close_the_loop["reason"].iloc[0].startswith("complaint open")
