"""How often to ask: the measured extra referrals, and the contact at which the sequence stops."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from referral_playbook.contract.evidence import assumed
from referral_playbook.steps.ask_and_follow_up import follow_ups


def _answering(tables):
    """Every ask but those of the last two months is answered by a referral a week later, for four customers in ten."""
    asks = tables["touchpoints"].query("kind == 'ask'").drop_duplicates("customer_id")
    asks = asks[(asks["on"] < "2026-07-01") & (asks["customer_id"].str[-1] < "4")]
    new = pd.DataFrame(
        {
            "referral_id": "N" + asks["customer_id"],
            "referrer_id": asks["customer_id"],
            "referrer_type": "customer",
            "referred_on": asks["on"] + pd.Timedelta(days=7),
        }
    )
    return {"referrals": pd.concat([tables["referrals"], new], ignore_index=True)}


def _sequence(cost, value=100.0):
    extra = tuple(
        assumed(p, p / 2, min(1, 2 * p), unit="share", per="contact", source="x") for p in (0.3, 0.1, 0.04, 0.01)
    )
    known = {"unit": "EUR", "source": "x"}
    return follow_ups.Sequence(
        extra=extra,
        value=assumed(value, value, value, per="referral", **known),
        cost=assumed(cost, cost, cost, per="contact", **known),
        days_between=10,
        discount_rate=0.0,
    )


def test_asks_that_work_are_seen_to_work(simulated, sample):
    idle = follow_ups.sequence(sample())
    assert follow_ups.measured(idle)
    assert idle.extra[0].low <= 0 <= idle.extra[0].high  # in the sample an ask changes nothing
    works = follow_ups.sequence(simulated(edit=_answering), value_of_referral=100.0)
    assert works.extra[0].low > 0.15
    assert works.contacts().value >= 1


def test_ask_numbers_begin_anew_after_a_referral():
    asks = pd.DataFrame(
        {
            "customer_id": ["a"] * 4 + ["b"],
            "on": pd.to_datetime(["2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01", "2026-01-01"]),
        }
    )
    made = pd.DataFrame({"customer_id": ["a"], "referred_on": pd.to_datetime(["2026-02-01"])})
    assert follow_ups._number(asks, made).tolist() == [1, 2, 1, 2, 1]


def test_the_sequence_stops_before_the_contact_that_does_not_pay():
    sequence = _sequence(5.0)
    assert [row["send"] for row in sequence.rows()] == [True, True, False, False]  # 0.04 x 100 < 5
    assert sequence.contacts().value == 2
    assert sequence.contacts().low <= 2 <= sequence.contacts().high


@given(st.floats(0.5, 40), st.floats(0.5, 40))
def test_dearer_contacts_are_never_more(one, other):
    cheap, dear = sorted((one, other))
    assert _sequence(dear).contacts().value <= _sequence(cheap).contacts().value


def test_value_of_going_on_falls_with_every_ask_without_success():
    worth = [row["worth"] for row in _sequence(0.0).recency_rows()]
    assert worth == sorted(worth, reverse=True)
    assert worth[-1] == 0
