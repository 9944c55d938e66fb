"""Damages do what they say, and say where they do not apply."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from referral_playbook.challenge.catalogue import DAMAGES
from referral_playbook.challenge.damages import drawn_by_hash
from referral_playbook.domain.programme import fraud
from referral_playbook.domain.programme.referral_facts import referral_facts

BY_NAME = {d.name: d for d in DAMAGES}
DAY = pd.Timestamp("2026-09-01")


def _tables():
    people = [f"C{i}" for i in range(40)]
    return {
        "customers": pd.DataFrame(
            {"customer_id": people, "joined_on": DAY, "left_on": pd.NaT, "monthly_amount": 10.0}
        ).astype({"left_on": "datetime64[ns]"}),
        "payments": pd.DataFrame(
            {
                "customer_id": people,
                "paid_on": DAY,
                "amount": np.arange(40.0),
                "margin": 5.0,
                "kind": ["refund"] + ["new"] * 39,
            }
        ),
        "surveys": pd.DataFrame(
            {
                "respondent_id": people,
                "asked_on": DAY,
                "question": "pmf",
                "answer": ["very disappointed"] * 20 + ["not disappointed"] * 20,
            }
        ),
        "costs": pd.DataFrame({"month": ["2026-08"], "item": ["x"], "hours": [2.0], "amount": [100.0]}),
    }


def test_the_largest_customer_leaves_every_table():
    changed = BY_NAME["largest customer gone"].tables(_tables())
    assert "C39" not in set(changed["customers"]["customer_id"])
    assert "C39" not in set(changed["surveys"]["respondent_id"])
    assert len(changed["payments"]) == 39


def test_amounts_margins_refunds_and_costs_change_by_what_is_said():
    before = _tables()
    assert BY_NAME["margin a fifth lower"].tables(_tables())["payments"]["margin"].tolist() == [4.0] * 40
    costs = BY_NAME["costs half as high again"].tables(_tables())["costs"]
    assert (costs["hours"].item(), costs["amount"].item()) == (3.0, 150.0)
    before["payments"].loc[0, "amount"] = -7.0
    assert BY_NAME["refunds doubled"].tables(before)["payments"]["amount"].iloc[:2].tolist() == [-14.0, 1.0]
    yearly = BY_NAME["yearly amounts taken for monthly"].tables(_tables())["customers"]["monthly_amount"]
    assert set(yearly) == {10.0, 120.0}


def test_answers_go_missing_of_one_kind_only():
    delighted = BY_NAME["delighted customers did not answer"].tables(_tables())["surveys"]
    counts = delighted["answer"].value_counts()
    assert counts["not disappointed"] == 20
    assert counts["very disappointed"] < 20


@pytest.mark.parametrize("name", [d.name for d in DAMAGES if d.tables])
def test_a_damage_that_has_nothing_to_change_says_so_and_no_table_is_changed_in_place(name):
    assert not BY_NAME[name].tables({})
    before, tables = _tables(), _tables()
    BY_NAME[name].tables(tables)
    for table, rows in before.items():
        pd.testing.assert_frame_equal(rows, tables[table])


def test_flagged_rows_in_counts_them_as_valid(simulated):
    client = simulated(customers=300)
    flagged = fraud.flags(client).ids
    assert len(flagged) > 5
    rows = BY_NAME["flagged rows in"].referrals(client)
    honest = client.with_facts(**referral_facts(client, rows))
    assert len(fraud.flags(honest).ids) < len(flagged) / 3
    out = BY_NAME["suspects out"].referrals(client)
    assert not set(out["referral_id"]) & set(flagged)


def test_what_is_taken_does_not_depend_on_what_else_is_there():
    ids = pd.Series([f"R{i}" for i in range(3_000)])
    assert drawn_by_hash(ids, 0.3, "x").mean() == pytest.approx(0.3, abs=0.03)
    assert (drawn_by_hash(ids.iloc[::3], 0.3, "x") == drawn_by_hash(ids, 0.3, "x").iloc[::3]).all()
