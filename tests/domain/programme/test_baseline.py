"""Referrals a month from enquiries: words for a source that nobody assigned are never counted as no referral."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pandas as pd
import pytest

from referral_playbook.contract.evidence import Basis
from referral_playbook.domain.programme.baseline import (
    baseline,
    by_source,
    customers_share,
    qualified_share,
    record,
    unknown_share,
)

MONTHS = [str(month) for month in pd.period_range("2025-08", "2026-09", freq="M")]


def client(source_groups=None, **a_month):
    """Fourteen months with the same leads each; the last twelve are counted."""
    rows = [(month, word.replace("_", " "), n) for month in MONTHS for word, n in a_month.items()]
    leads = pd.DataFrame(rows, columns=["month", "source", "leads"]).assign(given_or_received="(none)")
    return SimpleNamespace(
        scale=1.0,
        as_of=date(2026, 9, 30),
        fact={"lead_sources": leads}.get,
        tables={"leads": {"last": date(2026, 9, 28)}},
        parameters={} if source_groups is None else {"source_groups": source_groups},
    )


def test_no_referral_among_words_that_are_all_assigned_is_a_measured_zero():
    rate = baseline(client(search=5, website=2))
    assert (rate.value, rate.basis) == (0.0, Basis.MEASURED)


def test_words_that_nobody_assigned_leave_the_rate_undefined_and_are_named():
    rate = baseline(client(search=5, Empfehlung=3, F2F=1))
    assert rate.value is None
    assert "Empfehlung (36), F2F (12)" in rate.reason
    assert "Say in client.toml what they mean" in rate.reason


def test_beside_counted_referrals_unassigned_words_raise_the_high_end_only():
    plain, mixed = baseline(client(referral=4)), baseline(client(referral=4, Empfehlung=3))
    assert mixed.value == plain.value == pytest.approx(4.0)
    assert mixed.low == plain.low
    assert mixed.high == pytest.approx(plain.high + 3)
    assert mixed.basis is Basis.ASSUMED
    assert "Empfehlung (36)" in mixed.source


def test_the_clients_own_words_and_other_spellings_are_counted():
    assert baseline(client(["Empfehlung=advocacy"], search=5, Empfehlung=3)).value == pytest.approx(3.0)
    assert baseline(client(Referrals=2, Word_of_mouth=1)).value == pytest.approx(3.0)


def test_a_word_assigned_to_no_referral_gives_a_measured_zero():
    rate = baseline(client(["F2F=not a referral"], F2F=3))
    assert (rate.value, rate.basis) == (0.0, Basis.MEASURED)


def young(first, last, n, table="referrals"):
    """A client whose record begins so late that it has no whole month."""
    facts = {"referral_funnel": pd.DataFrame({"month": ["2026-09"], "referrals": [n]})}
    if table == "leads":
        rows = {"month": ["2026-09"], "source": ["referral"], "leads": [n], "given_or_received": ["(none)"]}
        facts = {"lead_sources": pd.DataFrame(rows)}
    tables = {table: {"first": first, "last": last}}
    return SimpleNamespace(as_of=date(2026, 9, 30), fact=facts.get, tables=tables, parameters={})


def test_a_young_record_counts_over_its_days_and_not_over_the_lives_of_customers():
    rate = baseline(young(date(2026, 9, 5), date(2026, 9, 29), 41))
    assert rate.value == pytest.approx(40 / (25 / 30.4375))
    assert rate.low < rate.value < rate.high
    leads = baseline(young(date(2026, 9, 5), date(2026, 9, 29), 41, "leads"))
    assert leads.value == pytest.approx(41 / (25 / 30.4375))


def test_a_record_of_a_few_days_has_no_rate_yet():
    rate = baseline(young(date(2026, 9, 27), date(2026, 9, 29), 3))
    assert rate.value is None
    assert "covers only 3 days" in rate.reason


def dated(counts, *, as_of=date(2026, 9, 30), last=None, **facts):
    """A client whose referrals by month end in this way; each month is one row of one channel."""
    months = pd.period_range(end=pd.Period(last or as_of, "M"), periods=len(counts), freq="M").astype(str)
    rows = pd.DataFrame({"month": months, "referrals": counts, "referrer_type": "customer", "channel": "email"})
    facts = {"referral_funnel": rows[rows["referrals"] > 0], **facts}
    tables = {"referrals": {"first": date(2025, 1, 1), "last": last or as_of}}
    return SimpleNamespace(scale=1.0, as_of=as_of, fact=facts.get, tables=tables, parameters={})


def test_the_last_twelve_whole_months_count_and_quiet_ones_among_them():
    """14 months of which the first may be half a one; a month without a referral is one of 0."""
    found = record(dated([9, 5, 4, 0, 6, 2, 3, 4, 5, 4, 3, 4, 4, 4]))
    assert found.months[0] == "2025-10"
    assert found.counts.tolist() == [4, 0, 6, 2, 3, 4, 5, 4, 3, 4, 4, 4]
    rate = baseline(dated([9, 5, 4, 0, 6, 2, 3, 4, 5, 4, 3, 4, 4, 4]))
    assert rate.value == pytest.approx(43 / 12)


def test_the_month_in_which_the_record_began_is_left_out():
    assert record(dated([9, 5, 4])).months == ("2026-08", "2026-09")


def test_a_month_that_is_not_over_does_not_count():
    found = record(dated([5, 4, 3, 1], as_of=date(2026, 9, 15)))
    assert found.months == ("2026-07", "2026-08")


@pytest.mark.parametrize(
    ("counts", "ended"),
    [
        ([6] * 12, True),  # six a month, then four months of silence: nobody wrote them down any more
        ([0, 1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 1], False),  # a few a year: four silent months may well be chance
    ],
)
def test_a_long_silence_ends_a_busy_record_and_not_a_quiet_one(counts, ended):
    found = record(dated(counts, last=date(2026, 5, 31)))
    assert (found.ended == date(2026, 5, 31)) is ended
    assert found.months[-1] == ("2026-05" if ended else "2026-09")
    assert ("the record ends" in found.words) is ended


def test_months_that_differ_more_than_chance_have_a_wider_range():
    steady, jumpy = (baseline(dated(c)) for c in ([1] + [4] * 12, [1] + [0, 8] * 6))
    assert steady.value == jumpy.value == 4
    assert jumpy.high - jumpy.low > steady.high - steady.low


def test_a_stated_rate_goes_first_with_half_of_it_on_each_side():
    rate = baseline(dated([4] * 13), stated=10.0)
    assert (rate.low, rate.value, rate.high, rate.basis) == (5.0, 10.0, 15.0, "assumed")


def test_counts_without_dates_are_spread_over_the_lives_of_customers():
    """10 referrals in 60 customer-months of four customers, three of whom are still there: 0.5 a month."""
    profile = pd.DataFrame(
        {
            "referrals_made": [4, 3, 2, 1, None],
            "tenure_months": [10.0, 20.0, 20.0, 10.0, 50.0],
            "left": [False, True, False, False, False],
        }
    )
    engagement = SimpleNamespace(scale=1.0, fact={"customer_profile": profile}.get, parameters={}, tables={})
    rate = baseline(engagement)
    assert rate.value == pytest.approx(10 / 60 * 3)
    assert rate.n == 4
    nothing = baseline(SimpleNamespace(fact={}.get, parameters={}, tables={}))
    assert "state a number a month" in nothing.reason


def test_referrals_are_told_apart_by_who_made_them_and_how():
    client = dated([1] + [4] * 12)
    rows = client.fact("referral_funnel")
    staff = rows.assign(referrer_type="employee", channel="phone", referrals=1)
    client.fact = {"referral_funnel": pd.concat([rows, staff])}.get
    found = by_source(client)
    assert found[["source", "channel", "referrals"]].to_numpy().tolist() == [
        ["customer", "email", 48],
        ["employee", "phone", 12],
    ]
    assert [e.value for e in found["a_month"]] == [4.0, 1.0]
    assert [e.value for e in found["share"]] == [0.8, 0.2]


def test_of_new_customers_those_without_a_source_are_unknown():
    rows = pd.DataFrame(
        {
            "month": ["2025-09", "2025-10", "2026-09", "2026-09"],
            "source": ["(empty)", "search", "unknown", "referral"],
            "referred": pd.array([None, False, None, True], "boolean"),
            "customers": [99, 6, 3, 1],
        }
    )
    share = unknown_share(dated([4] * 13, acquisition=rows))
    assert (share.value, share.n) == (0.3, 10)  # September 2025 is thirteen months ago
    assert "no customers table" in unknown_share(dated([4] * 13)).reason


def test_a_lead_that_came_by_referral_is_a_qualified_referral():
    assert qualified_share(client(referral=4, search=2)).value == 1.0
    assert qualified_share(client(referral=4, search=2), stated=0.4).value == 0.4


def joined(parameters=None, *, until="2026-09", **a_month):
    """Fourteen months with the same new customers each; payments go on to the end, also where nobody joins."""
    by = {"referral": True, "unknown": None, "(empty)": None}
    rows = [(m, word, by.get(word, False), n) for m in MONTHS if m <= until for word, n in a_month.items()]
    acquisition = pd.DataFrame(rows, columns=["month", "source", "referred", "customers"])
    last = {"customers": {"last": date.fromisoformat(f"{until}-20")}, "payments": {"last": date(2026, 9, 28)}}
    return SimpleNamespace(
        scale=1.0,
        as_of=date(2026, 9, 30),
        fact={"acquisition": acquisition}.get,
        tables=last,
        parameters=parameters or {},
    )


def test_customers_who_came_by_referral_stand_for_the_referrals_that_converted():
    """2 of 7 new customers a month came by referral; at 10% of the qualified half that makes 40 referrals."""
    rate = baseline(joined(referral=2, search=5))
    assert (rate.value, rate.basis) == (pytest.approx(2 / (0.10 * 0.50)), Basis.ASSUMED)
    assert rate.low < 25 < 80 < rate.high  # both shares are assumed
    assert "only the referrals that became customers: 24 customers" in rate.source


def test_a_conversion_rate_and_a_qualified_share_that_were_set_are_used():
    rate = baseline(joined({"conversion_rate": 0.25, "qualified_share": 0.8}, referral=2, search=5))
    assert rate.value == pytest.approx(2 / (0.25 * 0.8))


def test_where_no_new_customer_came_by_referral_the_baseline_is_zero_if_there_is_a_word_for_it(tmp_path):
    client = joined(search=5)
    client.client_dir = tmp_path
    toml = 'name = "A"\ncurrency = "EUR"\nas_of = 2026-09-30\n[tables.customers]\nfile = "c.csv"\n'
    (tmp_path / "c.csv").write_text("customer_id,joined_on,source\n")
    (tmp_path / "client.toml").write_text(toml)
    assert "no table shows how many referrals" in baseline(client).reason
    (tmp_path / "client.toml").write_text(toml + 'values = { source = { referral = ["friend"] } }\n')
    assert baseline(client).value == 0.0


def test_months_in_which_nobody_joined_count_while_payments_go_on():
    # Six of the twelve months have new customers.
    assert baseline(joined(until="2026-03", referral=2, search=5)).value == pytest.approx(20.0)


def test_sources_that_nobody_wrote_down_or_explained_give_no_baseline():
    nobody = baseline(joined(unknown=5))
    assert nobody.value is None
    assert "no table shows how many referrals are made" in nobody.reason
    words = baseline(joined(referral=2, search=5, Empfehlung=2))
    assert "nothing says what the source 'Empfehlung' (28 rows) means" in words.reason
    market = baseline(joined(referral=2, search=5, market_stall=2))
    assert (market.value, market.high > 80) == (pytest.approx(40.0), True)


def test_referrals_of_partners_and_staff_are_none_of_customers(sample):
    """Counted in the firm's workbook: clients made 20 of the last year's 75 introductions."""
    assert customers_share(sample("harlow-partners")) == pytest.approx(20 / 75)
    assert customers_share(sample()) == 1.0
    assert customers_share(SimpleNamespace(fact={}.get)) == 1.0
