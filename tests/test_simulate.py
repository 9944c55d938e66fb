"""The simulator tells the truth: same seed same bytes, sound tables, parameters that counting finds again."""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from referral_playbook.contract.client_toml.client import read_client
from referral_playbook.contract.tables import TABLES
from referral_playbook.intake import read_client_tables
from referral_playbook.simulate import SubscriptionWorld, simulate, write_client
from referral_playbook.simulate.__main__ import SAMPLES
from referral_playbook.simulate.lists import ask_lists

MONTH = 30.4375


@pytest.fixture(scope="module")
def data():
    return Path(__file__).resolve().parents[1] / "data"


@cache
def sample(name):
    kind, seed, changes = SAMPLES[name]
    return simulate(kind, seed=seed, **changes)


@pytest.fixture(scope="module", params=list(SAMPLES))
def any_sample(request):
    return sample(request.param)


@pytest.fixture(scope="module")
def brightdesk():
    return sample("brightdesk")


@pytest.fixture(scope="module")
def large():
    """Enough customers for four standard errors to be narrow."""
    return simulate("subscription", seed=11, customers=6000)


def near(found, true, standard_error):
    """Within four standard errors, and these are small enough to say something."""
    assert standard_error > 0
    assert abs(found - true) <= 4 * standard_error, f"{found} is not {true} +- 4 x {standard_error}"


def near_share(hits, of, true):
    near(hits / of, true, np.sqrt(true * (1 - true) / of))


def honest(client):
    seeded = {row["referral_id"] for row in client.truth["fraud"]}
    return client.tables["referrals"][~client.tables["referrals"]["referral_id"].isin(seeded)]


# --- the files


@pytest.mark.parametrize("name", list(SAMPLES))
def test_samples_in_data_are_what_the_simulator_writes(name, tmp_path, data):
    write_client(sample(name), tmp_path)
    written = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    kept = {p.name: p.read_bytes() for p in (data / name).iterdir()}
    assert sorted(written) == sorted(kept)
    different = [file for file in written if written[file] != kept[file]]
    assert not different, f"run python -m referral_playbook.simulate: {different} differ"


@pytest.mark.parametrize("name", list(SAMPLES))
def test_intake_reads_back_the_same_tables(name, data):
    client, read = sample(name), read_client_tables(read_client(data / name))
    assert not [fault for fault in read.faults if fault.severity == "error"]
    assert sorted(read.tables) == sorted(client.tables)
    for table, made in client.tables.items():
        back = read.tables[table][list(made.columns)]
        pd.testing.assert_frame_equal(
            back.astype(object).where(back.notna(), None),
            made.astype(object).where(made.notna(), None),
            check_dtype=False,
        )


def test_parameters_are_written_so_that_client_toml_reads_them_back(tmp_path):
    given = {
        "discount_rate": 0.1,
        "break_even": {"hours_per_month": 35.0},
        "goal_setting": {"owner": 'Ann "A" O\'Neil'},
        "programme_review": {"programme_start": date(2027, 9, 30)},
    }
    write_client(dataclasses.replace(sample("cupboard"), parameters=given), tmp_path)
    client = read_client(tmp_path)
    assert client.settings.values == {
        "discount_rate": 0.1,
        "hours_per_month": 35.0,
        "owner": 'Ann "A" O\'Neil',
        "programme_start": "2027-09-30",
    }


def test_sample_is_small_and_says_what_it_is(data):
    for name in SAMPLES:
        files = list((data / name).iterdir())
        assert sum(p.stat().st_size for p in files if p.suffix in (".csv", ".xlsx")) < 1_500_000
        words = (data / name / "DATA_DICTIONARY.md").read_text(encoding="utf-8")
        client = read_client(data / name)
        for table, spec in client.tables.items():
            assert f"`{spec.file}`" in words
            assert all(f"| {c} |" in words for c in TABLES[table].required)
            assert all(header in words for header in spec.columns.values())
        assert json.loads((data / name / "truth.json").read_text(encoding="utf-8"))["client"] == client.name


@pytest.mark.parametrize("kind", ["subscription", "services", "shop"])
def test_same_seed_same_client_and_another_seed_another(kind):
    one, two, other = simulate(kind, seed=3), simulate(kind, seed=3), simulate(kind, seed=4)
    assert one.truth == two.truth
    for table in one.tables:
        pd.testing.assert_frame_equal(one.tables[table], two.tables[table])
    assert not one.tables["customers"].equals(other.tables["customers"])


def test_wrong_requests_are_refused():
    with pytest.raises(ValueError, match="no client of kind 'bakery'; there are subscription, services, shop"):
        simulate("bakery", seed=1)
    with pytest.raises(TypeError, match="referal_rate"):
        simulate("subscription", seed=1, referal_rate=0.1)
    with pytest.raises(ValueError, match="too few long-standing customers to seed fraud"):
        simulate("subscription", seed=1, customers=20)


