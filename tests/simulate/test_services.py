"""A services firm: leads follow their sources, clients leave at the true rate."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from referral_playbook.simulate import simulate
from tests.simulate.simulations import MONTH, near, near_share


def test_services_leads_follow_their_sources():
    client = simulate("services", seed=5, leads=6000)
    leads = client.tables["leads"]
    received = leads[leads["given_or_received"] != "given"]
    unknown = received["source"].isna() | (received["source"] == "unknown")
    near_share(unknown.sum(), len(received), client.truth["unknown_source_share"]["expected"])
    assert unknown.mean() == pytest.approx(client.truth["unknown_source_share"]["happened"])
    ripe = received[received["created_on"] < pd.Timestamp(client.as_of) - pd.Timedelta(days=365)]
    for name, true in client.truth["sources"].items():
        mine = ripe[ripe["source"] == name]
        near_share(mine["won_on"].notna().sum(), len(mine), true["conversion"])
        assert true["leads_noted"] == (received["source"] == name).sum()


def test_services_clients_leave_at_the_true_rate():
    client = simulate("services", seed=6, clients_before=5000)
    rows = client.tables["customers"]
    for sector, churn in client.truth["retention"]["monthly_churn"].items():
        mine = rows[rows["segment"] == sector]
        end = mine["left_on"].fillna(pd.Timestamp(client.as_of))
        months = np.floor((end - mine["joined_on"]).dt.days / MONTH + 1e-9).sum()
        near(mine["left_on"].notna().sum() / months, churn, np.sqrt(churn / months))


def test_introducers_are_clients_of_that_day_and_agencies_alone_are_paid():
    client = simulate("services", seed=7)
    rows, people = client.tables["referrals"], client.tables["customers"].set_index("customer_id")
    own = rows[rows["referrer_type"] == "customer"]
    by = people.loc[own["referrer_id"]].reset_index()
    made = own["referred_on"].reset_index(drop=True)
    assert (by["joined_on"] <= made).all()
    assert (by["left_on"].isna() | (by["left_on"] > made)).all()
    paid = rows[rows["reward"].notna()]
    assert set(paid["referrer_type"]) == {"agency"}
    leads = client.tables["leads"].dropna(subset="won_on")
    for row in paid.itertuples():  # a tenth of the first year's fee
        fees = leads[leads["won_on"] == row.converted_on]["value"]
        assert (fees * 0.10 - row.reward).abs().min() < 0.006
    waits = (paid["rewarded_on"] - paid["converted_on"]).dt.days.dropna()
    assert set(waits) == {30}


def test_every_client_won_was_a_lead_and_fees_are_in_fives():
    client = simulate("services", seed=7)
    people, leads = client.tables["customers"], client.tables["leads"]
    new = people[people["joined_on"] >= pd.Timestamp("2023-07-01")]
    won = leads[(leads["given_or_received"] != "given") & leads["won_on"].notna()]
    assert sorted(new["joined_on"]) == sorted(won["won_on"])
    assert (people["monthly_amount"] % 5 == 0).all()


def test_a_settled_complaint_is_settled_before_the_client_left():
    client = simulate("services", seed=7)
    touches = client.tables["touchpoints"].merge(client.tables["customers"][["customer_id", "left_on"]])
    settled = touches["resolved_on"].notna()
    assert set(touches[settled]["kind"]) == {"complaint"}
    gone = touches[settled & touches["left_on"].notna()]
    assert (gone["resolved_on"] <= gone["left_on"]).all()
