"""The asks that a goal takes, and whether as many are made."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral_playbook.contract.evidence import assumed, undefined
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.domain.lists.goal_band import Outlook
from referral_playbook.steps.goal_setting.asks import Asks, asks_for, asks_made, asks_needed, extra_referrals
from referral_playbook.steps.goal_setting.step import find


class TestBand:
    def test_the_asks_must_carry_the_goal(self, sample):
        client = sample("brightdesk")
        stated = {"baseline_referrals": 10.0, "uplift": 2.0}
        found = find(client, Parameters.of("goal_setting", **stated)).asks
        assert found.extra.value == pytest.approx(10.0)
        assert found.needed.value == pytest.approx(10.0 / found.per_ask.value)
        assert found.check().passed is (found.made.value >= found.needed.value)
        assert "asks a month" in found.words


def asks_a_month(value):
    return assumed(value, value, value, unit="asks", per="month", source="test")


def carried(needed, made):
    return Asks(extra=asks_a_month(1.0), per_ask=asks_a_month(1.0), needed=needed, made=made)


@pytest.mark.parametrize(("made", "passed"), [(45.0, False), (50.0, True), (60.0, True)])
def test_asks_carry_the_goal_from_the_number_that_it_needs(made, passed):
    found = carried(asks_a_month(50.0), asks_a_month(made))
    assert found.check().passed is passed
    assert ("5 are missing" in found.words) is (made == 45.0)


def test_what_is_not_known_carries_nothing():
    nothing = undefined("no table records the asks", unit="asks", per="month")
    assert carried(asks_a_month(50.0), nothing).check().passed is None
    assert "How many are made is not known: no table records the asks." in carried(asks_a_month(50.0), nothing).words
    assert carried(nothing, asks_a_month(50.0)).check().passed is None


@given(st.floats(0.5, 100), st.floats(0.5, 5))
def test_the_extra_referrals_are_those_above_the_baseline(rate, factor):
    baseline = assumed(rate, rate, rate, unit="referrals", per="month", source="test")
    certain = assumed(factor, factor, factor, unit="times", per="referral", source="test")
    assert extra_referrals(Outlook(rate=baseline, factor=certain)).value == pytest.approx(rate * (factor - 1), abs=1e-9)


def test_the_asks_made_are_those_of_the_last_three_whole_months(sample):
    client = sample("brightdesk")
    touches = client.fact("touchpoints")
    recent = ((touches["kind"] == "ask") & (touches["on"] > "2026-06-30") & (touches["on"] <= "2026-09-30")).sum()
    assert asks_made(client).value == pytest.approx(recent / 3)
    assert not asks_made(sample("cupboard").with_facts(touchpoint_months=None)).defined


def test_where_an_ask_may_bring_nothing_the_asks_have_no_upper_limit_and_are_never_below_none():
    extra = assumed(4.0, -1.0, 9.0, unit="referrals", per="month", source="test")
    per_ask = assumed(1.2, -0.3, 2.7, unit="referrals", per="ask", source="test")
    with pytest.raises(ValueError, match="no extra referral"):
        asks_for(4.0, -0.3)
    needed = asks_needed(extra, per_ask)
    assert (needed.low, needed.high) == (0.0, None)
    assert needed.value == pytest.approx(4.0 / 1.2)
