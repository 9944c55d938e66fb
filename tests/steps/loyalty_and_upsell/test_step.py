"""Step 08 whole: samples, a verdict turned by the data, a table missing, real exports; and its smaller parts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from referral_playbook.contract.evidence import Status
from tests.steps import shared

REQUIRED = {"retention_rate", "nrr", "grr", "quick_ratio", "customer_value"}


def concluded(client, **changed):
    """What the notebook does, with its defaults."""
    return shared.concluded("loyalty_and_upsell", client, **changed)


def holds_the_contract(result):
    assert result.estimates.keys() >= REQUIRED
    said = {check.name: check.text for check in result.checks}
    for name, e in result.estimates.items():
        assert e.defined or said[f"{name}_defined"]
        assert e.unit and e.per  # noqa: PT018 - one thing: it says what it is
    assert result.to_dict()  # no infinity, nothing that is no JSON


@pytest.fixture(scope="module")
def brightdesk(sample):
    return concluded(sample())


def test_the_sample_holds_the_truth(brightdesk, truth):
    told = truth()
    for name in ("nrr", "grr"):
        e = brightdesk.estimate(name)
        assert e.low <= told["recurring_revenue_last_12_months"][name] <= e.high
    value = brightdesk.estimate("customer_value")
    assert value.low <= told["customer_value"]["all"] <= value.high
    assert brightdesk.estimate("plain_lifetime_value").low > value.high  # the plain value promises too much
    assert brightdesk.verdict.status is Status.TEST_SMALL
    holds_the_contract(brightdesk)


def test_nobody_on_the_upsell_list_complains_is_a_detractor_or_was_asked_lately(brightdesk, sample):
    profile = sample().fact("customer_profile").set_index("customer_id")
    listed = [row["customer_id"] for row in brightdesk.tables["upsell_list"]]
    assert len(listed) > 20
    them = profile.loc[listed]
    assert not them["open_complaint"].any()
    assert not them["left"].any()
    assert not (them["nps"] <= 6).any()
    days = (pd.Timestamp(sample().as_of) - them["last_ask_on"]).dt.days
    assert not (days <= 60).any()
    assert all(row["why_now"] and row["what"] for row in brightdesk.tables["upsell_list"])


def test_those_to_listen_to_are_asked_for_nothing_in_the_calendar(brightdesk):
    listen = {row["customer_id"] for row in brightdesk.tables["follow_up"]}
    asked = {
        r["customer_id"] for r in brightdesk.tables["contact_calendar"] if r["purpose"].startswith(("ask", "offer"))
    }
    assert asked
    assert not asked & listen
    assert {c.name: c.passed for c in brightdesk.checks}["asks_do_not_collide"] is True


def test_themes_of_the_sample_are_those_that_were_written(brightdesk, sample):
    rows = {row["theme"]: row for row in brightdesk.tables["feedback"]}
    comments = sample().fact("survey_comments")["comment"]
    assert rows["price"]["comments"] == comments.str.startswith("Price went up").sum()
    assert rows["time saved"]["comments"] == comments.str.startswith("Saves us").sum()
    assert rows["price"]["unhappy_share"] == 1
    assert rows["time saved"]["value_at_risk"] == 0


@pytest.mark.parametrize(("share", "status"), [(0.0, Status.GO), (0.3, Status.TEST_SMALL), (0.6, Status.STOP)])
def test_the_verdict_turns_with_the_revenue_that_leaves(simulated, share, status):
    """All who paid a year ago go on paying, but for this share of them."""

    def edit(tables):
        paid = tables["payments"]
        month = paid["paid_on"].astype("datetime64[ns]").dt.strftime("%Y-%m")
        last = month.max()
        then = str(pd.Period(last, freq="M") - 12)
        start = paid[(month == then) & (paid["kind"] != "refund")].drop_duplicates("customer_id")
        stay = start.iloc[round(share * len(start)) :]
        # one customer in six pays a little less, so that there is a range
        now = stay.assign(paid_on=start["paid_on"].max() + pd.DateOffset(months=12), kind="renewal")
        now["amount"] = now["amount"] * np.where(np.arange(len(now)) % 6 == 0, 0.97, 1.0)
        return {"payments": pd.concat([paid[month != last], now[paid.columns]])}

    result = concluded(simulated(seed=2, customers=500, edit=edit))
    assert result.verdict.status is status


@pytest.mark.parametrize("table", ["customers", "payments", "surveys", "touchpoints", "referrals"])
def test_without_a_table_it_goes_on_and_says_so(simulated, table):
    result = concluded(simulated(customers=250, without=(table,)))
    holds_the_contract(result)
    checks = {check.name: check for check in result.checks}
    assert result.estimate("nrr").defined is (table != "payments")
    assert result.estimate("churn_rate").defined is (table != "customers")
    assert result.estimate("upsell_list_size").defined is (table not in ("customers", "touchpoints"))
    assert (checks["themes_catch_most"].passed is None) is (table == "surveys")
    if table == "touchpoints":
        assert result.tables["upsell_check_first"]
        assert checks["nobody_with_a_complaint_is_offered_more"].passed is None


def test_the_services_firm_is_told_who_stayed_and_not_what_grew(sample):
    result = concluded(sample("harlow-partners"))
    holds_the_contract(result)
    assert result.estimate("revenue_stayed").defined
    assert not result.estimate("nrr").defined
    assert "today's amounts" in result.verdict.reason


def test_a_shop_where_nobody_can_leave_keeps_nobody_by_default(sample):
    result = concluded(sample("cupboard"))
    holds_the_contract(result)
    assert result.verdict.status is Status.NOT_ENOUGH_DATA
    assert not result.estimate("retention_rate").defined
    assert result.estimate("bought_again").defined
    assert result.tables["cohorts"] == []
    asked = " ".join(action.what for action in result.actions)
    assert "count who buys again" in asked
    assert "who leaves" not in asked


def test_telco_has_retention_and_money_but_no_movements(real_client):
    result = concluded(real_client("telco"))
    holds_the_contract(result)
    assert result.estimate("retention_rate").value == pytest.approx(0.9918, abs=0.0005)
    assert result.estimate("customer_value").defined
    assert result.estimate("plain_lifetime_value").defined
    assert not result.estimate("grr").defined
    assert result.verdict.status is not Status.NOT_ENOUGH_DATA


def test_olist_has_neither_customers_nor_payments_and_every_null_has_its_reason(real_client):
    result = concluded(real_client("olist"))
    holds_the_contract(result)
    assert result.verdict.status is Status.NOT_ENOUGH_DATA
    assert not any(result.estimate(name).defined for name in REQUIRED - {"customer_value"})
