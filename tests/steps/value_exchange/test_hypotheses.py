"""Test plans of the offers: samples against the power that is claimed, and what too few customers could show."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from referral_playbook.contract.evidence import Basis, assumed
from referral_playbook.domain.programme.offers import Offer
from referral_playbook.methods.decisions.economics import Reward
from referral_playbook.methods.experiments.power import proportions_sample
from referral_playbook.steps.value_exchange.hypotheses import (
    advice,
    asked_a_week,
    picked,
    plans,
    refer_share,
    stopping,
    stops_when,
)

CREDIT = Offer(name="credit", kind="credit", rewards=(Reward(cost=50),))


def options(*rows):
    columns = ["option", "kind", "side", "makes_up_at", "unit_value"]
    made = pd.DataFrame(rows, columns=columns)
    made["unit_value"] = [assumed(u, u, u, unit="GBP", per="referral", source="x") for u in made["unit_value"]]
    return made


def share(value):
    return assumed(value, value, value, unit="share", per="customer", source="test")


def weekly(value):
    return assumed(value, value, value, unit="customers", per="week", source="test")


def planned(customers=10_000, base=0.05, **more):
    rows = options(("credit", "credit", "both", 0.1, 20.0), ("gift", "gift", "advocate", 0.9, 10.0))
    return plans(rows, share(base), weekly(100.0), customers=customers, **more)


def test_options_of_other_kinds_are_tested_the_most_valuable_of_each_first():
    rows = options(
        ("credit", "credit", "both", 0.2, 20.0),
        ("more credit", "credit", "both", 0.5, 30.0),
        ("mug", "gift", "advocate", 0.1, 5.0),
        ("hamper", "gift", "advocate", 0.3, 9.0),
        ("cash", "cash", "friend", 0.4, 7.0),
        ("dear cash", "cash", "friend", None, 50.0),
        ("no reward", "none", "nobody", 0.0, 25.0),
    )
    assert picked(rows, CREDIT)["option"].tolist() == ["credit", "hamper", "cash"]


def test_a_test_is_planned_at_the_error_that_the_confidence_leaves():
    # Three arms: two comparisons share the error.
    strict = planned(worth_having=0.90, alpha=0.01)[0]
    assert strict["per_arm"] == proportions_sample(0.05, 0.095, alpha=0.005, arms=3).per_arm
    assert strict["per_arm"] > planned(worth_having=0.90)[0]["per_arm"]


def test_an_option_is_tested_at_what_makes_up_for_its_reward():
    first, second = planned(worth_having=0.30)
    assert (first["worth_having"], second["worth_having"]) == (0.30, 0.90)
    assert first["hypothesis"] == "With credit at least 6.5% refer, instead of the 5% of today."


def test_the_sample_has_the_power_that_is_claimed():
    """Two comparisons at 2.5% each; 0.05 against 0.065 is seen in 80 of 100 tests."""
    plan = planned()[0]
    n = plan["per_arm"]
    assert plan["total"] == 3 * n
    rng = np.random.default_rng(7)
    old, new = rng.binomial(n, 0.05, 20_000), rng.binomial(n, 0.065, 20_000)
    pooled = (old + new) / (2 * n)
    z = (new - old) / n / np.sqrt(2 * pooled * (1 - pooled) / n)
    assert (np.abs(z) > 2.2414).mean() == pytest.approx(0.80, abs=0.02)  # 2.2414: two-sided 2.5%


def test_the_weeks_are_the_sample_over_the_asks_of_a_week():
    plan = planned()[0]
    assert plan["weeks"].value == pytest.approx(plan["total"] / 100, abs=1)
    assert plan["enough_customers"] is (plan["total"] <= 10_000)


def test_a_gain_beyond_all_customers_has_no_sample():
    (row,) = plans(options(("x", "cash", "both", 25.0, 1.0)), share(0.05), weekly(10.0), customers=1000)
    assert (row["per_arm"], row["total"], row["weeks"], row["enough_customers"]) == (None, None, None, None)
    assert row["stops_when"].startswith("No test")


def test_the_smallest_gain_shrinks_with_more_customers():
    gains = [planned(customers=n)[0]["smallest_shown"] for n in (400, 2_000, 20_000)]
    assert gains == sorted(gains, reverse=True)
    assert planned(customers=1)[0]["smallest_shown"] is None


def test_the_advice_follows_from_the_customers_there_are():
    assert "write down at least two" in advice([])
    assert "can be filled" in advice(planned(customers=1_000_000))
    assert "test one bold difference" in advice(planned(customers=500))
    assert "ask more people, or wait longer" in advice(planned(customers=1))


def test_each_stopping_rule_is_said_once():
    assert stopping(planned()) == stops_when(planned()[0]["per_arm"])
    assert "26 weeks" in stops_when(500)


def test_the_share_who_refer_is_counted_from_the_rows(sample):
    client = sample("brightdesk")
    since = pd.Timestamp(client.as_of) - pd.Timedelta(weeks=26)
    profile, made = client.fact("customer_profile"), client.fact("referrals")
    recent = set(made.loc[made["referred_on"] > since, "referrer_id"])
    there = [row.customer_id for row in profile.itertuples() if pd.Timestamp(row.joined_on) <= since and not row.left]
    found = refer_share(client)
    assert found.value == pytest.approx(sum(name in recent for name in there) / len(there))
    assert (found.n, found.basis) == (len(there), Basis.MEASURED)
    assert refer_share(sample("cupboard")).value == 0.05


def test_asks_of_a_week_are_those_of_a_year_over_52(sample):
    client = sample("brightdesk")
    touches = client.fact("touchpoints")
    asks = ((touches["kind"] == "ask") & (touches["on"] > "2025-09-30")).sum()
    assert asked_a_week(client).value == pytest.approx(asks / 52)
