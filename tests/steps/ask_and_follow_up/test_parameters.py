"""Parameters of step 06: the declared defaults are ours, and rules that contradict themselves are refused."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

import pytest

from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.steps.ask_and_follow_up.parameters import AskParameters


def test_what_is_declared_for_the_playbook_is_the_default_here():
    declared, ours = AskParameters.of(Parameters.of("ask_and_follow_up")), AskParameters()
    differ = {f.name for f in fields(ours) if getattr(declared, f.name) != getattr(ours, f.name)}
    assert differ == set()


def test_what_is_stated_reaches_the_rules():
    stated = Parameters.of("ask_and_follow_up", minimum_tenure=12.0, given_kinds=["review"], control_share=0.25)
    rules = AskParameters.of(stated).rules(date(2026, 9, 30))
    assert (rules.minimum_tenure, rules.given_kinds, rules.control.share) == (12.0, ("review",), 0.25)


def test_groups_that_a_roll_out_reaches_later_may_not_be_asked_yet():
    staged = AskParameters(rollout=("London=2026-01", "North=2026-10", "Wales=2027-03"))
    assert set(staged.rules(date(2026, 9, 30)).not_reached) == {"North", "Wales"}
    assert set(staged.rules(date(2026, 10, 31)).not_reached) == {"Wales"}


@pytest.mark.parametrize("wrong", [{"given_within": -1}, {"control_share": 1.0}])
def test_rules_that_mean_nothing_are_refused(wrong):
    with pytest.raises(ValueError, match=r"0 or more|below 1"):
        AskParameters(**wrong).rules(date(2026, 9, 30))
