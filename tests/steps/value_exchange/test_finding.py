"""The finding of step 02: with every input stated, its parts are what a pocket calculator gives, and agree."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.steps.value_exchange import step

STATED = {
    "customer_value": 500.0,
    "incremental_share": 0.6,
    "conversion_rate": 0.2,
    "qualified_share": 0.5,
    "fulfilment": 10.0,
    "reward_advocate": 40.0,
    "reward_friend": 30.0,
    "uplift": 1.5,
    "friends_asked": 3.0,
    "acceptance": 0.4,
    "horizon_months": 24,
}


@pytest.fixture(scope="module")
def found(sample):
    return step.find(sample(), Parameters.of("value_exchange", **STATED))


def test_a_qualified_referral_brings_what_is_left_of_a_conversion(found):
    """0.2 x (0.6 x 500 - 10 - 70) = 44."""
    assert found.unit.value == pytest.approx(44)
    assert found.unit.low < 44 < found.unit.high


def test_an_ask_is_worth_the_conversions_that_it_leads_to_before_any_reward(found):
    """3 friends x 0.4 x 0.5 x 0.2 x 0.6 x 500 = 36."""
    assert found.ask.value == pytest.approx(36)


def test_the_ceiling_with_a_baseline_counts_what_the_programme_adds(found):
    """0.6 x 500 = 300, and (1.5 - 1) / 1.5 of it is 100; the handling of 10 falls on every conversion."""
    assert found.ceilings.naive.value == pytest.approx(500)
    assert found.ceilings.without_baseline.value == pytest.approx(290)
    assert found.known["baseline_referrals"].value > 0
    assert found.ceilings.that_counts.value == pytest.approx(90)


def test_what_was_stated_reaches_every_part(found):
    assert {name: found.known[name].value for name in ("customer_value", "uplift", "qualified_share")} == {
        "customer_value": 500.0,
        "uplift": 1.5,
        "qualified_share": 0.5,
    }
    assert found.horizon.months == 24
    assert (found.offer.cost("advocate"), found.offer.cost("friend")) == (40.0, 30.0)
    assert found.saving is None or found.saving.unit == found.currency


def test_the_result_hands_over_what_was_found_and_computes_nothing_again(found):
    result = step.build_result(found)
    assert result.estimates["unit_value_per_qualified_referral"] == found.unit
    assert result.estimates["reward_ceiling"] == found.ceilings.that_counts
    assert result.estimates["value_of_the_ask"] == found.ask
    assert all(result.estimates[name] == estimate for name, estimate in found.known.items())
    (offer,) = result.tables["offer"]
    assert (offer["advocate"], offer["friend"], offer["leads_per_qualified"]) == (40.0, 30.0, 2.0)


def test_only_valid_referrals_are_looked_at_and_the_others_stand_beside(found, sample):
    every, valid = sample().fact("referrals"), found.engagement.fact("referrals")
    assert len(valid) < len(every)
    assert len(found.beside) > 0


def test_a_finding_is_not_changed_after_it_was_made(found):
    with pytest.raises(FrozenInstanceError):
        found.currency = "EUR"
