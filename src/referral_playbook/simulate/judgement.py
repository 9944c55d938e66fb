"""The small tables of a subscription client: cost sheet and what was agreed in the workshop."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from referral_playbook.simulate.simulated import day, generator
from referral_playbook.simulate.world import SubscriptionWorld

MONTHLY = {"programme management": (3.0, 0.0), "marketing": (2.0, 20.0), "support": (0.8, 0.0), "software": (0.0, 49.0)}
REWARDS = (
    ("Thank-you note", "recognition", "advocate", "lead", 3.0, 10.0, None, None),
    ("50 credit each", "credit", "both", "conversion", 50.0, 50.0, 10, None),
    ("40 gift card", "gift", "advocate", "conversion", 43.0, 40.0, 6, None),
    ("100 cash after 60 days", "cash", "advocate", "hold", 100.0, 100.0, 6, None),
    ("Free month for the friend", "free period", "friend", "conversion", 28.0, 90.0, None, None),
    ("Report module from the 3rd", "feature", "advocate", "conversion", 8.0, 120.0, 1, 3),
    ("50 to charity", "donation", "advocate", "conversion", 50.0, 35.0, None, None),
)
EXCHANGES = (
    ("money", "Brightdesk", "customer", "help desk, per month", 24.0, 95.0),
    ("money", "customer", "Brightdesk", "subscription, per month", 82.0, 82.0),
    ("information", "customer", "Brightdesk", "names a friend who fits", 5.0, 40.0),
    ("information", "Brightdesk", "customer", "credit when the friend becomes a customer", 50.0, 50.0),
    ("information", "Brightdesk", "friend", "credit on the first invoice", 50.0, 50.0),
    ("promise", "Brightdesk", "customer", "first answer within an hour on working days", 6.0, 30.0),
    ("promise", "customer", "friend", "vouches that it works for a firm like theirs", None, None),
)
FRICTION = (
    ("open the account menu", 0, 6.0),
    ("find 'Invite a friend'", 0, 14.0),
    ("read the terms", 0, 35.0),
    ("friend's name, e-mail and firm", 3, 28.0),
    ("write a few words", 1, 45.0),
    ("confirm own e-mail", 1, 12.0),
    ("send", 0, 3.0),
)
EFFORT = (
    ("customers", 4, 7),
    ("referral", 2, 7),
    ("influencer", 3, 2),
    ("supplier", 1, 2),
    ("employee", 2, 5),
    ("internal", 3, 4),
)


def small_tables(world: SubscriptionWorld, seed: int) -> dict[str, pd.DataFrame]:
    """costs, rewards, exchanges, friction, effort and goals in contract form."""
    return {
        "costs": _costs(world, generator(seed, "costs")),
        "rewards": frame("name kind side trigger cost value cap tier", REWARDS),
        "exchanges": _exchanges(world),
        "friction": frame("step fields seconds", FRICTION),
        "effort": frame("market current desired", EFFORT).astype({"current": float, "desired": float}),
        "goals": _goals(world),
    }


def _exchanges(world: SubscriptionWorld) -> pd.DataFrame:
    rows = frame("stage giver receiver what cost value", EXCHANGES)
    return rows.replace({"Brightdesk": world.name, "help desk, per month": f"{world.product}, per month"})


def frame(columns: str, rows: Iterable[tuple[Any, ...]]) -> pd.DataFrame:
    """A table from rows of plain values."""
    return pd.DataFrame(list(rows), columns=columns.split())


def _months(world: SubscriptionWorld) -> list[str]:
    return [str(m) for m in np.arange(day(world.programme_start).astype("M8[M]"), day(world.as_of).astype("M8[M]") + 1)]


def _costs(world: SubscriptionWorld, rng: np.random.Generator) -> pd.DataFrame:
    months = _months(world)
    rows = [(months[0], "set-up", 24.0, 650.0)]
    for month in months:
        for item, (hours, amount) in MONTHLY.items():
            rows.append((month, item, round(hours * rng.uniform(0.8, 1.2) * 4) / 4, amount))
    return frame("month item hours amount", rows)


def _goals(world: SubscriptionWorld) -> pd.DataFrame:
    months = _months(world)[3:]
    targets = (
        ("referrals", 10.0, 0.35, "Maya (marketing)"),
        ("qualified", 6.0, 0.2, "Tom (sales)"),
        ("asks", 25.0, 0.5, "Maya (marketing)"),
    )
    rows = [
        (m, metric, float(round(base + step * i)), who)
        for i, m in enumerate(months)
        for metric, base, step, who in targets
    ]
    return frame("month metric target owner", rows)
