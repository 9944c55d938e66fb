"""The truth of a subscription client, found again by counting 6,000 customers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from referral_playbook.simulate import SubscriptionWorld
from tests.simulate.simulations import MONTH, honest, near, near_share


@pytest.mark.parametrize("months", [1, 6, 12, 24])
@pytest.mark.parametrize("segment", ["agencies", "clinics", "shops"])
def test_customers_stay_as_the_truth_says(large, people, segment, months):
    seen = people[(people["segment"] == segment) & ~people["referred"] & (people["possible"] >= months + 0.1)]
    stayed = ~(seen["left"] & (np.floor(seen["tenure"] + 1e-9) <= months))
    true = large.truth["retention"]["not_referred"][segment]["survival"][str(months)]
    near_share(stayed.sum(), len(seen), true)


def test_the_referred_leave_less_in_their_first_months(large, people):
    seen = people[people["referred"] & (people["possible"] >= 6.1)]
    true = seen["segment"].map({s: v["survival"]["6"] for s, v in large.truth["retention"]["referred"].items()})
    stayed = ~(seen["left"] & (np.floor(seen["tenure"] + 1e-9) <= 6))
    near(stayed.mean(), true.mean(), np.sqrt((true * (1 - true)).sum()) / len(seen))
    first = {g: large.truth["retention"][g]["shops"]["first_month_churn"] for g in ("referred", "not_referred")}
    assert first["referred"] / first["not_referred"] == pytest.approx(SubscriptionWorld().churn_ratio)


@pytest.mark.parametrize("segment", ["agencies", "clinics", "shops"])
def test_customer_value_is_the_mean_of_what_customers_brought(large, people, segment):
    value = large.truth["customer_value"]
    group = people[
        (people["segment"] == segment) & ~people["referred"] & (people["possible"] >= value["horizon_months"] + 1)
    ]
    paid = large.tables["payments"].merge(group[["customer_id", "joined_on"]])
    age = (paid["paid_on"] - paid["joined_on"]).dt.days / MONTH
    paid["worth"] = paid["margin"] / (1 + value["discount_rate_per_year"]) ** (age / 12)
    each = paid[age.round() < value["horizon_months"]].groupby("customer_id")["worth"].sum()
    each = each.reindex(group["customer_id"]).fillna(0.0)
    assert len(each) > 200
    near(each.mean(), value["not_referred"][segment], each.std() / np.sqrt(len(each)))


def test_referrals_come_at_the_true_rate(large):
    rows, truth = honest(large), large.truth["referrals"]
    year = (rows["referred_on"] > pd.Timestamp(large.as_of) - pd.DateOffset(years=1)).sum()
    near(year, 12 * truth["expected_per_month_last_12"], np.sqrt(truth["variance_last_12_months_total"]))
    assert len(rows) == truth["made_ever"]


def test_few_advocates_make_most_referrals(large, people):
    counts = (
        honest(large)
        .groupby("referrer_id")
        .size()
        .reindex(people["customer_id"])
        .fillna(0)
        .sort_values(ascending=False)
    )
    top = counts.iloc[: round(0.1 * len(counts))].sum() / counts.sum()
    assert top == pytest.approx(large.truth["referrals"]["top_decile_share"]["of_all_customers"], abs=0.06)
    active = counts[counts > 0]
    share = active.iloc[: round(0.1 * len(active))].sum() / active.sum()
    assert share == pytest.approx(large.truth["referrals"]["top_decile_share"]["of_those_who_referred"], abs=0.06)


@pytest.mark.parametrize("months", [3, 6, 10, 18])
def test_first_referrals_come_when_the_truth_says(large, people, months):
    first = honest(large).groupby("referrer_id")["referred_on"].min()
    stayed = people[people["tenure"] >= months]
    when = (stayed["customer_id"].map(first) - stayed["joined_on"]).dt.days / MONTH
    near_share(
        (when.isna() | (when >= months)).sum(), len(stayed), large.truth["first_referral"]["none_by_month"][months]
    )


def test_the_ask_window_is_where_the_hazard_is_highest(large):
    hazard = np.array(large.truth["first_referral"]["hazard"])
    window = large.truth["first_referral"]["highest_months"]
    assert set(window) <= set(range(3, 10))
    assert hazard[window].min() > np.delete(hazard, window).max() * 0.99


def test_the_funnel_has_the_true_rates(large):
    rows, funnel = honest(large), large.truth["funnel"]
    rows = rows[rows["referred_on"] < pd.Timestamp(large.as_of) - pd.Timedelta(days=300)]  # all through by now
    invited, qualified = rows["invited_on"].notna(), rows["qualified_on"].notna()
    converted = rows["converted_on"].notna()
    near_share(invited.sum(), len(rows), funnel["invited_per_referral"])
    near_share(qualified.sum(), invited.sum(), funnel["qualified_per_invited"])
    near_share(converted.sum(), qualified.sum(), funnel["converted_per_qualified"])
    near_share(converted.sum(), invited.sum(), large.truth["k"]["conversion_per_invite"])
    wait = (rows["qualified_on"] - rows["invited_on"]).dt.days.dropna()
    assert wait.median() == pytest.approx(funnel["days_to_qualified_from_invited"]["median"], abs=1.5)


def test_invites_per_customer_and_k(large, people):
    k, each = large.truth["k"], honest(large).groupby("referrer_id")["invited_on"].count()
    each = each.reindex(people["customer_id"]).fillna(0)
    near(each.mean(), k["invites_per_customer_to_date"], each.std() / np.sqrt(len(each)))
    assert k["k_to_date"] == pytest.approx(k["invites_per_customer_to_date"] * k["conversion_per_invite"])
    assert 0 < k["k_to_date"] < k["k_over_horizon"] < 1


def test_organic_share(large, people):
    alone = people[people["referred_by"].isna()]
    true = large.truth["organic_referral_share"]
    near_share((alone["source"] == "referral").sum(), len(alone), true["source_referral_of_those_without_advocate"])
    assert people["referred"].sum() >= true["referred_customers"] - people["referred_by"].notna().sum()


def test_experiment_arms_have_their_true_rates_and_the_rows_add_up(large):
    arms, rows = large.tables["arms"].set_index("arm"), large.tables["referrals"]
    start, end = (pd.Timestamp(str(large.truth["experiment"][k])) for k in ("from", "to"))
    for arm, true in large.truth["experiment"]["arms"].items():
        near_share(arms.loc[arm, "conversions"], arms.loc[arm, "users"], true["share_who_refer"])
        mine = rows[rows["arm"] == arm]
        assert arms.loc[arm, "invites"] == len(mine)
        assert arms.loc[arm, "conversions"] == mine["referrer_id"].nunique()
        assert mine["referred_on"].between(start, end).all()
    thirds = arms["users"].sum() / 3
    assert (abs(arms["users"] - thirds) < 4 * np.sqrt(thirds)).all()


def test_recurring_revenue_of_the_last_year(brightdesk):
    truth = brightdesk.truth["recurring_revenue_last_12_months"]
    paid = brightdesk.tables["payments"].query("kind != 'refund'")
    month = paid["paid_on"].dt.strftime("%Y-%m")
    table = paid.pivot_table(index="customer_id", columns=month, values="amount", aggfunc="sum", fill_value=0.0)
    then, now = table[truth["month_start"]], table[truth["month_end"]]
    assert truth["start"] == pytest.approx(then.sum())
    assert truth["start"] - truth["lost"] - truth["contracted"] + truth["expanded"] + truth["new"] == pytest.approx(
        now.sum()
    )
    assert truth["nrr"] == pytest.approx(now[then > 0].sum() / then.sum())
    assert truth["grr"] == pytest.approx(np.minimum(now, then).sum() / then.sum())
