"""The kept control recovers a known uplift and share, stays the same, and says when it will tell."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from referral_playbook.contract.parameters import Parameters
from referral_playbook.domain.programme.control_reading import kept_control_uplift, read_control
from referral_playbook.domain.programme.kept_control import KeptControl
from referral_playbook.domain.programme.referral_inputs import incremental_share

AS_OF = pd.Timestamp("2026-09-30")
OLD = np.datetime64("2024-01-01T00:00:00.000000")
BEGIN = pd.Timestamp("2025-10-01")


def _client(profile, referrals, touches=None, parameters=None, real_dates=True):
    facts = {"customer_profile": profile, "referrals": referrals, "touchpoints": touches}
    stated = parameters or {}
    return SimpleNamespace(
        fact=facts.get,
        as_of=date(2026, 9, 30),
        stated=stated,
        real_dates=real_dates,
        parameters_of=lambda step: Parameters.of(step, **stated),
    )


def _programme(seed, *, customers=3_000, uplift=2.0, share=0.6, rate=0.01, control=0.10):
    """A year of a programme: referrals of customers with their own urge, and new customers linked to their advocate."""
    rng = np.random.default_rng(seed)
    ids = np.array([f"C{seed}-{i}" for i in range(customers)])
    held = KeptControl(share=control).includes(ids)
    urge = rng.gamma(0.5, 2.0, customers)
    base = rng.poisson(12 * rate * urge)
    extra = np.where(held, 0, rng.poisson(12 * rate * (uplift - 1) * urge))
    who = np.repeat(np.arange(customers), base + extra)
    made = pd.DataFrame(
        {"referrer_id": ids[who], "referred_on": BEGIN + pd.to_timedelta(rng.integers(0, 364, who.size), unit="D")}
    )
    # Every referral brings a customer. Of the extra ones 1 - share would have come through another channel.
    elsewhere = np.where(held, rng.poisson(12 * rate * (uplift - 1) * (1 - share) * urge), 0)
    friends = np.r_[who, np.repeat(np.arange(customers), elsewhere)]
    source = np.r_[np.repeat("referral", who.size), np.repeat("website", friends.size - who.size)]
    profile = pd.DataFrame(
        {
            "customer_id": np.r_[ids, [f"F{seed}-{i}" for i in range(friends.size)]],
            "joined_on": np.r_[np.repeat(OLD, customers), np.repeat(np.datetime64(AS_OF), friends.size)],
            "left_on": pd.NaT,
            "referred_by": np.r_[np.repeat("", customers), ids[friends]],
            "source": np.r_[np.repeat("website", customers), source],
        }
    )
    asked = ids[~held][::4]
    touches = pd.DataFrame({"customer_id": asked, "on": BEGIN + pd.Timedelta(days=40), "kind": "ask"})
    return _client(profile.astype({"left_on": "datetime64[ns]"}), made, touches)


def _asked_only(seed, *, customers=30_000, effect=2.5, rate=0.02):
    """A year in which a quarter of those who may be asked are asked on day 40, and only these refer more from then."""
    rng = np.random.default_rng(seed)
    ids = np.array([f"A{seed}-{i}" for i in range(customers)])
    control = KeptControl(share=0.10).includes(ids)
    asked = ~control & (rng.random(customers) < 0.25)
    urge = rng.gamma(0.5, 2.0, customers)
    base = rng.poisson(12 * rate * urge)
    extra = rng.poisson(12 * rate * (effect - 1) * urge * asked * (364 - 40) / 364)
    who = np.r_[np.repeat(np.arange(customers), base), np.repeat(np.arange(customers), extra)]
    days = np.r_[rng.integers(0, 364, base.sum()), rng.integers(40, 364, extra.sum())]
    made = pd.DataFrame({"referrer_id": ids[who], "referred_on": BEGIN + pd.to_timedelta(days, unit="D")})
    profile = pd.DataFrame(
        {"customer_id": ids, "joined_on": OLD, "left_on": pd.NaT, "referred_by": "", "source": "website"}
    ).astype({"left_on": "datetime64[ns]"})
    touches = pd.DataFrame({"customer_id": ids[asked], "on": BEGIN + pd.Timedelta(days=40), "kind": "ask"})
    return _client(profile, made, touches)


KEPT = KeptControl(share=0.10, since=pd.Period("2025-10", "M"))


def test_true_uplift_and_share_are_within_their_ranges_as_often_as_promised():
    """600 programmes gave 95.3% for the uplift and 96.0% for the share; 40 are run here."""
    found = [read_control(_programme(seed), KEPT) for seed in range(40)]
    assert sum(f.uplift.low <= 2.0 <= f.uplift.high for f in found) >= 35
    shares = [f.incremental_share for f in found if f.incremental_share.defined]
    assert len(shares) >= 30
    assert sum(s.low <= 0.6 <= s.high for s in shares) / len(shares) >= 0.87
    assert np.median([f.uplift.value for f in found]) == pytest.approx(2.0, rel=0.15)
    assert all(f.uplift_at_every_look.low <= f.uplift.low for f in found)


def test_the_share_because_of_programme_and_the_worth_of_an_ask_follow_from_the_counts():
    client = _programme(3)
    found = read_control(client, KEPT)
    last = found.rows.iloc[-1]
    ratio = (last.referrals / last.customer_months) / (last.control_referrals / last.control_customer_months)
    assert found.uplift.value == pytest.approx(ratio)
    assert found.because_of_programme.value == pytest.approx(1 - 1 / ratio)
    asks = len(client.fact("touchpoints"))
    extra = last.referrals - last.control_referrals * last.customer_months / last.control_customer_months
    assert found.extra_per_ask.value == pytest.approx(extra / asks, rel=0.01)
    assert found.asked_anyway.value == 0


def test_the_uplift_of_asking_is_that_of_the_asked_alone():
    """The learning study runs many more. Asked customers refer 2.5 times as often, all customers together far less."""
    readings = [read_control(_asked_only(seed), KEPT) for seed in range(8)]
    asking = [r.uplift_of_asking for r in readings]
    assert all(e.defined for e in asking)
    assert sum(e.low <= 2.5 <= e.high for e in asking) >= 7
    assert np.median([e.value for e in asking]) == pytest.approx(2.5, rel=0.2)
    assert np.median([r.uplift.value for r in readings]) < 1.6


def test_the_share_counts_as_measured_once_it_is_narrower_than_the_assumption():
    client = _programme(5, customers=12_000)
    assert incremental_share(client).basis == "assumed"
    client.stated.update({"control_since": "2025-10", "control_share": 0.10})
    measured = incremental_share(client)
    assert measured.basis == "measured"
    assert measured.low <= 0.6 <= measured.high
    assert incremental_share(client, 0.8).basis == "assumed"
    small = _programme(6, customers=1_500)
    small.stated.update({"control_since": "2025-10", "control_share": 0.10})
    assert incremental_share(small).basis == "assumed"


def test_the_draw_is_stable_and_nested_and_of_the_stated_size():
    ids = [f"X{i}" for i in range(20_000)]
    ten, twenty = (KeptControl(share=s).includes(ids) for s in (0.10, 0.20))
    assert ten.mean() == pytest.approx(0.10, abs=0.007)
    assert (twenty | ~ten).all()
    assert (KeptControl(share=0.10).includes(ids[::-1])[::-1] == ten).all()
    assert (KeptControl(share=0.10, seed=2).includes(ids) != ten).any()


def test_without_a_programme_nothing_is_shown_and_months_to_go_are_said():
    found = read_control(_programme(1, uplift=1.0, customers=1_000, rate=0.002), KEPT)
    assert not found.shown
    assert found.more_months is None or found.more_months > 0


def test_a_good_control_tells():
    assert read_control(_programme(2, customers=6_000, uplift=3.0), KEPT).shown


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"share": 0.0}, "no control is kept"),
        ({"since": None}, "record in client.toml the month"),
        ({"since": pd.Period("2027-01", "M")}, "after the as-of date"),
    ],
)
def test_where_no_control_was_kept_nothing_is_measured(changes, reason):
    control = KeptControl(**{"share": 0.1, "since": pd.Period("2025-10", "M")} | changes)
    found = read_control(_programme(0, customers=100), control)
    assert reason in found.uplift.reason
    assert found.rows.empty


def test_parameters_of_the_client_set_the_control():
    client = _programme(0, customers=2_000)
    assert "record in client.toml the month" in kept_control_uplift(client).reason
    client.stated.update({"control_since": "2025-10", "control_share": 0.10})
    assert kept_control_uplift(client).basis == "measured"
    with pytest.raises(ValueError, match="YYYY-MM"):
        KeptControl.stated(0.1, 1, "last autumn")
    with pytest.raises(ValueError, match="control_share = 1"):
        KeptControl(share=1.0)


def test_a_control_that_was_asked_all_the_same_is_said():
    client = _programme(4, customers=500)
    touches, profile = client.fact("touchpoints"), client.fact("customer_profile")
    touches["customer_id"] = profile["customer_id"].iloc[: len(touches)].to_numpy()
    assert read_control(client, KEPT).asked_anyway.value > 0


def test_a_client_without_dates_or_tables_has_no_reading():
    client = _programme(0, customers=50)
    client.real_dates = False
    assert "tenure" in read_control(client, KEPT).uplift.reason
    client.fact = {}.get
    assert "not both there" in read_control(client, KEPT).uplift.reason
