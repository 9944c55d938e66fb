"""Customers by the one with whom their chain of referrals began."""

from __future__ import annotations

import pandas as pd

ROUNDS = 40
"""Of pointer jumping: chains of 2^40 friends; what has not settled by then goes in a loop."""


def families(profile: pd.DataFrame) -> pd.Series:
    """For each customer, who stands at the beginning of the chain that brought them.

    Parameters
    ----------
    profile
        The fact `customer_profile`: customer_id, referred_by.

    Returns
    -------
    Series
        By customer_id, a customer_id: one's own where nobody known brought one.
    """
    own = pd.Series(profile["customer_id"].to_numpy(), index=profile["customer_id"].to_numpy())
    by = pd.Series(profile["referred_by"].to_numpy(), index=own.index)
    above = by.where(by.isin(own), own)
    for _ in range(ROUNDS):
        higher = above.map(above)
        if higher.equals(above):
            break
        above = higher
    return above
