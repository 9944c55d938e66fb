"""Who brought whom: each friend with the one advocate who is credited."""

from __future__ import annotations

from datetime import date

import ibis

from referral_playbook.facts.asof import Tables, gives, use


def referral_edges(tables: Tables, as_of: date) -> ibis.Table:
    """Each friend under the advocate credited with them: the client's `referred_by`, else the earliest referral.

    A row per friend (of a panel, where there are very many), because friends of one family count as one draw.
    """
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
