"""The lists of a month on a few customers written out by hand."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from referral_playbook.domain.lists.ask_lists import Lists, lists
from referral_playbook.domain.lists.ask_rules import AskRules
from referral_playbook.domain.programme.kept_control import KeptControl


def people(**changes):
    told = {
        "customer_id": ["a", "b", "c"],
        "segment": None,
        "region": None,
        "nps": [9.0, 9.0, 9.0],
        "open_complaint": pd.array([False, False, False], "boolean"),
        "complaint_since": pd.NaT,
        "monthly_amount": [1.0, 2.0, 3.0],
        "tenure_months": 12.0,
        "channel": None,
    }
    return pd.DataFrame(told | changes)


@pytest.mark.parametrize("reason", ["", "there is no touchpoints table"])
def test_where_nobody_is_unhappy_nobody_is_called(reason):
    lists = Lists(people=people(), rules=AskRules(), reason=reason)
    assert lists.close_the_loop.empty
    assert lists.to_close().value == 0


def test_complaints_come_before_detractors_and_those_who_pay_most_come_first():
    found = Lists(
        people=people(nps=[3.0, 9.0, 6.0], open_complaint=pd.array([False, True, False], "boolean")), rules=AskRules()
    )
    assert list(found.close_the_loop["customer_id"]) == ["b", "c", "a"]
    assert found.close_the_loop["reason"].iloc[0].startswith("complaint open")


AS_OF = date(2026, 9, 30)


def client(seed, n=80, **missing):
    """Customers with a score, gifts, asks and complaints drawn by lot, as the facts have them."""
    rng = np.random.default_rng(seed)
    ids = [f"C{i:03d}" for i in range(n)]

    def day(ago):
        return pd.Timestamp(AS_OF) - pd.Timedelta(days=int(ago))

    kinds, rows = ("ask", "delight", "kind_act", "review", "complaint", "support"), []
    for who in ids:
        for kind in rng.choice(kinds, rng.integers(0, 6)):
            on = day(rng.integers(0, 200))
            resolved = pd.NaT if kind != "complaint" or rng.random() < 0.5 else on + pd.Timedelta(days=1)
            rows.append({"customer_id": who, "on": on, "kind": kind, "channel": "phone", "resolved_on": resolved})
    touches = pd.DataFrame(rows)
    asks = touches[touches["kind"] == "ask"].groupby("customer_id")["on"]
    sore = set(touches[(touches["kind"] == "complaint") & touches["resolved_on"].isna()]["customer_id"])
    profile = pd.DataFrame(
        {
            "customer_id": ids,
            "segment": rng.choice(["small", "large"], n),
            "region": rng.choice(["North", "South"], n),
            "left": rng.random(n) < 0.1,
            "nps": np.where(rng.random(n) < 0.2, np.nan, rng.integers(4, 11, n)),
            "tenure_months": rng.uniform(0, 30, n),
            "open_complaint": pd.array([who in sore for who in ids], "boolean"),
            "monthly_amount": rng.integers(10, 90, n).astype(float),
            "referrals_made": rng.integers(0, 2, n),
        }
    )
    profile["asks"] = profile["customer_id"].map(asks.size()).fillna(0.0)
    profile["last_ask_on"] = profile["customer_id"].map(asks.max())
    facts = {"customer_profile": profile, "touchpoints": touches, **missing}
    return SimpleNamespace(
        fact=facts.get, as_of=AS_OF, scale=1.0, upstream=lambda step: None, has=lambda t: facts.get(t) is not None
    )


def one_by_one(engagement, rules):
    """The three lists by looking at each customer in turn."""
    ask, close, give = set(), set(), set()
    touches = engagement.fact("touchpoints")
    for row in engagement.fact("customer_profile").itertuples():
        if row.left:
            continue
        own = touches[touches["customer_id"] == row.customer_id]
        gifts = own[own["kind"].isin(rules.given_kinds)]["on"]
        asked = own[own["kind"] == "ask"]["on"]
        since_gift = min([(AS_OF - day.date()).days for day in gifts], default=None)
        since_ask = min([(AS_OF - day.date()).days for day in asked], default=None)
        lately = since_ask is not None and since_ask <= rules.not_asked_within
        promoter, silent = row.nps >= rules.promoter_from, np.isnan(row.nps)
        if row.nps <= rules.detractor_to or row.open_complaint:
            close.add(row.customer_id)
        elif row.tenure_months >= rules.minimum_tenure and not lately:
            reached = getattr(row, rules.rollout_by) not in rules.not_reached
            fresh = since_gift is not None and since_gift <= rules.given_within
            if promoter and fresh and len(asked) <= len(gifts) and reached:
                ask.add(row.customer_id)
            elif promoter or (silent and row.referrals_made > 0):
                give.add(row.customer_id)
    return ask, close, give


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    "rules",
    [
        AskRules(),
        AskRules(minimum_tenure=12.0, given_within=30, not_asked_within=45),
        AskRules(promoter_from=8, detractor_to=7, given_kinds=("review", "delight")),
        AskRules(not_reached=("North",)),
    ],
)
def test_the_lists_are_those_of_looking_at_each_customer_in_turn(seed, rules):
    engagement = client(seed)
    found = lists(engagement, rules=rules)
    shown = [set(rows["customer_id"]) for rows in (found.ask, found.close_the_loop, found.give_first)]
    assert shown == list(one_by_one(engagement, rules))
    assert found.sizes.ask == len(shown[0])
    assert (found.size().value, found.to_close().value) == (len(shown[0]), len(shown[1]))


def test_the_control_is_taken_from_those_who_qualify_and_stands_at_the_end_without_a_script():
    engagement = client(1, n=300)
    plain = lists(engagement)
    kept = lists(engagement, rules=AskRules(control=KeptControl(share=0.3)))
    assert set(kept.ask["customer_id"]) == set(plain.ask["customer_id"])
    marked = kept.ask["control"].tolist()
    assert marked == sorted(marked)
    assert 0 < sum(marked) == kept.control_size().value < len(marked)
    assert kept.size().value == len(kept.to_ask) == len(marked) - sum(marked)
    assert set(kept.ask[kept.ask["control"]]["script"]) == {""}
    assert kept.ask[kept.ask["control"]]["reason"].str.contains("kept control").all()


def test_each_rule_leaves_no_more_than_the_one_before_and_the_last_leaves_the_list():
    found = lists(client(2, n=200))
    rows = found.narrowing()
    left = [row["left_on_the_list"] for row in rows]
    assert left == sorted(left, reverse=True)
    assert left[0] == (~client(2, n=200).fact("customer_profile")["left"]).sum()
    assert left[-1] == found.sizes.ask
    assert all(row["pass_this_rule"] >= row["left_on_the_list"] for row in rows)


@pytest.mark.parametrize(
    ("missing", "reason"),
    [
        ({"customer_profile": None}, "there is no customers table"),
        ({"touchpoints": None}, "there is no touchpoints table"),
    ],
)
def test_without_a_table_nobody_can_be_asked_and_the_reason_is_given(missing, reason):
    found = lists(client(0, **missing))
    assert reason in found.size().reason
    assert found.ask.empty
    assert found.sizes.ask == found.sizes.control == 0


def test_without_answers_there_are_no_promoters_and_complaints_are_still_called():
    engagement = client(3)
    engagement.fact("customer_profile")["nps"] = np.nan
    found = lists(engagement)
    assert "no customer answered the NPS question" in found.size().reason
    assert found.to_close().value == len(found.close_the_loop) > 0
    assert found.close_the_loop["open_complaint"].all()


def test_of_a_panel_each_row_stands_for_many_and_the_count_has_a_range():
    engagement = client(1, n=200)
    whole = lists(engagement)
    engagement.scale, engagement.for_lists = 50.0, client(1, n=200)
    found = lists(engagement)
    assert found.sizes.ask == 50 * whole.sizes.ask
    size = found.size()
    assert size.value == pytest.approx(50 * whole.size().value)
    assert size.low < size.value < size.high
    assert found.ask["customer_id"].tolist() == whole.ask["customer_id"].tolist()
