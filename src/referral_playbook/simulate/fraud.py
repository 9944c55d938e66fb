"""Seeded fraud: referrals that should not count, each kind as a reviewer meets it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from referral_playbook.simulate.simulated import day, generator
from referral_playbook.simulate.world import SubscriptionWorld

BURST = 7  # referrals of one advocate on one day
LOOPS = (3, 2)  # customers in each closed loop
SELVES = 4
DUPLICATES = 4


def fraud(people: pd.DataFrame, honest: pd.DataFrame, world: SubscriptionWorld, seed: int) -> pd.DataFrame:
    """Fraudulent rows in the form of `population`'s referrals, with `fraud` naming the kind.

    Friends: a position in `people` (self-referrals, loops), -1 for a fresh made-up lead, or for duplicates
    the row of `honest` whose friend is claimed again (column `again`).
    """
    rng = generator(seed, "fraud")
    cheats = _cheats(people, honest, world, rng)
    rows = [_row(c, c, "self_referral", i) for i, c in enumerate(cheats[:SELVES])]
    rows += _loops(cheats[SELVES : SELVES + sum(LOOPS)])
    rows += [_row(c, -1, "burst", 20 + i) for i, c in enumerate(cheats[-2:]) for _ in range(BURST)]
    rows += _duplicates(cheats[SELVES + sum(LOOPS) : -2], honest, world)
    made = pd.DataFrame(rows)
    start, end = day(world.programme_start) + 30, day(world.as_of) - 20
    when = start + rng.integers(0, int((end - start).astype(int)), made["event"].max() + 1)
    made["referred"] = (when[made["event"].to_numpy()] + made["after"].to_numpy("m8[D]")).astype("M8[ns]")
    again = made["again"].to_numpy()
    first = honest["referred"].reindex(again).to_numpy()
    made["referred"] = np.where(again >= 0, first + np.timedelta64(9, "D"), made["referred"])
    made["invited"] = made["referred"]
    claimed = (made["fraud"] == "self_referral").to_numpy()
    for stage, wait in (("qualified", 3), ("converted", 10)):
        made[stage] = made["referred"].where(claimed) + pd.to_timedelta(wait, unit="D")
    return made.assign(channel="link", arm="").drop(columns=["event", "after"])


def _cheats(
    people: pd.DataFrame, honest: pd.DataFrame, world: SubscriptionWorld, rng: np.random.Generator
) -> np.ndarray:
    """Customers who never referred anyone honestly and came without an advocate, with us for the whole programme."""
    clean = ~people.index.isin(honest["advocate"]) & (people["advocate"] < 0)
    there = (people["joined"] < pd.Timestamp(world.programme_start)) & (people["exit"] > pd.Timestamp(world.as_of))
    needed = SELVES + sum(LOOPS) + DUPLICATES + 2
    cheats = rng.permutation(people.index[clean & there])[:needed]
    if len(cheats) < needed:
        raise ValueError(f"too few long-standing customers to seed fraud ({len(cheats)} of {needed}): say fraud=False")
    return cheats


def _row(advocate: int, friend: int, kind: str, event: int, after: int = 0, again: int = -1) -> dict[str, Any]:
    return {
        "advocate": int(advocate),
        "friend": int(friend),
        "fraud": kind,
        "event": event,
        "after": after,
        "again": again,
    }


def _loops(cheats: np.ndarray) -> list[dict[str, Any]]:
    """A refers B, B refers C, C refers A, some days apart."""
    rows, left = [], list(cheats)
    for i, size in enumerate(LOOPS):
        ring, left = left[:size], left[size:]
        rows += [
            _row(a, b, "loop", 10 + i, 6 * j) for j, (a, b) in enumerate(zip(ring, ring[1:] + ring[:1], strict=True))
        ]
    return rows


def _duplicates(cheats: np.ndarray, honest: pd.DataFrame, world: SubscriptionWorld) -> list[dict[str, Any]]:
    """Another advocate claims a friend whom an honest advocate named nine days before."""
    known = honest[(honest["friend"] < 0) & honest["invited"].notna()]
    known = known[
        known["referred"].between(
            pd.Timestamp(world.programme_start), pd.Timestamp(world.as_of) - pd.Timedelta(days=30)
        )
    ]
    step = max(1, len(known) // max(1, len(cheats)))
    return [_row(c, -1, "duplicate_friend", 0, again=i) for c, i in zip(cheats, known.index[::step], strict=False)]
