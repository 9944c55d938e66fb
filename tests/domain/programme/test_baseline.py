"""Referrals a month from enquiries: words for a source that nobody assigned are never counted as no referral."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pandas as pd
import pytest

from referral_playbook.contract.evidence import Basis
from referral_playbook.domain.programme.baseline import baseline

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
