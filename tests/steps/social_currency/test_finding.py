"""The finding of step 03: who is not to be asked, and each estimate under its contract name."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.steps.social_currency import step


@pytest.fixture(scope="module")
def finding(sample):
    return step.find(sample("brightdesk"), Parameters.of("social_currency"))


def test_only_a_negative_balance_keeps_from_asking(finding):
    ledger = pd.DataFrame({"customer_id": ["a", "b", "c"], "balance": [-1, 0, 2]})
    assert replace(finding, ledger=ledger).do_not_ask["customer_id"].tolist() == ["a"]


def test_the_result_hands_over_the_estimates_of_the_finding(finding):
    handed = step.build_result(finding).estimates
    assert all(handed[name] == estimate for name, estimate in finding.estimates.items())
    assert finding.estimates["k_factor"] == finding.word_of_mouth.k
    bare = replace(finding, funnel=replace(finding.funnel, rates={}))
    assert "sharing_share" not in bare.estimates
