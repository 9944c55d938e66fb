from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from referral_playbook.domain.sources.referral_clusters import clusters_of


def _of(by: dict[str, str | None]) -> dict[str, str]:
    edges = [{"friend_id": friend, "referrer_id": advocate} for friend, advocate in by.items() if advocate]
    told = pd.DataFrame(edges, columns=["friend_id", "referrer_id"])
    return clusters_of(pd.Series(list(by), dtype=object), told).to_dict()


def test_a_chain_leads_back_to_its_beginning():
    assert _of({"a": None, "b": "a", "c": "b", "d": None}) == {"a": "a", "b": "a", "c": "a", "d": "d"}


def test_who_was_brought_by_somebody_unknown_begins_a_family():
    assert _of({"a": "nobody we know", "b": "a"}) == {"a": "a", "b": "a"}


def test_where_no_referral_is_known_each_is_alone():
    assert clusters_of(pd.Series(["a", "b"]), None).to_dict() == {"a": "a", "b": "b"}


def test_a_loop_ends():
    assert set(_of({"a": "c", "b": "a", "c": "b", "d": "a"})) == set("abcd")


@given(st.lists(st.integers(-1, 30), max_size=30))
def test_agrees_with_walking_up(above):
    by = {str(i): (str(j) if 0 <= j < i else None) for i, j in enumerate(above)}

    def first(who: str) -> str:
        upper = by[who]
        return who if upper is None else first(upper)

    assert _of(by) == {who: first(who) for who in by}
