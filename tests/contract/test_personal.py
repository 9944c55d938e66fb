"""Columns that can identify a person."""

from __future__ import annotations

import pytest

from referral_playbook.contract.personal import IDS, is_personal
from referral_playbook.contract.tables import TABLES


@pytest.mark.parametrize(
    "column", ["customer_id", "referrer_id", "friend_id", "respondent_id", "email", "phone", "comment"]
)
def test_ids_and_contact_data_are_personal(column):
    assert is_personal(column)


@pytest.mark.parametrize("column", ["segment", "source", "joined_on", "amount", "nps", "reason"])
def test_groups_dates_and_amounts_are_not(column):
    assert not is_personal(column)


def test_every_column_that_names_a_customer_counts():
    ids = {c.name for table in TABLES.values() for c in table.columns if c.name.endswith("_id")}
    assert {"customer_id", "respondent_id", "referrer_id", "friend_id", "referred_by"} <= IDS
    assert ids & {"customer_id", "respondent_id", "referrer_id", "friend_id"} <= IDS


def test_who_acts_is_named_and_whose_figures_they_are_is_not():
    assert not is_personal("owner", ["what", "owner", "due"])
    assert is_personal("owner", ["month", "metric", "target", "owner"])
