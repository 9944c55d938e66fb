"""What customers say: answers have the shares that are true of their segments."""

from __future__ import annotations

import numpy as np
import pandas as pd

from referral_playbook.simulate import SubscriptionWorld
from tests.simulate.simulations import near, near_share


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


def test_half_of_those_asked_answer_within_three_weeks_of_the_wave(large):
    rows = large.tables["surveys"]
    customers = large.tables["customers"].set_index("customer_id")
    for wave in SubscriptionWorld().pmf_waves:
        start = pd.Timestamp(wave)
        said = rows[(rows["question"] == "pmf") & rows["asked_on"].between(start, start + pd.Timedelta(days=20))]
        left = customers["left_on"].fillna(pd.Timestamp("2200-01-01"))
        there = (customers["joined_on"] <= start - pd.Timedelta(days=30)) & (left > start + pd.Timedelta(days=21))
        near_share(len(said), int(there.sum()), SubscriptionWorld().response)


def test_contacts_come_at_their_rate_while_the_customer_stays(large, people):
    touches = large.tables["touchpoints"].merge(large.tables["customers"][["customer_id", "joined_on"]])
    months = people["tenure"].sum()
    for kind in ("support", "complaint", "upsell"):  # the others also happen before the sale
        n = int((touches["kind"] == kind).sum())
        near(n / months, SubscriptionWorld().contacts[kind], np.sqrt(n) / months)


def test_a_complaint_is_closed_when_the_customer_leaves_and_some_stay_open(large):
    touches = large.tables["touchpoints"].merge(large.tables["customers"][["customer_id", "left_on"]])
    complaints = touches[touches["kind"] == "complaint"]
    assert complaints[complaints["left_on"].notna()]["resolved_on"].notna().all()
    old = complaints[complaints["left_on"].isna() & (complaints["on"] < pd.Timestamp(large.as_of) - pd.Timedelta(90))]
    near_share(int(old["resolved_on"].isna().sum()), len(old), SubscriptionWorld().unresolved)
    assert (touches["resolved_on"].dropna() >= touches["on"][touches["resolved_on"].notna()]).all()


def test_only_service_contacts_are_scored_and_hard_ones_score_low(large):
    touches = large.tables["touchpoints"]
    assert set(touches[touches["score"].notna()]["kind"]) == {"support", "complaint"}
    rows = large.tables["surveys"]
    both = rows[rows["question"].isin(["csat", "ces"])].pivot_table(
        index=["respondent_id", "asked_on"], columns="question", values="answer", aggfunc="last"
    )
    both = both.dropna().astype(int)
    assert both["csat"].corr(both["ces"]) < -0.6
