"""The uplift that published experiments allow, and what the client's own data make of it."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from referral_playbook.benchmarks import registry
from referral_playbook.benchmarks.evidence import evidence_lines
from referral_playbook.benchmarks.pooling import random_effects
from referral_playbook.benchmarks.uplift import as_study, log_normal, pooled_uplift, update_with_own, uplift_evidence
from referral_playbook.contract.evidence import Basis, Estimate, undefined
from referral_playbook.contract.shared_evidence import SharedUplift


def _ratio(value, low, high, basis="measured", n=400):
    return Estimate(
        value=value, low=low, high=high, confidence=0.95, n=n, unit="ratio", per="referral", basis=basis, source="arms"
    )


def test_the_uplift_is_a_benchmark_whose_range_reaches_below_one_and_says_why_it_is_wide():
    found = pooled_uplift("consumer")
    assert found.basis is Basis.BENCHMARK
    assert found.low < 1 < found.value < 1.21 < found.high
    assert "1 published study" in found.source
    assert "wide" in found.source


def test_a_setting_without_studies_borrows_them_and_says_so():
    assert "none is from a business setting" in pooled_uplift("business").source
    assert pooled_uplift("business").value == pooled_uplift().value


def test_study_shares_add_up_and_carry_their_interval():
    shares = uplift_evidence().studies
    assert sum(s.weight for s in shares) == pytest.approx(1)
    assert [(round(s.low, 2), round(s.high, 2)) for s in shares] == [(1.0, 1.46)]


def test_effects_without_a_published_error_cannot_be_pooled():
    with pytest.raises(ValueError, match="neither a standard error nor an interval"):
        as_study(registry()["prosocial_against_egoistic"])
    with pytest.raises(ValueError, match="no estimand"):
        as_study(registry()["active_advocates"])


def test_an_interval_stands_in_for_the_standard_error():
    entry = replace(registry()["reminder_referrals"], standard_error=None, low=1.0, high=1.4641, confidence=0.95)
    assert as_study(entry).standard_error == pytest.approx(math.log(1.4641) / (2 * 1.959964), rel=1e-6)


def test_own_data_update_by_precision():
    prior, own = (
        _ratio(1.0, math.exp(-1.96), math.exp(1.96), "benchmark"),
        _ratio(2.0, 2 * math.exp(-1.96), 2 * math.exp(1.96)),
    )
    found = update_with_own(prior, own)
    assert found.own_weight == pytest.approx(0.5)
    assert found.estimate.value == pytest.approx(math.sqrt(2))
    assert log_normal(found.estimate)[1] == pytest.approx(1 / math.sqrt(2), rel=1e-3)


def test_the_basis_is_measured_once_own_data_carry_half():
    prior = pooled_uplift()
    assert update_with_own(prior, _ratio(1.5, 1.2, 1.875)).estimate.basis is Basis.MEASURED
    assert update_with_own(prior, _ratio(1.5, 0.05, 45.0)).estimate.basis is Basis.BENCHMARK


def test_without_own_data_the_prior_stands():
    prior = pooled_uplift()
    assert update_with_own(prior, undefined("no arms", unit="ratio", per="referral")).estimate is prior


def test_own_data_without_a_range_are_refused():
    with pytest.raises(ValueError, match="needs a range"):
        update_with_own(pooled_uplift(), _ratio(1.5, 1.5, 1.5))


SHARED = tuple(SharedUplift(value=v, low=v / 1.3, high=1.3 * v) for v in (1.3, 1.4, 1.5, 1.6))


def test_other_clients_narrow_the_range_for_the_next_one_and_stay_nameless():
    alone, together = pooled_uplift(), pooled_uplift(shared=SHARED)
    assert 1.2 < together.value < 1.6
    assert math.log(together.high / together.low) < 0.5 * math.log(alone.high / alone.low)
    assert "1 published study (Gershon 2024) and 4 other clients of the portfolio" in together.source
    text = "\n".join(evidence_lines(uplift_evidence(shared=SHARED), undefined("x", unit="times", per="referral")))
    assert text.count("A client of this portfolio, without its name (medium; portfolio)") == 4


def test_five_effects_are_pooled_by_random_effects():
    """One study and four clients: by hand with `random_effects` on their logarithms and standard errors."""
    effects = [math.log(1.21), *(math.log(u.value) for u in SHARED)]
    errors = [0.097, *([math.log(1.3) / 1.959964] * 4)]
    theirs = random_effects(effects, errors)
    ours = uplift_evidence(shared=SHARED)
    assert ours.method == "hartung-knapp"
    assert math.log(ours.next_client.high) == pytest.approx(theirs.high, abs=1e-6)
