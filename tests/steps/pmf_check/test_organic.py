"""The organic baseline: measured, a floor, or not known; counts by hand."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from referral_playbook.contract.evidence import Basis
from referral_playbook.steps.pmf_check.organic import organic_referrals, sources_known

TOML = """name = "C"
currency = "EUR"
as_of = 2026-06-30
[tables.customers]
file = "customers.csv"
"""


def client(tmp_path, sources, *, mapped=""):
    """Customers with these sources; None is unknown, and 'referral' came by referral."""
    (tmp_path / "client.toml").write_text(TOML + mapped, encoding="utf-8")
    (tmp_path / "customers.csv").write_text("customer_id,joined_on,source\n", encoding="utf-8")
    referred = pd.array([None if s is None else s == "referral" for s in sources], dtype="boolean")
    names = [f"c{i}" for i in range(len(sources))]
    profile = pd.DataFrame({"customer_id": names, "source": sources, "referred": referred})
    by_source = profile.groupby("referred", dropna=False).size().rename("customers").reset_index()
    facts = {"customer_profile": profile, "acquisition": by_source}
    return SimpleNamespace(fact=facts.get, client_dir=tmp_path)


def test_a_known_mix_is_measured(tmp_path):
    found = organic_referrals(client(tmp_path, ["referral"] * 3 + ["search"] * 7 + [None] * 5))
    assert (found.value, found.n, found.basis) == (0.3, 10, Basis.MEASURED)


def test_where_only_referrals_are_recorded_their_share_is_a_floor(tmp_path):
    """4 of 40 name who referred them: 10% at least, and perhaps everybody."""
    found = organic_referrals(client(tmp_path, ["referral"] * 4 + [None] * 36))
    assert (found.value, found.n, found.high, found.basis) == (pytest.approx(0.1), 40, 1.0, Basis.ASSUMED)
    assert "a floor" in found.source
    assert "other 36 customers" in found.source


def test_words_that_nobody_mapped_are_named_with_their_counts(tmp_path):
    found = organic_referrals(client(tmp_path, ["Empfehlung"] * 3 + ["Messe"] * 5 + [None]))
    assert not found.defined
    assert "Messe (5), Empfehlung (3)" in found.reason


def test_none_of_a_mapped_word_is_a_measured_zero(tmp_path):
    mapped = '[tables.customers.values]\nsource = { referral = ["Empfehlung"] }\n'
    found = organic_referrals(client(tmp_path, ["Messe"] * 20, mapped=mapped))
    assert (found.value, found.basis) == (0.0, Basis.MEASURED)
    assert found.high > 0


def test_nothing_written_down_is_not_known(tmp_path):
    assert "nobody wrote down" in organic_referrals(client(tmp_path, [None] * 5)).reason
    assert "no customers table" in organic_referrals(SimpleNamespace(fact={}.get)).reason


def test_many_unknown_sources_fail_the_check(tmp_path):
    assert sources_known(client(tmp_path, ["search"] * 7 + [None] * 3)).passed is False
    check = sources_known(client(tmp_path, ["search"] * 9))
    assert check.passed is True
    assert "left out" not in check.text


def test_a_share_that_rests_on_unmapped_words_is_withheld(tmp_path):
    """Ten of 'Empfehlung' beside two of 'referral': 5% would be wrong in silence."""
    share = organic_referrals(client(tmp_path, ["referral"] * 2 + ["Empfehlung"] * 10 + ["search"] * 28))
    assert not share.defined
    assert "'Empfehlung' (10 rows)" in share.reason
