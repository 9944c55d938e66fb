"""The simulator tells the truth: same seed same bytes, sound tables, parameters that counting finds again."""

from __future__ import annotations

import pandas as pd
import pytest

from referral_playbook.contract.tables import TABLES
from referral_playbook.simulate import simulate
from referral_playbook.simulate.__main__ import SAMPLES
from tests.simulate.simulations import sample


@pytest.fixture(scope="module", params=list(SAMPLES))
def any_sample(request):
    return sample(request.param)


@pytest.mark.parametrize("kind", ["subscription", "services", "shop"])
def test_same_seed_same_client_and_another_seed_another(kind):
    one, two, other = simulate(kind, seed=3), simulate(kind, seed=3), simulate(kind, seed=4)
    assert one.truth == two.truth
    for table in one.tables:
        pd.testing.assert_frame_equal(one.tables[table], two.tables[table])
    assert not one.tables["customers"].equals(other.tables["customers"])


def test_wrong_requests_are_refused():
    with pytest.raises(ValueError, match="no client of kind 'bakery'; there are subscription, services, shop"):
        simulate("bakery", seed=1)
    with pytest.raises(TypeError, match="referal_rate"):
        simulate("subscription", seed=1, referal_rate=0.1)
    with pytest.raises(ValueError, match="too few long-standing customers to seed fraud"):
        simulate("subscription", seed=1, customers=20)


def test_nothing_is_dated_after_the_as_of_date(any_sample):
    last = pd.Timestamp(any_sample.as_of)
    for name, table in any_sample.tables.items():
        for column in table.columns:
            if TABLES[name].column(column).kind == "date":
                assert not (table[column] > last).any(), f"{name}.{column}"
            if TABLES[name].column(column).kind == "month":
                assert table[column].max() <= f"{last:%Y-%m}"


def test_ids_refer_to_rows_that_exist(any_sample):
    tables = any_sample.tables
    members = set(tables["customers"]["customer_id"])
    assert len(members) == len(tables["customers"])
    for table in {"payments", "touchpoints"} & set(tables):
        assert set(tables[table]["customer_id"]) <= members
    named = tables["surveys"]["respondent_id"] if "surveys" in tables else pd.Series([], dtype=object)
    assert set(named[~named.str.startswith("anon-")]) <= members
    if "referrals" in tables:
        rows = tables["referrals"]
        assert set(rows.loc[rows["referrer_type"] == "customer", "referrer_id"]) <= members
        assert set(rows["friend_id"].dropna()) <= members | set(tables["leads"]["lead_id"])
        assert rows["referral_id"].is_unique
    if "referred_by" in tables["customers"]:
        assert set(tables["customers"]["referred_by"].dropna()) <= members
