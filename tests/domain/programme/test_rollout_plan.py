"""A plan of a staggered roll-out: balanced waves drawn by chance, and an honest chance that it will tell."""

from __future__ import annotations

import tomllib
from datetime import date
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from referral_playbook.domain.programme.rollout import not_reached, rollout_starts, staggered
from referral_playbook.domain.programme.rollout_plan import RolloutPlan, plan_rollout
from tests.domain.counted import counted_facts
from tests.domain.programme.regions import REGIONS, drawn_client


def test_a_plan_puts_every_region_into_one_wave_of_like_size():
    plan = plan_rollout(drawn_client(1), waves=3, gap=2)
    assert sorted(g for wave in plan.waves for g in wave["group"]) == sorted(REGIONS)
    assert [str(start) for start in plan.starts] == ["2026-10", "2026-12", "2027-02"]
    sizes = [row["customers"] for row in plan.rows()]
    assert sum(sizes) == 3_000
    assert max(sizes) - min(sizes) <= 400  # of orders drawn blindly, half differ by more than 600


def test_the_plan_is_drawn_by_chance_and_the_same_again():
    client = drawn_client(2)
    first, again = (plan_rollout(client, seed=1) for _ in range(2))
    assert first.rows() == again.rows()
    assert len({str(plan_rollout(client, seed=seed).rows()) for seed in range(8)}) > 2


def test_what_is_recorded_in_client_toml_is_read_again():
    plan = plan_rollout(drawn_client(3), waves=3)
    texts = plan.setting.removeprefix("rollout = ").strip("[]").replace('"', "").split(", ")
    starts = rollout_starts(texts)
    assert {g: str(m) for g, m in starts.items()} == {
        g: r["starts"] for r in plan.rows() for g in r["groups"].split(", ")
    }
    assert set(not_reached(texts, date(2026, 9, 30))) == set(REGIONS)
    assert len(not_reached(texts, date(2026, 10, 1))) == 4


def test_the_chance_of_a_plan_is_how_often_its_reading_shows_the_effect():
    """The plan of one client, carried out 20 times with an uplift of 1.5."""
    plan = plan_rollout(drawn_client(0, as_of="2025-09-30", customers=1_200), waves=3, gap=2)
    starts = {g: str(s) for s, wave in zip(plan.starts, plan.waves, strict=True) for g in wave["group"]}
    texts = [f"{g}={s}" for g, s in starts.items()]
    shown = [
        staggered(drawn_client(seed, effect=1.5, starts=starts, customers=1_200), texts).low > 1
        for seed in range(100, 120)
    ]
    assert np.mean(shown) == pytest.approx(plan.chance, abs=0.3)
    assert 0.2 < plan.chance < 0.98


@pytest.mark.parametrize(
    ("change", "reason"), [({"region": "East"}, "two or more regions"), ({"region": None}, "two or more regions")]
)
def test_one_region_cannot_be_staggered(change, reason):
    client = drawn_client(4, customers=50)
    profile, rows = client.fact("customer_profile").assign(**change), client.fact("referrals")
    facts = {"customer_profile": profile, "referrals": rows, **counted_facts(profile, rows)}
    plan = plan_rollout(SimpleNamespace(**{**vars(client), "fact": facts.get}))
    assert reason in plan.reason
    assert plan.rows() == []
    assert "can be planned" in plan.describe()


def test_where_every_group_is_a_wave_each_starts_alone_a_quarter_after_the_last():
    plan = plan_rollout(drawn_client(6, customers=400), waves=20, gap=3)
    assert [len(wave) for wave in plan.waves] == [1] * len(REGIONS)
    assert [str(s) for s in plan.starts] == ["2026-10", "2027-01", "2027-04", "2027-07", "2027-10", "2028-01"]


def test_a_plan_made_in_the_middle_of_a_month_starts_with_the_next():
    assert str(plan_rollout(drawn_client(6, customers=400, as_of="2026-09-15")).starts[0]) == "2026-10"


def test_customers_and_referrals_of_a_plan_are_those_of_the_client():
    client = drawn_client(7, customers=500)
    plan = plan_rollout(client, waves=2)
    profile, rows = client.fact("customer_profile"), client.fact("referrals")
    last_year = rows[rows["referred_on"] >= "2025-10-01"]
    made = profile.set_index("customer_id").join(last_year["referrer_id"].value_counts())
    for wave in plan.waves:
        for row in wave.itertuples():
            group = made[made["region"] == row.group]
            assert (row.customers, row.referrals) == (len(group), group["count"].sum())


def test_a_group_that_all_customers_have_left_is_not_planned():
    client = drawn_client(8, customers=300)
    profile, rows = client.fact("customer_profile"), client.fact("referrals")
    gone = profile["region"] == "Wales"
    profile = profile.assign(left_on=pd.Series(pd.Timestamp("2026-05-05"), profile.index).where(gone))
    facts = {"customer_profile": profile, "referrals": rows, **counted_facts(profile, rows)}
    plan = plan_rollout(SimpleNamespace(**{**vars(client), "fact": facts.get}), waves=2)
    assert sorted(g for wave in plan.waves for g in wave["group"]) == sorted(set(REGIONS) - {"Wales"})


def test_more_customers_tell_sooner_and_a_small_chance_is_said():
    chances = [plan_rollout(drawn_client(9, customers=n)).chance for n in (60, 600, 6_000)]
    assert chances == sorted(chances)
    assert chances[0] < 0.5 < chances[-1]
    poor, good = (plan_rollout(drawn_client(9, customers=n)).describe() for n in (60, 6_000))
    assert "too small to rely on" in poor
    assert "too small" not in good
    assert "within 6 months" in good


def test_names_with_quotes_and_signs_are_written_so_that_toml_reads_them():
    wave = pd.DataFrame({"group": ['Île "Nord"', "Süd"], "customers": [1, 2], "referrals": [0, 1]})
    plan = RolloutPlan(by="region", waves=(wave,), starts=(pd.Period("2026-10", "M"),), chance=0.6)
    read = tomllib.loads(plan.setting)["rollout"]
    assert read == ['Île "Nord"=2026-10', "Süd=2026-10"]
    assert list(rollout_starts(read)) == ['Île "Nord"', "Süd"]


def test_without_dates_there_is_no_plan():
    client = SimpleNamespace(fact={}.get, as_of=date(2026, 9, 30))
    assert plan_rollout(client).describe() == (
        "No staggered roll-out can be planned: customers or referrals have no dates."
    )
