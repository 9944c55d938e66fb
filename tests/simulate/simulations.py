"""Simulated clients that several test files count again, made once in a process, and how near is near enough."""

from __future__ import annotations

from functools import cache

import numpy as np

from referral_playbook.simulate import simulate
from referral_playbook.simulate.__main__ import SAMPLES

MONTH = 30.4375


@cache
def sample(name):
    kind, seed, changes = SAMPLES[name]
    return simulate(kind, seed=seed, **changes)


def near(found, true, standard_error):
    """Within four standard errors, and these are small enough to say something."""
    assert standard_error > 0
    assert abs(found - true) <= 4 * standard_error, f"{found} is not {true} +- 4 x {standard_error}"


def near_share(hits, of, true):
    near(hits / of, true, np.sqrt(true * (1 - true) / of))


def honest(client):
    seeded = {row["referral_id"] for row in client.truth["fraud"]}
    return client.tables["referrals"][~client.tables["referrals"]["referral_id"].isin(seeded)]
