"""The tree of referrals: how deep a friend stands, how many came after, and who stands on a loop.

By pointer jumping: every friend points to the one who referred them; each round doubles the length of the
pointers, so that a chain of n generations takes log2(n) joins. No engine needs recursion for it.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import ibis

from referral_playbook.facts.asof import Tables, cached, gives, use

MAX_ROUNDS = 30


def parents(tables: Tables, as_of: date) -> ibis.Table:
    """Each friend and the one advocate who is credited: the client's `referred_by`, else the earliest referral."""
    referred_by, named = _referred_by(tables, as_of), _named(tables, as_of)
    if referred_by is None or named is None:
        return named if referred_by is None else referred_by
    return referred_by.union(named.anti_join(referred_by, "friend_id"))


def _referred_by(tables: Tables, as_of: date) -> ibis.Table | None:
    if not gives(tables, "customers", "referred_by"):
        return None
    rows = use(tables, "customers", as_of).select(friend_id="customer_id", referrer_id="referred_by")
    return rows.filter(rows.referrer_id.nullif("").notnull())


def _named(tables: Tables, as_of: date) -> ibis.Table | None:
    if not gives(tables, "referrals", "friend_id"):
        return None
    rows = use(tables, "referrals", as_of)
    rows = rows.filter(rows.friend_id.nullif("").notnull())
    earliest = ibis.window(group_by="friend_id", order_by=[rows.referred_on, rows.referral_id])
    rows = rows.mutate(place=ibis.row_number().over(earliest))
    return rows.filter(rows.place == 0).select("friend_id", "referrer_id")


def referral_edges(tables: Tables, as_of: date) -> ibis.Table:
    """Each friend under the advocate credited with them.

    depth is 1 for a friend of someone whom nobody referred; descendants counts all who came after the friend.
    A row per friend (of a panel, where there are very many), because friends of one family count as one draw.
    loop is true for a friend on a circle (A refers B refers A). On and below a circle there is no first
    advocate, so depth and descendants are null there.
    """
    edges = parents(tables, as_of)
    state = _jumped(edges, tables)
    on_loop = state.filter(state.above.notnull()).select(friend_id="above").distinct().mutate(loop=True)
    rows = edges.join(state, "friend_id").left_join(on_loop, "friend_id")
    rooted = rows.above.isnull()
    return rows.select(
        "referrer_id",
        "friend_id",
        depth=rooted.ifelse(rows.steps, ibis.null("int64")),
        descendants=rooted.ifelse(rows.size - 1, ibis.null("int64")),
        loop=rows.loop.fill_null(False),
    )


def _jumped(edges: ibis.Table, tables: Tables) -> ibis.Table:
    """Rounds until nothing changes; who still has someone above then is on a loop or below one.

    Each round is kept (`cached`) before the next, or the expression would double each time.
    """
    one = ibis.literal(1, "int64")
    state, seen = cached(tables, edges.select("friend_id", above="referrer_id", steps=one, size=one)), None
    for _ in range(MAX_ROUNDS):
        left = _still_climbing(state)
        if left == seen or left[0] == 0:
            break
        state, seen = cached(tables, _further(state), instead_of=state), left
    return state


def _still_climbing(state: Any) -> tuple[int, int]:
    """How many point at someone, and at how many. Both stay only when all who are left have no root."""
    counts = state.aggregate(friends=state.above.count(), heads=state.above.nunique()).to_pyarrow().to_pylist()[0]
    return counts["friends"], counts["heads"]


def _further(state: Any) -> ibis.Table:
    """One round: point to whom the pointed-at points to; their steps are added, and below them our size."""
    heads = state.select(above="friend_id", higher="above", more="steps")
    below = state.filter(state.above.notnull()).group_by(friend_id="above").aggregate(more_below=lambda t: t.size.sum())
    rows = state.left_join(heads, "above").drop("above_right").left_join(below, "friend_id").drop("friend_id_right")
    return rows.select(
        "friend_id",
        above=rows.higher,
        steps=rows.steps + rows.more.fill_null(0),
        size=(rows.size + rows.more_below.fill_null(0)).cast("int64"),
    )