# --- sound tables


def test_nothing_is_dated_after_the_as_of_date(any_sample):
    last = pd.Timestamp(any_sample.as_of)
    for name, table in any_sample.tables.items():
        for column in table.columns:
            if TABLES[name].column(column).kind == "date":
                assert not (table[column] > last).any(), f"{name}.{column}"
            if TABLES[name].column(column).kind == "month":
                assert table[column].max() <= f"{last:%Y-%m}"


def test_ids_refer_to_rows_that_exist(any_sample):
    tables = any_sample.tables
    members = set(tables["customers"]["customer_id"])
    assert len(members) == len(tables["customers"])
    for table in {"payments", "touchpoints"} & set(tables):
        assert set(tables[table]["customer_id"]) <= members
    named = tables["surveys"]["respondent_id"] if "surveys" in tables else pd.Series([], dtype=object)
    assert set(named[~named.str.startswith("anon-")]) <= members
    if "referrals" in tables:
        rows = tables["referrals"]
        assert set(rows.loc[rows["referrer_type"] == "customer", "referrer_id"]) <= members
        assert set(rows["friend_id"].dropna()) <= members | set(tables["leads"]["lead_id"])
        assert rows["referral_id"].is_unique
    if "referred_by" in tables["customers"]:
        assert set(tables["customers"]["referred_by"].dropna()) <= members


def test_dates_come_in_their_order(brightdesk):
    rows = brightdesk.tables["referrals"]
    for before, after in (
        ("referred_on", "invited_on"),
        ("invited_on", "qualified_on"),
        ("qualified_on", "converted_on"),
        ("converted_on", "rewarded_on"),
    ):
        both = rows[rows[after].notna()]
        assert both[before].notna().all()
        assert (both[before] <= both[after]).all()
    customers = brightdesk.tables["customers"].set_index("customer_id")
    assert (customers["left_on"] > customers["joined_on"]).sum() == customers["left_on"].notna().sum()
    advocates = customers.loc[rows["referrer_id"]].reset_index()
    assert (advocates["joined_on"] <= rows["referred_on"]).all()
    assert not (advocates["left_on"] <= rows["referred_on"]).any()
    paid = brightdesk.tables["payments"].query("kind != 'refund'")
    left = customers["left_on"].reindex(paid["customer_id"]).to_numpy()
    assert not (paid["paid_on"].to_numpy() >= left).any()


def test_converted_friends_are_the_referred_customers(brightdesk):
    rows = honest(brightdesk)
    came = rows[rows["converted_on"].notna()].set_index("friend_id")
    customers = brightdesk.tables["customers"].dropna(subset="referred_by").set_index("customer_id")
    assert sorted(came.index) == sorted(customers.index)
    assert (customers["referred_by"] == came["referrer_id"].reindex(customers.index)).all()
    assert (customers["joined_on"] == came["converted_on"].reindex(customers.index)).all()


def test_customer_totals_are_the_sums_of_their_payments(brightdesk):
    paid = brightdesk.tables["payments"].groupby("customer_id")["amount"].sum()
    total = brightdesk.tables["customers"].set_index("customer_id")["total_amount"]
    np.testing.assert_allclose(total, paid.reindex(total.index), atol=0.005)


# --- the truth of the subscription client, found again by counting


@pytest.fixture(scope="module")
def people(large):
    rows = large.tables["customers"].copy()
    last = rows["left_on"].fillna(pd.Timestamp(large.as_of))
    rows["tenure"] = (last - rows["joined_on"]).dt.days / MONTH
    rows["possible"] = (pd.Timestamp(large.as_of) - rows["joined_on"]).dt.days / MONTH
    rows["left"] = rows["left_on"].notna()
    rows["referred"] = rows["referred_by"].notna() | (rows["source"] == "referral")
    return rows


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


def test_survey_answers_follow_the_true_shares(large):
    rows, truth = large.tables["surveys"], large.truth["surveys"]
    last = rows.drop_duplicates(["respondent_id", "question"], keep="last")
    for segment, mine in last.groupby("segment"):
        pmf = mine[(mine["question"] == "pmf") & (mine["answer"] != "no longer use")]["answer"]
        near_share(
            (pmf == "very disappointed").sum(), len(pmf), truth["very_disappointed_share"]["by_segment"][segment]
        )
        nps = mine[mine["question"] == "nps"]["answer"].astype(int)
        near_share((nps >= 9).sum(), len(nps), truth["nps"]["promoters"][segment])
        near_share((nps <= 6).sum(), len(nps), truth["nps"]["detractors"][segment])
        csat = mine[mine["question"] == "csat"]["answer"].astype(int)
        near_share((csat >= 4).sum(), len(csat), truth["csat_top2"][segment])


