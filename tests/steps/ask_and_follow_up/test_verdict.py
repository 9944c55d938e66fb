"""The verdict of step 06: from the size of the ask list alone, with what to do where nobody can be asked."""

from __future__ import annotations

from referral_playbook.contract.evidence import Status
from referral_playbook.domain.lists import ask_lists
from referral_playbook.domain.lists.ask_rules import AskRules
from referral_playbook.steps.ask_and_follow_up import verdict as ask_verdict


def test_nobody_to_ask_is_a_stop_with_what_to_do(simulated):
    lists = ask_lists.lists(simulated(seed=2, customers=250), rules=AskRules(given_within=0))
    assert ask_verdict.verdict(lists, least_asks=20).status is Status.STOP
    assert "once something was given" in ask_verdict.verdict(lists, least_asks=20).reason
