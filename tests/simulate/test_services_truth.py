"""What is true of a services firm, counted again in its register."""

from __future__ import annotations

import pytest

from referral_playbook.simulate import simulate
from tests.simulate.simulations import near_share, sample


def test_services_balance_sheet_and_unknown_share_of_the_sample():
    client = sample("harlow-partners")
    leads = client.tables["leads"]
    assert 0.34 < client.truth["unknown_source_share"]["happened"] < 0.42
    for partner, sides in client.truth["balance_sheet"].items():
        for side, true in sides.items():
            mine = leads[(leads["source"] == partner) & (leads["given_or_received"] == side)]
            won = mine[mine["won_on"].notna()]
            assert (len(mine), len(won)) == (true["leads"], true["won"])
            assert won["value"].sum() == pytest.approx(true["value"])
    assert set(client.tables["referrals"]["referrer_type"]) == {
        "customer",
        "employee",
        "intermediary",
        "connector",
        "agency",
    }


def test_what_is_unknown_was_often_an_introduction():
    """Whoever lost the source, lost it whatever it was: the introduced share of the unknown is that of all leads."""
    client = simulate("services", seed=5, leads=6000)
    lost = client.truth["truly_by_introduction_among_unknown"]
    leads = client.tables["leads"]
    received = leads[leads["given_or_received"] != "given"]
    assert lost["leads"] == int((received["source"].isna() | (received["source"] == "unknown")).sum())
    near_share(lost["introduced"], lost["leads"], client.truth["referral_share_of_leads"])
    assert 0 < lost["won_introduced"] <= lost["won"] < lost["leads"]


def test_leads_and_wins_of_all_sources_add_up():
    client = sample("harlow-partners")
    sources, leads = client.truth["sources"], client.tables["leads"]
    received = leads[leads["given_or_received"] != "given"]
    assert sum(s["leads"] for s in sources.values()) == len(received)
    assert sum(s["won"] for s in sources.values()) == received["won_on"].notna().sum()
    for name, source in sources.items():
        mine = received[(received["source"] == name) & received["won_on"].notna()]
        assert (source["won_noted"], source["value_won_noted"]) == (len(mine), pytest.approx(mine["value"].sum()))


def test_the_chance_of_a_lead_is_the_mix_of_its_sources():
    truth = sample("harlow-partners").truth
    by_hand = (
        0.22 * 0.42 + 0.11 * 0.30 + 0.13 * 0.48 + 0.09 * 0.40 + 0.04 * 0.35 + 0.03 * 0.33
        + 0.09 * 0.15 + 0.08 * 0.10 + 0.07 * 0.50 + 0.09 * 0.12 + 0.05 * 0.15
    )  # fmt: skip
    assert truth["conversion_per_lead"] == pytest.approx(by_hand)
