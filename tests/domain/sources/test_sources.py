"""A word that nobody assigned is counted, and never as something else."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pandas as pd
import pytest

from referral_playbook.domain.sources.source_words import group_of, groups
from referral_playbook.domain.sources.sources import Sources, asked_before, introductions, ripe_months, sources


def made(table="leads", **leads):
    """Sources of one month from `word=(leads, won)`."""
    rows = [{"month": "2026-01", "source": w, "leads": n, "won": k, "value": 100.0 * k} for w, (n, k) in leads.items()]
    deals = pd.DataFrame([{"source": w, "value": 100.0, "deals": k} for w, (_, k) in leads.items()])
    group = {word: group_of(word, groups()) for word in leads}
    return Sources(table=table, per="lead", rows=pd.DataFrame(rows), deals=deals, group=group)


def test_unassigned_words_are_counted():
    assert made(Empfehlung=(7, 3), search=(5, 1)).unsorted == {"Empfehlung": 7}
    assert made("customers", Empfehlung=(7, 3)).unsorted == {"Empfehlung": 3}
    assert made(search=(5, 1)).unsorted == {}


def client(**facts):
    return SimpleNamespace(
        fact=facts.get, has=lambda t: facts.get(t) is not None, as_of=date(2026, 9, 30), real_dates=True, parameters={}
    )


PROFILE = pd.DataFrame(
    {
        "customer_id": ["A", "B", "C"],
        "joined_on": pd.to_datetime(["2026-01-05", "2026-01-20", "2026-02-01"]),
        "source": ["search", "search", "referral"],
        "total_amount": [100.0, None, 50.0],
        "amount_paid": [1.0, 2.0, 3.0],
    }
)
REFERRALS = pd.DataFrame(
    {
        "referrer_id": ["A", "A", "B", "S1", "P1"],
        "referrer_type": ["customer", "", "customer", "employee", ""],
        "referred_on": pd.to_datetime(["2026-03-10", "2026-07-01", "2026-03-12", "2026-04-01", "2026-04-02"]),
        "converted_on": pd.to_datetime(["2026-05-01", None, None, "2026-06-01", None]),
        "arm": ["", None, "gift", "", ""],
    }
)
ASKS = pd.DataFrame(
    {
        "customer_id": ["A", "A", "B"],
        "on": pd.to_datetime(["2026-03-01", "2026-08-01", "2026-03-11"]),
        "kind": ["ask", "ask", "delight"],
    }
)


def test_where_no_lead_is_kept_customers_stand_in_with_what_they_paid():
    found = sources(client(customer_profile=PROFILE, referrals=REFERRALS))
    assert (found.table, found.per, found.counts_losses) == ("customers", "customer", False)
    rows = found.rows.set_index(["month", "source"])
    assert rows.loc[("2026-01", "search")][["won", "value"]].tolist() == [2, 100.0]  # one amount is not known
    assert rows.loc[("2026-02", "referral"), "value"] == 50.0
    assert rows["leads"].isna().all()


def test_customers_without_a_source_tell_less_than_the_referrals():
    found = sources(client(customer_profile=PROFILE.assign(source="(empty)"), referrals=REFERRALS))
    assert found.table == "referrals"
    assert sources(client(customer_profile=PROFILE.assign(source="(empty)"))).table == "customers"
    assert sources(client()).table == ""


def test_a_referral_after_an_ask_is_customer_base_development_and_another_is_advocacy():
    """A was asked nine days before the first referral and a month after the second; B's was made under an offer."""
    found = introductions(client(referrals=REFERRALS, customer_profile=PROFILE, touchpoints=ASKS))
    rows = found.rows.groupby("source")[["leads", "won"]].sum()
    assert rows.loc["customer"].tolist() == [1, 0]  # A's second: nobody had asked within 90 days
    assert rows.loc["employee"].tolist() == [1, 1]
    assert rows.loc["(empty)"].tolist() == [1, 0]  # P1 is no customer and has no type
    (asked,) = set(rows.index) - {"customer", "employee", "(empty)"}
    assert rows.loc[asked].tolist() == [2, 1]


@pytest.mark.parametrize(("days", "after"), [(9, True), (8, False), (90, True)])
def test_an_ask_counts_for_so_many_days(days, after):
    first = REFERRALS.iloc[:1]
    assert asked_before(client(touchpoints=ASKS), first, days=days).tolist() == [after]


def test_an_ask_of_somebody_else_or_after_the_referral_explains_nothing():
    late = pd.DataFrame({"customer_id": ["A", "B"], "on": pd.to_datetime(["2026-03-11", "2026-03-01"]), "kind": "ask"})
    assert not asked_before(client(touchpoints=late), REFERRALS.iloc[:1]).any()
    assert not asked_before(client(), REFERRALS.iloc[[0, 1]]).any()


@pytest.mark.parametrize(
    ("table", "lag", "months"),
    [
        ("leads", 3, ["2026-03", "2026-04", "2026-05", "2026-06"]),
        ("leads", 0, ["2026-03", "2026-04", "2026-05", "2026-06", "2026-07", "2026-08"]),
        ("customers", 3, ["2026-03", "2026-04", "2026-05", "2026-06", "2026-07", "2026-08"]),
    ],
)
def test_ripe_months_begin_with_the_second_and_end_where_deals_could_be_won(table, lag, months):
    """The record runs from February to August; customers are won already, so they need no time."""
    when = [f"2026-{m:02d}" for m in range(2, 9)]
    rows = pd.DataFrame({"month": when, "source": "search", "leads": 1, "won": 1, "value": 1.0})
    whole = made(table, search=(1, 1))
    found = Sources(table=table, per="x", rows=rows, deals=whole.deals, group=whole.group)
    assert ripe_months(client(), found, window=12, months_to_win=lag) == months
    assert ripe_months(client(), found, window=2, months_to_win=lag) == months[-2:]
