"""The parameters of the subscription client: shares that are shares, a programme that is below contagion."""

from __future__ import annotations

import dataclasses
from datetime import date

import numpy as np
import pytest

from referral_playbook.contract.tables import TOUCHPOINT_KINDS
from referral_playbook.simulate.people import shape_sum
from referral_playbook.simulate.world import ARMS, CHANNELS, REGIONS, SEGMENTS, SOURCES, SubscriptionWorld


def test_shares_add_up():
    shares = [
        [s.share for s in SEGMENTS.values()],
        list(REGIONS.values()),
        list(SOURCES.values()),
        [share for share, _ in CHANNELS.values()],
        *([*s.prices.values()] for s in SEGMENTS.values()),
    ]
    for one in shares:
        assert sum(one) == pytest.approx(1)


def test_nobody_is_promoter_and_detractor_at_once():
    for segment in SEGMENTS.values():
        assert 0 < segment.promoters + segment.detractors <= 1
        assert 0 < segment.very_disappointed < 1
        assert 0 < segment.margin_rate < 1


def test_the_sample_is_meant_to_clear_the_gate_in_two_segments_and_fail_in_one():
    above = {name for name, s in SEGMENTS.items() if s.very_disappointed > 0.40}
    assert above == {"agencies", "clinics"}
    overall = sum(s.share * s.very_disappointed for s in SEGMENTS.values())
    assert overall == pytest.approx(0.495)


def test_the_experiment_changes_who_gets_what_and_not_how_many_are_asked():
    """The factors average 1, so that the months of the experiment are like the others."""
    assert np.mean([arm.factor for arm in ARMS.values()]) == pytest.approx(1)
    world = SubscriptionWorld()
    start, end = world.experiment
    assert world.programme_start < start < end < world.as_of


def test_referrals_stay_below_contagion():
    """A customer of ten years makes fewer than one customer."""
    world = SubscriptionWorld()
    made = world.referral_rate * float(shape_sum(world, np.array([120.0]))[0])
    converted = sum(share * chance for share, chance in CHANNELS.values())
    assert made * world.invited * world.qualified * converted < 0.3


def test_contacts_are_words_of_the_contract_and_surveys_lie_in_the_record():
    world = SubscriptionWorld()
    assert set(world.contacts) == set(TOUCHPOINT_KINDS)
    assert all(world.start < wave < world.as_of for wave in (*world.pmf_waves, *world.nps_waves))


def test_a_changed_world_leaves_the_usual_one_alone():
    changed = dataclasses.replace(SubscriptionWorld(), as_of=date(2025, 1, 31), referral_rate=0.0)
    assert changed.referral_rate == 0
    assert SubscriptionWorld().referral_rate == 0.018
    with pytest.raises(dataclasses.FrozenInstanceError):
        changed.referral_rate = 1.0
