"""The finding of step 07: thresholds as they were stated, and each estimate under its contract name."""

from __future__ import annotations

from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.steps.referral_sources import step as referral_sources
from referral_playbook.steps.referral_sources.finding import Thresholds


def test_the_declared_thresholds_are_ours_and_stated_ones_are_used():
    assert Thresholds.of(Parameters.of("referral_sources")) == Thresholds()
    stated = Parameters.of("referral_sources", most_unknown=0.1, too_much=0.6, least=0.05)
    assert Thresholds.of(stated) == Thresholds(most_unknown=0.1, too_much=0.6, least=0.05)


def test_the_result_hands_over_the_estimates_of_the_finding(sample):
    finding = referral_sources.find(sample("harlow-partners"), Parameters.of("referral_sources"))
    handed = referral_sources.build_result(finding).estimates
    assert finding.estimates["unknown_source_share"] is finding.unknown
    assert finding.estimates["relationship_value"] is finding.deals.lasting
    assert all(handed[name] == estimate for name, estimate in finding.estimates.items())
