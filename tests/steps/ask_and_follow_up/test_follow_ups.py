"""How often to ask: the measured extra referrals, and the contact at which the sequence stops."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral_playbook.contract.evidence import assumed, undefined
from referral_playbook.contract.settings.parameters import Parameters
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
    idle = follow_ups.sequence(sample(), Parameters.of("ask_and_follow_up"))
    assert follow_ups.measured(idle)
    assert idle.extra[0].low <= 0 <= idle.extra[0].high  # in the sample an ask changes nothing
    works = follow_ups.sequence(simulated(edit=_answering), Parameters.of("ask_and_follow_up", value_of_referral=100.0))
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


def test_the_worth_of_a_contact_is_what_it_brings_and_all_that_follow():
    """Without discounting: the last that pays brings 0.1 x 100 - 5 = 5; the first 0.3 x 100 - 5 + 0.7 x 5 = 28.5."""
    gains = [row["worth_less_cost"] for row in _sequence(5.0).rows()]
    assert gains[1] == pytest.approx(5.0, abs=0.01)
    assert gains[0] == pytest.approx(28.5, abs=0.01)
    assert [row["day"] for row in _sequence(5.0).rows()] == [0, 10, 20, 30]


def test_at_worst_and_at_best_there_are_fewer_and_more_contacts():
    """Half the chances leave 0.15 and 0.05: one pays at 6. Twice as many are 0.6, 0.2 and 0.08: three pay."""
    contacts = _sequence(6.0).contacts()
    assert (contacts.low, contacts.value, contacts.high) == (1, 2, 3)


def test_a_contact_that_never_pays_is_not_made_and_the_ask_is_to_change():
    sequence = _sequence(40.0)
    assert sequence.contacts().value == 0
    assert "not even the first contact pays" in sequence.words()[-1]
    assert not any(row["send"] for row in sequence.rows())


def test_what_is_not_known_is_named_and_nothing_is_planned():
    unknown = undefined("no prices", unit="EUR", per="referral")
    sequence = replace(_sequence(5.0), value=unknown)
    assert "what a referral is worth is not known: no prices" in sequence.words()[0]
    assert {row["send"] for row in sequence.rows()} == {None}
    assert sequence.recency_rows() == []
    assert "what a contact costs" in replace(_sequence(5.0), cost=unknown).words()[0]


def test_each_further_contact_brings_half_as_much_where_nobody_was_asked():
    client = SimpleNamespace(fact={}.get, absent={}, as_of=date(2026, 9, 30), real_dates=True)
    extra = follow_ups.extra_referrals(client, first=0.2)
    assert [e.value for e in extra] == pytest.approx([0.2, 0.1, 0.05, 0.025, 0.0125])
    assert all(e.low < e.value < e.high for e in extra)
    assert extra[1].low == pytest.approx(extra[0].low * 0.3)
    assert extra[1].high == pytest.approx(extra[0].high * 0.7)
    assert not follow_ups.measured(replace(_sequence(5.0), extra=extra))


def test_days_are_whole_and_from_one():
    with pytest.raises(ValueError, match="days_between = 0"):
        Parameters.of("ask_and_follow_up", days_between=0)


def test_the_worth_of_going_on_is_that_of_simulated_customers():
    """A customer is asked again and again; each ask succeeds by the chance of its number, and success starts anew."""
    sequence = replace(_sequence(5.0), discount_rate=0.5)
    rate, chances = 1.5 ** (90 / 365.25) - 1, [0.3, 0.1, 0.04, 0.01]
    rng, totals = np.random.default_rng(4), []
    for _ in range(4_000):
        total, state, discount = 100.0 - 5.0, 0, 1.0
        while state < len(chances) and discount > 1e-4:
            discount /= 1 + rate
            if rng.random() < chances[state]:
                total, state = total + discount * 95.0, 0
            else:
                state += 1
                total -= discount * 5.0 if state < len(chances) else 0.0
        totals.append(total)
    worth = sequence.recency_rows()[0]["worth"]
    assert worth == pytest.approx(np.mean(totals), abs=4 * np.std(totals) / len(totals) ** 0.5)
