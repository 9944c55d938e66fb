"""The finding of step 01: each estimate under its contract name, and shares by segment ready to draw."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.steps.pmf_check import step


@pytest.fixture(scope="module")
def finding(sample):
    return step.find(sample("brightdesk"), Parameters.of("pmf_check"))


def test_the_result_hands_over_the_estimates_of_the_finding(finding):
    handed = step.build_result(finding).estimates
    assert finding.estimates["very_disappointed_share"] is finding.ellis
    assert finding.estimates["value_10x_share"] is finding.tenfold
    assert all(handed[name] == estimate for name, estimate in finding.estimates.items())


def test_shares_of_segments_are_those_of_their_rows(finding):
    rows = pd.DataFrame({"segment": ["small", "large"], "very_disappointed": [finding.ellis, finding.tenfold]})
    shares = replace(finding, segments=rows).segment_shares
    assert shares == {"small": finding.ellis, "large": finding.tenfold}