def test_value_multiples_have_the_true_median(large):
    said = large.tables["surveys"].query("question == 'value'")
    price = large.tables["customers"].set_index("customer_id")["monthly_amount"].reindex(said["respondent_id"])
    multiple = pd.Series(said["answer"].astype(float).to_numpy() / price.to_numpy(), index=said["segment"]).dropna()
    for segment, true in large.truth["surveys"]["value_multiple"].items():
        mine = np.log(multiple[segment])
        near(mine.mean(), np.log(true["median"]), true["sigma"] / np.sqrt(len(mine)))


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


# --- fraud and lists


def looks_fraudulent(rows):
    """What a careful reader would mark: ids of self-referrals, later claims, bursts and closed rings."""
    marked = set(rows.loc[rows["referrer_id"] == rows["friend_id"], "referral_id"])
    marked |= set(rows.loc[rows["friend_id"].notna() & rows.duplicated("friend_id"), "referral_id"])
    size = rows.groupby(["referrer_id", "referred_on"])["referral_id"].transform("size")
    marked |= set(rows.loc[size >= 5, "referral_id"])
    friends = rows[rows["referrer_id"] != rows["friend_id"]].groupby("referrer_id")["friend_id"].apply(set).to_dict()

    def reaches(start, goal, seen):
        return any(
            n == goal or (n not in seen and not seen.add(n) and reaches(n, goal, seen)) for n in friends.get(start, ())
        )

    return marked | {
        r.referral_id
        for r in rows.itertuples()
        if r.friend_id in friends and reaches(r.friend_id, r.referrer_id, set())
    }


@pytest.mark.parametrize("seed", [SAMPLES["brightdesk"][1], 1, 2])
def test_fraud_is_what_it_looks_like_and_nothing_honest_looks_like_it(seed):
    client = simulate("subscription", seed=seed)
    seeded = client.truth["fraud"]
    assert {row["kind"] for row in seeded} == {"self_referral", "loop", "burst", "duplicate_friend"}
    assert looks_fraudulent(client.tables["referrals"]) == {row["referral_id"] for row in seeded}


def test_no_fraud_where_none_is_wanted():
    client = simulate("subscription", seed=1, customers=300, fraud=False)
    assert client.truth["fraud"] == []
    assert looks_fraudulent(client.tables["referrals"]) == set()


def counted_again(client):
    """The ask list by joins instead of by customer, from the tables alone."""
    as_of, tables = pd.Timestamp(client.as_of), client.tables
    rows = tables["customers"].query("left_on.isna()").set_index("customer_id")
    nps = tables["surveys"].query("question == 'nps'").groupby("respondent_id")["answer"].last().astype(int)
    contacts = tables["touchpoints"]
    given = contacts[contacts["kind"].isin(["delight", "kind_act"])].groupby("customer_id")["on"].agg(["count", "max"])
    asked = contacts[contacts["kind"] == "ask"].groupby("customer_id")["on"].agg(["count", "max"])
    sore = set(contacts[(contacts["kind"] == "complaint") & contacts["resolved_on"].isna()]["customer_id"])
    score = nps.reindex(rows.index)
    close = rows.index[(score <= 6) | rows.index.isin(sore)]
    gifts, asks = given.reindex(rows.index), asked.reindex(rows.index)
    fit = (score >= 9) & ((as_of - rows["joined_on"]).dt.days / MONTH >= 6) & ~rows.index.isin(close)
    fit &= ((as_of - gifts["max"]).dt.days <= 90) & ~((as_of - asks["max"]).dt.days <= 90)
    fit &= asks["count"].fillna(0) <= gifts["count"].fillna(0)
    return set(rows.index[fit]), set(close)


def test_ask_and_close_the_loop_lists_row_by_row(brightdesk):
    ask, close = counted_again(brightdesk)
    assert {row["customer_id"] for row in brightdesk.truth["ask"]} == ask
    assert {row["customer_id"] for row in brightdesk.truth["close_the_loop"]} == close
    assert not ask & close
    assert 15 <= len(ask) <= 80


@pytest.mark.parametrize(
    "change",
    [{"days": 89}, {"days": 91}, {"tenure": 5.9}, {"tenure": 6.1}, {"given": ("delight", "kind_act", "review")}],
)
def test_nobody_on_the_sample_list_hangs_on_a_day_or_on_the_reading_of_a_rule(brightdesk, change):
    tables = (brightdesk.tables[t] for t in ("customers", "surveys", "touchpoints"))
    moved = ask_lists(*tables, pd.Timestamp(brightdesk.as_of), **change)
    assert [r["customer_id"] for r in moved["ask"]] == [r["customer_id"] for r in brightdesk.truth["ask"]]


