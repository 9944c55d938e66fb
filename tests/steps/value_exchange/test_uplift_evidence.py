"""Published uplifts beside the client's own: the same rows as the command prints, each with its range."""

from __future__ import annotations

from referral_playbook.benchmarks.registry import registry
from referral_playbook.steps.value_exchange.uplift_evidence import evidence_on_uplift


def test_every_row_is_a_ratio_whose_value_lies_in_its_range(sample):
    found = evidence_on_uplift(sample("brightdesk"))
    studies = [entry for entry in registry().values() if entry.estimand]
    assert len(found) >= 2
    assert studies
    for source, estimate in found.items():
        if estimate.defined:
            assert estimate.low <= estimate.value <= estimate.high, source
            assert estimate.low > 0, source
