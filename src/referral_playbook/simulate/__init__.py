"""A seeded client with known truth: three kinds, from which the sample clients in data/ are made.

``python -m referral_playbook.simulate`` writes them again, byte for byte.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

from referral_playbook.simulate.services import services
from referral_playbook.simulate.services_world import ServicesWorld
from referral_playbook.simulate.shop import ShopWorld, shop
from referral_playbook.simulate.simulated import FileLayout, Simulated, plain
from referral_playbook.simulate.subscription import subscription
from referral_playbook.simulate.world import Segment, SubscriptionWorld
from referral_playbook.simulate.write import write_client

__all__ = [
    "FileLayout",
    "Segment",
    "ServicesWorld",
    "ShopWorld",
    "Simulated",
    "SubscriptionWorld",
    "simulate",
    "write_client",
]

Kind = Literal["subscription", "services", "shop"]
KINDS: dict[str, tuple[Any, Any]] = {
    "subscription": (SubscriptionWorld, subscription),
    "services": (ServicesWorld, services),
    "shop": (ShopWorld, shop),
}


def simulate(kind: Kind, *, seed: int, **changes: Any) -> Simulated:
    """Simulate a client whose truth is known.

    An unknown kind raises ValueError, and an unknown field of the world TypeError.

    Parameters
    ----------
    kind
        ``"subscription"`` (every table), ``"services"`` (leads and intermediaries, no payments) or ``"shop"``
        (young, a survey of 30 answers).
    seed
        The same seed and changes give the same tables.
    **changes
        Fields of the kind's world that differ from the sample client, such as ``customers=300`` or
        ``referral_rate=0.0``.

    Returns
    -------
    Simulated
        `tables` in contract form, `truth`, and how the files look.

    Examples
    --------
    >>> client = simulate("subscription", seed=1, customers=60, fraud=False)
    >>> sorted(client.tables)[:4], client.truth["funnel"]["qualified_per_invited"]
    (['arms', 'costs', 'customers', 'effort'], 0.62)
    """
    if kind not in KINDS:
        raise ValueError(f"no client of kind {kind!r}; there are {', '.join(KINDS)}")
    world, make = KINDS[kind]
    made: Simulated = make(world(**changes), seed)
    return replace(made, truth=plain(made.truth))
