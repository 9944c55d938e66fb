"""A run alone: kernels of its own, no limit on the steps at a time, and the folders as they are."""

from __future__ import annotations

import dataclasses

import pytest

from referral_playbook.run.client.surroundings import ALONE, Setting
from referral_playbook.run.kernels.pool import kernels_for


def test_the_defaults_are_those_of_a_run_alone():
    assert Setting() == ALONE
    assert (ALONE.kernels, ALONE.width, ALONE.previous, ALONE.shown) == (kernels_for, None, None, None)


def test_a_setting_that_all_runs_share_cannot_be_changed_by_one():
    with pytest.raises(dataclasses.FrozenInstanceError):
        ALONE.width = 2
