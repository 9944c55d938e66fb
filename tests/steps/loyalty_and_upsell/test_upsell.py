"""Who is offered more, by rules that can be read off small engagements; what an offer is worth; who is followed up."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace

import pandas as pd
import pytest

from referral_playbook.contract.evidence import Basis, assumed
from referral_playbook.domain.value import customer_money
from referral_playbook.steps.loyalty_and_upsell import quiet
from referral_playbook.steps.loyalty_and_upsell.upsell import UpsellRules, upsell_list
from referral_playbook.steps.loyalty_and_upsell.upsell_offers import offers

AS_OF = date(2026, 6, 30)
MARGIN = assumed(0.5, 0.5, 0.5, unit="share", per="unit of revenue", source="test")
WORTH = assumed(0.01, 0.005, 0.02, unit="share", per="unit of revenue a year", source="test")
GOOD = {
    "segment": "a",
    "region": "",
    "left": False,
    "tenure_months": 20.0,
    "joined_on": date(2024, 11, 7),
    "nps": 9.0,
    "open_complaint": False,
    "referrals_made": 0,
    "payments": 20,
    "last_paid_on": AS_OF,
    "last_touch_on": AS_OF,
    "last_ask_on": None,
    "last_kind_act_on": AS_OF - timedelta(days=20),
    "monthly_amount": 100.0,
    "amount_usable": True,
    "amount_last_12m": 1200.0,
}


def client(*changes, touches=(), sold=(), paid=None, tables=("customers", "touchpoints", "payments")):
    """A client of customers c0, c1, ... who are as GOOD says but for these changes."""
    rows = [GOOD | {"customer_id": f"c{i}"} | change for i, change in enumerate(changes)]
    profile = pd.DataFrame(rows)
    for column in ("joined_on", "last_paid_on", "last_touch_on", "last_ask_on", "last_kind_act_on"):
        profile[column] = pd.to_datetime(profile[column])
    profile["open_complaint"] = profile["open_complaint"].astype("boolean")  # as facts are read
    touched = pd.DataFrame(list(touches), columns=["customer_id", "on", "kind"])
    facts = {
        "customer_profile": profile,
        "touchpoints": touched.assign(on=pd.to_datetime(touched["on"])) if "touchpoints" in tables else None,
        "kind_months": pd.DataFrame(list(sold), columns=["customer_id", "month", "kind", "amount"]),
        "customer_months": paid,
    }
    return SimpleNamespace(
        scale=1.0, fact=facts.get, has=tables.__contains__, currency="GBP", client="Small", as_of=AS_OF, real_dates=True
    )


def listed(engagement, **rules):
    people = customer_money.with_money(engagement, margin_share=MARGIN)
    return upsell_list(engagement, people, worth=WORTH, rules=UpsellRules(**rules))


def ago(days):
    return AS_OF - timedelta(days=days)


@pytest.mark.parametrize(
    "bar",
    [
        {"open_complaint": True},
        {"nps": 6.0},
        {"tenure_months": 2.0},
        {"last_ask_on": ago(60)},
        {"left": True},
        {"nps": 8.0, "last_kind_act_on": ago(91)},  # no reason now
        {"nps": None, "last_kind_act_on": None, "tenure_months": 24.0},  # an anniversary alone is none
    ],
)
def test_each_rule_bars_by_itself(bar):
    found = listed(client({}, bar))
    assert list(found.offer["customer_id"]) == ["c0"]
    assert found.check_first.empty


def test_who_stands_on_another_list_is_offered_nothing():
    engagement = client({}, {})
    people = customer_money.with_money(engagement, margin_share=MARGIN)
    found = upsell_list(engagement, people, worth=WORTH, elsewhere=frozenset({"c0"}))
    assert list(found.offer["customer_id"]) == ["c1"]
    assert found.size().value == 1


def test_offered_or_sold_lately_bars_and_longer_ago_does_not():
    engagement = client(
        {},
        {},
        {},
        {},
        touches=[("c0", ago(60), "upsell"), ("c1", ago(61), "upsell")],
        sold=[("c2", "2025-12", "cross_sell", 120.0), ("c3", "2025-11", "upsell", 120.0)],
    )
    assert set(listed(engagement).offer["customer_id"]) == {"c1", "c3"}
    assert set(listed(engagement, not_asked_within=30).offer["customer_id"]) == {"c0", "c1", "c3"}


def test_rows_say_what_why_now_and_what_to_expect():
    found = listed(client({"monthly_amount": 40.0, "tenure_months": 36.4}, {}, {"monthly_amount": 200.0})).offer
    first, _, last = found.to_dict("records")
    assert (first["customer_id"], last["customer_id"]) == ("c2", "c0")  # most expected margin first
    assert last["what"].startswith("upsell")
    assert first["what"].startswith("cross-sell")
    assert last["why_now"] == "promoter (9); given something 20 days ago; a customer for 3 years"
    assert [last[f"expected_margin{end}"] for end in ("", "_low", "_high")] == [4.8, 2.4, 9.6]  # 480 x 1%


def test_where_complaints_are_not_known_nobody_is_offered_and_the_rest_is_to_check():
    found = listed(client({"open_complaint": None}, tables=("customers",)))
    assert found.offer.empty
    assert list(found.check_first["customer_id"]) == ["c0"]
    assert "no touchpoints" in found.size().reason
    assert not found.margin(WORTH, "GBP").defined


def test_the_cost_of_a_contact_is_held_against_the_expected_margin():
    found = listed(client({}, {"monthly_amount": 20.0}))
    assert found.worth_it(5.0) == {"c0"}
    assert found.worth_a_contact(5.0, "GBP").passed is False
    assert found.worth_a_contact(1.0, "GBP").passed is True


def payments(risers, others, months=13):
    """Customers who pay 100 a month; the risers pay 120 from month 6 on. And what was sold to them."""
    names = [str(m) for m in pd.period_range("2025-06", periods=months, freq="M")]
    rows = [
        {"customer_id": who, "month": m, "amount": 120.0 if who in risers and i >= 6 else 100.0}
        for who in (*risers, *others)
        for i, m in enumerate(names)
    ]
    return pd.DataFrame(rows), [(who, names[6], "upsell", 120.0) for who in risers]


def test_offers_taken_and_the_rise_are_measured_from_what_followed():
    risers, others = [f"r{i}" for i in range(12)], [f"o{i}" for i in range(48)]
    paid, sold = payments(risers, others)
    asked = [(who, date(2025, 10, 5), "upsell") for who in (*risers, *others[:24])]
    found = offers(client({}, touches=asked, sold=sold, paid=paid))
    assert found.taken.value == pytest.approx(12 / 36)
    assert found.taken.basis is Basis.MEASURED
    assert found.rise.value == pytest.approx(0.2)
    assert found.unasked.passed is True
    half = assumed(0.5, 0.4, 0.6, unit="share", per="unit of revenue", source="test")
    churn = assumed(0.0, 0.0, 0.1, unit="share", per="customer and month", source="test")
    worth = found.worth(margin_share=half, churn=churn)
    assert worth.value == pytest.approx(12 / 36 * 0.2 * 0.5)
    assert worth.low < worth.value
    assert worth.basis is Basis.ASSUMED


def test_few_offers_are_not_measured_and_a_stated_share_goes_first():
    risers = [f"r{i}" for i in range(12)]
    paid, sold = payments(risers, ["o"])
    found = offers(client({}, touches=[("r0", date(2025, 10, 5), "upsell")], sold=sold, paid=paid))
    assert (found.taken.basis, found.taken.value) == (Basis.ASSUMED, 0.10)
    assert found.rise.basis is Basis.MEASURED
    assert found.unasked.passed is None
    assert offers(client({}), taken=0.3).taken.value == 0.3


def test_follow_up_names_each_once_by_the_gravest_reason():
    engagement = client(
        {"open_complaint": True, "nps": 2.0, "last_touch_on": ago(400)},
        {"nps": 3.0, "last_touch_on": ago(400)},
        {"last_touch_on": ago(181)},
        {"last_touch_on": ago(180)},
        {"last_touch_on": None, "joined_on": ago(90)},
    )
    people = customer_money.with_money(engagement, margin_share=MARGIN)
    found = quiet.follow_up(engagement, people, recurring=True)
    assert list(found.people["customer_id"]) == ["c0", "c1", "c2"]
    assert list(found.people["why"]) == ["open complaint", "detractor", "quiet"]
    assert found.people["yearly_margin"].tolist() == [600.0] * 3
    assert found.check().passed is True


def test_a_purchase_is_a_sign_of_life_only_where_it_does_not_come_by_itself():
    engagement = client({"last_touch_on": ago(400), "last_paid_on": ago(10)})
    people = customer_money.with_money(engagement, margin_share=MARGIN)
    assert len(quiet.follow_up(engagement, people, recurring=True).people) == 1
    assert quiet.follow_up(engagement, people, recurring=False).people.empty
