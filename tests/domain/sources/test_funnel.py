"""Rates of the funnel count ripe referrals only, and fall back where nothing is ripe."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pandas as pd
import pytest

from referral_playbook.contract.evidence import Basis
from referral_playbook.domain.sources.funnel import conversion_rate, qualified_share, reached


def client(rows=None, leads=None):
    facts = {"referrals": rows, "lead_sources": leads}
    return SimpleNamespace(as_of=date(2026, 9, 30), fact=facts.get, parameters={})


def referrals(*rows):
    frame = pd.DataFrame(rows, columns=["referred_on", "qualified_on", "converted_on"])
    return frame.apply(pd.to_datetime)


OLD = [("2026-01-01", "2026-01-11", "2026-02-10")] * 2 + [("2026-01-01", "2026-01-11", None)] * 8
YOUNG = [("2026-09-25", "2026-09-28", None)] * 50


def test_young_referrals_do_not_count_as_failed():
    rate = conversion_rate(client(referrals(*OLD, *YOUNG)))
    assert (rate.value, rate.n, rate.basis) == (0.2, 10, Basis.MEASURED)
    assert reached(referrals(*OLD, *YOUNG), "converted_on", "qualified_on", client()).size == 10


def test_a_share_of_which_none_is_ripe_is_assumed_and_not_undefined():
    waiting = referrals(("2026-10-05", "2026-10-06", None))
    assert qualified_share(client(waiting)).value == pytest.approx(0.5)
    assert qualified_share(client(waiting)).basis is Basis.ASSUMED


def test_leads_stand_in_and_a_stated_rate_goes_first():
    leads = pd.DataFrame(
        {
            "source": ["Referral", "search", "referral"],
            "month": ["2026-01", "2026-01", "2026-02"],
            "leads": [30, 90, 10],
            "won": [6, 9, 2],
            "given_or_received": ["(none)", "(none)", "given"],
        }
    )
    rate = conversion_rate(client(leads=leads))
    assert (rate.value, rate.n) == (0.2, 30)
    assert conversion_rate(client(leads=leads), stated=0.08).value == 0.08
    assert conversion_rate(client()).source.startswith("playbook default")


def test_leads_that_had_no_time_to_be_won_are_left_out():
    """Nine in ten wins came within 60 days: of leads made in August and September nothing can be said yet."""
    leads = pd.DataFrame(
        {
            "month": ["2026-06", "2026-07", "2026-08", "2026-09"],
            "source": "referral",
            "leads": [10, 10, 20, 40],
            "won": [5, 5, 2, 1],
            "given_or_received": "(none)",
        }
    )
    waits = pd.DataFrame({"given_or_received": ["(none)", "(none)"], "days": [60, 90], "won": [12, 1]})
    facts = {"lead_sources": leads, "lead_waits": waits}
    rate = conversion_rate(SimpleNamespace(fact=facts.get, parameters={}, as_of=date(2026, 9, 30)))
    assert (rate.value, rate.n) == (0.5, 20)
    assert "up to Jul" in rate.source


def test_a_rate_is_not_read_from_leads_of_which_many_may_be_referrals_under_another_word():
    leads = pd.DataFrame(
        {
            "month": "2026-06",
            "source": ["referral", "Empfehlung", "search"],
            "leads": [3, 19, 44],
            "won": [3, 4, 6],
            "given_or_received": "(none)",
        }
    )
    rate = conversion_rate(SimpleNamespace(fact={"lead_sources": leads}.get, parameters={}, as_of=date(2026, 9, 30)))
    assert rate.source.startswith("playbook default")
