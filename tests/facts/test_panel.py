"""Facts of a client with very many customers: exact counts, a panel of rows, and lists of whoever comes first."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd
import pytest

from bench.clients import write_client
from referral_playbook.domain import headcount
from referral_playbook.domain.lists import ask_lists
from referral_playbook.domain.programme.valid_referrals import valid
from referral_playbook.domain.value import retention
from referral_playbook.facts import lists, panel, script
from referral_playbook.facts.catalogue import FACTS
from referral_playbook.facts.engagement import open_engagement

SMALL, LARGE, DRAWN, FIRST = 2_000, 6_000, 1_000, 10
BY_PERSON = [fact for fact in FACTS if fact.rows_of]


@pytest.fixture(scope="module")
def clients(tmp_path_factory):
    """The same large client whole and with a panel, and a smaller one with a panel of the same size."""
    place, found = tmp_path_factory.mktemp("panel"), {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(panel, "PANEL", DRAWN)
        patch.setattr(lists, "FIRST", FIRST)
        for name, size, up_to in (("whole", LARGE, LARGE), ("large", LARGE, DRAWN), ("small", SMALL, DRAWN)):
            patch.setattr(script, "EVERYONE_UP_TO", up_to)
            client = write_client(place / name / "client", size)
            found[name] = open_engagement(client, place / name / "results")
    return found


def _rows(client, name):
    return client.fact(name).sort_index(axis=1).reset_index(drop=True)


def test_counts_and_sums_are_of_everyone(clients):
    counted = [f.name for f in FACTS if not f.rows_of and f.name not in clients["whole"].absent]
    assert len(counted) > 15
    for name in counted:
        pd.testing.assert_frame_equal(_rows(clients["large"], name), _rows(clients["whole"], name), obj=name)


def test_rows_by_customer_do_not_grow_with_customers(clients):
    for fact in (f for f in BY_PERSON if f.name not in clients["large"].absent):
        large, small = (len(clients[name].fact(fact.name)) for name in ("large", "small"))
        assert abs(large - small) <= 6 * np.sqrt(small) + 0.06 * small, fact.name
    assert len(clients["large"].fact("customer_profile")) == len(clients["small"].fact("customer_profile")) == DRAWN
    assert (clients["large"].scale, clients["small"].scale, clients["whole"].scale) == (6, 2, 1)


def test_the_panel_are_the_lowest_digests_and_their_rows_are_as_in_the_whole(clients):
    ids = sorted(clients["whole"].fact("customer_profile")["customer_id"], key=_digest)[:DRAWN]
    assert set(clients["large"].fact("customer_profile")["customer_id"]) == set(ids)
    for name, person in (("customer_profile", "customer_id"), ("purchase_summary", "customer_id"),
                         ("customer_months", "customer_id"), ("referrals", "referrer_id"),
                         ("touchpoints", "customer_id"), ("referral_edges", "friend_id")):  # fmt: skip
        whole = clients["whole"].fact(name)
        theirs = whole[whole[person].map(_digest) <= _digest(ids[-1])].reset_index(drop=True)
        pd.testing.assert_frame_equal(clients["large"].fact(name), theirs, obj=name)


def _digest(name):
    return hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()


def test_lists_hold_who_comes_first_of_everyone(clients):
    everyone = clients["whole"].fact("customer_profile")
    today = everyone[~everyone["left"].astype(bool)]
    listed = set(clients["large"].for_lists.fact("customer_profile")["customer_id"])
    assert clients["whole"].for_lists is clients["whole"]
    by_amount = ["monthly_amount", "customer_id"]
    for those in (today["open_complaint"].astype(bool), today["nps"] <= 6, today["nps"] >= 9):
        first = today[those].sort_values(by_amount, ascending=[False, True])
        assert len(first) > FIRST
        calm = first[~first["open_complaint"].astype(bool)] if (first["nps"] >= 9).all() else first
        assert set(calm["customer_id"].head(FIRST)) <= listed


def test_heads_and_lives_are_exact(clients):
    whole, large = clients["whole"], clients["large"]
    profile = whole.fact("customer_profile")
    assert headcount.customers_now(large) == int((~profile["left"].astype(bool)).sum())
    advocates = profile.loc[~profile["left"].astype(bool), "referrals_made"] > 0
    assert headcount.advocates_now(large) == int(advocates.sum())
    kept = retention.monthly_retention(large)
    left, months = profile["left"].astype(bool).sum(), profile["tenure_months"].sum()
    assert kept.value == pytest.approx(np.exp(-left / months), rel=1e-12)
    assert kept.n == LARGE
    assert kept == retention.monthly_retention(whole)


def test_sizes_of_lists_are_estimated_for_everyone(clients):
    whole, large = (ask_lists.lists(clients[name]) for name in ("whole", "large"))
    size, exact = large.to_close(), whole.to_close()
    assert size.low <= exact.value <= size.high
    assert size.low < size.value < size.high
    assert large.sizes.today == pytest.approx(whole.sizes.today, rel=0.06)
    assert FIRST < len(large.close_the_loop) < len(whole.close_the_loop)


def test_valid_referrals_are_counted_by_the_panels_share(clients):
    whole, large = (valid(clients[name]) for name in ("whole", "large"))
    exact, counted = (int(client.fact("referral_months")["referred_on"].sum()) for client in (whole, large))
    assert counted == pytest.approx(exact, rel=0.03)
    assert counted <= int(clients["whole"].fact("referral_months")["referred_on"].sum())