# --- what the sample is to show


def test_sample_clears_the_gate_in_one_segment_and_not_in_another(brightdesk):
    rows = brightdesk.tables["surveys"].query("question == 'pmf' and answer != 'no longer use'")
    rows = rows.drop_duplicates("respondent_id", keep="last")
    yes = rows["answer"] == "very disappointed"

    def interval(mine):
        return binomtest(int(mine.sum()), len(mine)).proportion_ci(method="wilson")

    assert len(rows) > 300
    assert interval(yes).low > 0.40
    assert interval(yes[rows["segment"] == "agencies"]).low > 0.40
    assert interval(yes[rows["segment"] == "shops"]).high < 0.40


def test_a_world_can_be_changed():
    quiet = simulate("subscription", seed=2, customers=200, referral_rate=0.0, fraud=False)
    assert quiet.tables["referrals"].empty
    segments = {n: dataclasses.replace(s, very_disappointed=0.05) for n, s in SubscriptionWorld().segments.items()}
    weak = simulate("subscription", seed=2, customers=200, fraud=False, segments=segments)
    pmf = weak.tables["surveys"].query("question == 'pmf'")["answer"]
    assert (pmf == "very disappointed").mean() < 0.2


# --- services and shop


def test_services_leads_follow_their_sources():
    client = simulate("services", seed=5, leads=6000)
    leads = client.tables["leads"]
    received = leads[leads["given_or_received"] != "given"]
    unknown = received["source"].isna() | (received["source"] == "unknown")
    near_share(unknown.sum(), len(received), client.truth["unknown_source_share"]["expected"])
    assert unknown.mean() == pytest.approx(client.truth["unknown_source_share"]["happened"])
    ripe = received[received["created_on"] < pd.Timestamp(client.as_of) - pd.Timedelta(days=365)]
    for name, true in client.truth["sources"].items():
        mine = ripe[ripe["source"] == name]
        near_share(mine["won_on"].notna().sum(), len(mine), true["conversion"])
        assert true["leads_noted"] == (received["source"] == name).sum()


def test_services_balance_sheet_and_unknown_share_of_the_sample():
    client = sample("harlow-partners")
    leads = client.tables["leads"]
    assert 0.34 < client.truth["unknown_source_share"]["happened"] < 0.42
    for partner, sides in client.truth["balance_sheet"].items():
        for side, true in sides.items():
            mine = leads[(leads["source"] == partner) & (leads["given_or_received"] == side)]
            won = mine[mine["won_on"].notna()]
            assert (len(mine), len(won)) == (true["leads"], true["won"])
            assert won["value"].sum() == pytest.approx(true["value"])
    assert set(client.tables["referrals"]["referrer_type"]) == {
        "customer",
        "employee",
        "intermediary",
        "connector",
        "agency",
    }


def test_services_clients_leave_at_the_true_rate():
    client = simulate("services", seed=6, clients_before=5000)
    rows = client.tables["customers"]
    for sector, churn in client.truth["retention"]["monthly_churn"].items():
        mine = rows[rows["segment"] == sector]
        end = mine["left_on"].fillna(pd.Timestamp(client.as_of))
        months = np.floor((end - mine["joined_on"]).dt.days / MONTH + 1e-9).sum()
        near(mine["left_on"].notna().sum() / months, churn, np.sqrt(churn / months))


def test_shop_survey_is_thirty_answers_that_do_not_clear_the_gate():
    rows = sample("cupboard").tables["surveys"]
    pmf = rows[rows["question"] == "pmf"]["answer"]
    assert (len(pmf), (pmf == "very disappointed").sum()) == (30, 17)
    assert binomtest(17, 30).proportion_ci(method="wilson").low < 0.40
    nps = rows[rows["question"] == "nps"]["answer"].astype(int)
    assert (len(nps), (nps >= 9).sum(), (nps <= 6).sum()) == (30, 13, 6)


def test_shop_orders_follow_bg_nbd_and_gamma_gamma():
    client = simulate("shop", seed=9, customers=4000)
    orders = client.tables["payments"].merge(client.tables["customers"])
    age = (orders["paid_on"] - orders["joined_on"]).dt.days / MONTH
    old = client.tables["customers"]["joined_on"] <= pd.Timestamp(client.as_of) - pd.Timedelta(days=185)
    early = orders[age < 6].groupby("customer_id").size() - 1
    each = early.reindex(client.tables["customers"]["customer_id"][old])
    near(each.mean(), client.truth["expected_repeat_orders"]["6"], each.std() / np.sqrt(len(each)))
    means = orders.groupby("customer_id")["amount"].mean()
    near(means.mean(), client.truth["gamma_gamma"]["mean_order"], means.std() / np.sqrt(len(means)))
