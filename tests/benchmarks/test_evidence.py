"""The evidence on the uplift as a consultant reads and draws it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from referral_playbook.benchmarks.evidence import evidence_lines, forest_rows, own_uplift_of
from referral_playbook.benchmarks.uplift import uplift_evidence
from referral_playbook.contract.evidence import Estimate, undefined


def _own(value=1.6, low=1.2, high=2.1, basis="measured"):
    return Estimate(
        value=value, low=low, high=high, confidence=0.95, n=900, unit="times", per="referral", basis=basis, source="own"
    )


def test_own_data_and_their_weight_are_printed():
    text = "\n".join(evidence_lines(uplift_evidence(), _own()))
    assert "Gershon and Jiang" in text
    assert "1.21 times (1.00 to 1.46), weight 100%" in text
    assert "Range for the next client: 1.2 times (0.31 to 4.2)" in text
    assert "96% of the weight" in text  # 0.67^2 / (0.67^2 + 0.14^2)
    assert "Against it" in text


def test_the_forest_has_the_studies_the_range_and_the_own_data():
    rows = forest_rows(uplift_evidence(), _own())
    assert list(rows) == ["Gershon 2024", "average of the studies", "next client", "own data", "together"]
    assert rows["next client"].low < rows["together"].low < rows["together"].high < rows["next client"].high


@pytest.mark.parametrize(
    ("estimates", "reason"),
    [
        ({}, "no control has been kept"),
        ({"uplift_against_control": _own(basis="benchmark")}, "no control has been kept"),
        ({"uplift_against_control": undefined("too few events", unit="times", per="x")}, "too few events"),
    ],
)
def test_what_was_not_measured_is_not_the_clients_own(estimates, reason):
    found = own_uplift_of(SimpleNamespace(estimates=estimates))
    assert not found.defined
    assert reason in found.reason
