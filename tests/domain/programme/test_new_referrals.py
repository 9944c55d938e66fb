"""Referrals where none come today: stated, else one ask a year of every customer."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from referral_playbook.contract.estimate import assumed, undefined
from referral_playbook.domain.programme.new_referrals import (
    from_asks,
    new_referrals,
    starts_from_nothing,
    without_uplift,
)
from referral_playbook.domain.programme.status import ProgrammeStatus

NEW, RUNNING = ProgrammeStatus(running=False), ProgrammeStatus(running=True)


def _baseline(value):
    return assumed(value, 0.0, 2 * value, unit="referrals", per="month", source="test")


def _client(left):
    profile = pd.DataFrame({"customer_id": [f"C{i}" for i in range(len(left))], "left": left})
    return SimpleNamespace(fact={"customer_profile": profile}.get)


@pytest.mark.parametrize(
    ("value", "status", "expected"), [(0.0, NEW, True), (0.0, RUNNING, False), (0.1, NEW, False), (0.1, RUNNING, False)]
)
def test_a_client_starts_from_nothing_only_without_referrals_and_without_a_programme(value, status, expected):
    assert starts_from_nothing(_baseline(value), status) is expected


def test_a_baseline_that_nobody_knows_is_not_taken_for_none():
    unknown = undefined("no referrals are recorded", unit="referrals", per="month")
    assert not starts_from_nothing(unknown, NEW)
    assert new_referrals(_client([False] * 600), baseline=unknown, status=NEW).value == 0


def test_customers_who_are_there_are_asked_once_a_year_each():
    """600 customers of 1,000: 50 asks a month, of which 3% to 20% bring a referral."""
    found = new_referrals(_client([False] * 600 + [True] * 400), baseline=_baseline(0.0), status=NEW)
    assert [found.low, found.value, found.high] == pytest.approx([1.5, 5.0, 10.0])
    assert (
        found.source == "600 customers, each asked once a year, x referrals per ask (playbook default, not confirmed)"
    )
    assert found == from_asks(600)
    assert "1 customer, each asked" in from_asks(1).source


def test_a_stated_number_may_also_come_to_nothing_or_to_twice_as_many():
    found = new_referrals(_client([False]), baseline=_baseline(0.0), status=NEW, stated=4.0)
    assert (found.low, found.value, found.high, found.source) == (0.0, 4.0, 8.0, "stated by the client")
    with pytest.raises(ValueError, match="new_referrals = -1"):
        new_referrals(_client([False]), baseline=_baseline(0.0), status=NEW, stated=-1)


def test_where_referrals_come_already_a_stated_number_is_not_added_to_the_uplift():
    found = new_referrals(_client([False] * 9), baseline=_baseline(3.0), status=RUNNING, stated=40.0)
    assert (found.low, found.value, found.high) == (0.0, 0.0, 0.0)
    assert "the uplift says what the programme adds" in found.source


@pytest.mark.parametrize("client", [_client([]), _client([True, True]), SimpleNamespace(fact={}.get)])
def test_without_customers_there_is_nobody_to_ask(client):
    found = new_referrals(client, baseline=_baseline(0.0), status=NEW)
    assert found.reason == "no referral comes today, and there are no customers to ask: state new_referrals"


def test_an_uplift_of_nothing_is_undefined_with_its_unit():
    uplift = assumed(1.5, 0.9, 2.0, unit="times", per="referral without the programme", source="test")
    found = without_uplift(uplift)
    assert (found.value, found.unit, found.per, found.basis) == (None, uplift.unit, uplift.per, uplift.basis)
    assert "nothing to multiply" in found.reason
