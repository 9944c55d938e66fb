"""Customers by the one with whom their chain of referrals began."""

import pandas as pd

ROUNDS = 40
"""Of pointer jumping: chains of 2^40 friends; what has not settled by then goes in a loop."""


def clusters_of(customers: pd.Series, edges: pd.DataFrame | None) -> pd.Series:
    """For each customer, who stands at the beginning of the chain that brought them, by customer_id.

    It is their own id where nobody known brought one. `edges` is the fact `referral_edges`: friend_id, each once, and
    referrer_id; None where nobody is known to refer.
    """
    own = pd.Series(customers.to_numpy(), index=customers.to_numpy())
    if edges is None:
        return own
    by = edges.set_index("friend_id")["referrer_id"].reindex(own.index)
    above = by.where(by.isin(own), own)
    for _ in range(ROUNDS):
        higher = above.map(above)
        if higher.equals(above):
            break
        above = higher
    return above
