"""The parameters of the services firm: shares that are shares, and the firm that the sample is meant to show."""

from __future__ import annotations

import pytest

from referral_playbook.contract.tables import TABLES
from referral_playbook.simulate.services_world import OFFICES, SECTORS, SOURCES, ServicesWorld


def test_shares_of_sources_sectors_and_offices_add_up():
    for shares in ([s.share for s in SOURCES.values()], [s.share for s in SECTORS.values()], OFFICES.values()):
        assert sum(shares) == pytest.approx(1)
        assert min(shares) > 0


def test_chances_are_chances():
    assert all(0 < s.conversion < 1 for s in SOURCES.values())
    assert all(0 < s.churn < 0.05 for s in SECTORS.values())  # a client of an accountant stays for years
    world = ServicesWorld()
    assert 0 < world.unknown + world.empty < 0.5


def test_who_introduces_is_a_word_of_the_contract():
    allowed = set(TABLES["referrals"].column("referrer_type").choices)
    assert {s.referrer for s in SOURCES.values()} - {""} <= allowed


def test_business_is_passed_back_to_partners_only():
    assert {name.split(":")[0] for name, s in SOURCES.items() if s.given} == {"reciprocal"}


def test_the_firm_lives_on_introductions_and_one_bank_takes_more_than_it_gives():
    """More than two thirds of the leads are introduced; the bank gets 9 leads a year for about 14 that it sends."""
    introduced = sum(s.share for s in SOURCES.values() if s.referrer)
    assert introduced == pytest.approx(0.86)
    world = ServicesWorld()
    years = (world.as_of - world.register).days / 365.25
    received = {name: world.leads * s.share / years for name, s in SOURCES.items() if s.given}
    ratio = {name: SOURCES[name].given / received[name] for name in received}
    assert max(ratio, key=ratio.get) == "reciprocal: Marin HR"  # gets more than it gives
    assert ratio["reciprocal: Marin HR"] > 1 > ratio["reciprocal: Notary De Wit"]
