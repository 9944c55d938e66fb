"""The verdict and the actions of step 09, from one finding that is changed one thing at a time."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from referral_playbook.contract.evidence import Check, Status, assumed, undefined
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.steps.programme_review import actions, step

LATE = Check(name="progress_referrals", passed=False, text="3 referrals came where 8 to 12 were planned")


@pytest.fixture(scope="module")
def winning(with_arms):
    """A shown effect, no goals, nothing flagged."""
    client = with_arms(("none", 1000, 40), ("gift", 1000, 90), without=("goals",))
    return step.find(client, Parameters.of("programme_review"))


@pytest.fixture(scope="module")
def undecided(with_arms):
    client = with_arms(("none", 300, 12), ("gift", 300, 15), without=("goals",))
    return step.find(client, Parameters.of("programme_review"))


def flagged(share, low, high):
    return assumed(share, low, high, unit="share", per="referral", source="test")


def rewards_due(*rows):
    return pd.DataFrame(rows, columns=["referral_id", "reward", "days_waiting", "flagged"])


def what(finding):
    return [a.what for a in actions.actions(finding, actions.verdict(finding))]


def test_flags_stop_only_where_their_whole_range_lies_above_the_limit(winning):
    most = winning.parameters.number("most_flagged")
    above = replace(winning, flagged_share=flagged(most + 0.2, most + 0.01, most + 0.3))
    across = replace(winning, flagged_share=flagged(most + 0.2, most - 0.01, most + 0.3))
    assert actions.verdict(above).status is Status.STOP
    assert "Pay no rewards" in actions.verdict(above).reason
    assert actions.verdict(across).status is Status.GO


def test_a_goal_that_is_behind_turns_go_into_test_small_and_has_its_owner(winning):
    goals = pd.DataFrame({"metric": ["referrals", "referrals", "asks"], "owner": ["Ann", "Ben", "Cy"]})
    late = replace(winning, goal_checks=(LATE,), goals=goals)
    assert actions.verdict(winning).status is Status.GO
    assert actions.verdict(late).status is Status.TEST_SMALL
    assert "Behind: 3 referrals came" in actions.verdict(late).reason
    (found,) = [a for a in actions.actions(late, actions.verdict(late)) if "behind" in a.what]
    assert (found.what, found.owner) == ("Find out why referrals are behind", "Ben")


def test_the_winner_goes_to_all_but_a_hold_out_and_an_open_test_goes_on(winning, undecided):
    assert what(winning)[0] == "Give gift to all customers except a hold-out drawn at random"
    assert what(undecided)[0].startswith("Continue the test")
    assert actions.headline(winning).startswith("Gift beats none.")
    assert actions.headline(undecided).startswith("No offer is shown to be better than none.")


def test_without_an_experiment_the_control_group_is_what_to_do(undecided):
    bare = replace(undecided, readings=(), run=replace(undecided.run, arms=()))
    assert actions.verdict(bare).status is Status.NOT_ENOUGH_DATA
    if bare.has_ask_list and not bare.control.uplift.defined:
        assert any("Do not ask the customers in the control group" in w for w in what(bare))
    assert not any("control group" in w for w in what(replace(bare, has_ask_list=False)))


def test_only_clean_rewards_are_paid_and_the_oldest_is_named(winning):
    due = rewards_due(("T1", 50.0, 10, False), ("T2", 50.0, 45, False), ("T3", 50.0, 99, True))
    found = replace(winning, due=due)
    (pay,) = [a for a in actions.actions(found, actions.verdict(found)) if a.what.startswith("Pay")]
    assert pay.what == "Pay the 2 rewards that are due and not flagged"
    assert "due for 45 days" in pay.why
    assert not any(w.startswith("Pay") for w in what(replace(winning, due=due.tail(1))))
    nobody = {"reward_liability": undefined("nobody says for what reward", unit="GBP", per="client")}
    assert not any(w.startswith("Pay") for w in what(replace(found, liability=nobody)))


def test_rewards_that_were_paid_in_vain_are_added_up(winning):
    rows = pd.DataFrame({"referral_id": ["T1", "T2"], "reward": [50.0, 25.5]})
    found = replace(winning, claw_back=rows)
    (action,) = [a for a in actions.actions(found, actions.verdict(found)) if a.what.startswith("Decide on the 2")]
    assert "£75" in action.why or "£76" in action.why


def test_a_rule_that_could_not_be_applied_is_named(winning):
    rules = pd.DataFrame({"flag": ["loop", "shared_contact"], "looked_for": [True, False]})
    checks = {c.name: c for c in actions.checks(replace(winning, flagged=replace(winning.flagged, rules=rules)))}
    assert checks["every_flag_looked_for"].passed is False
    assert "shared contact" in checks["every_flag_looked_for"].text
    assert "loop" not in checks["every_flag_looked_for"].text


@pytest.mark.parametrize(("share", "passed"), [(0.0, True), (0.05, True), (0.2, False)])
def test_a_control_that_was_asked_all_the_same_is_no_control(winning, share, passed):
    control = replace(winning.control, asked_anyway=flagged(share, 0.0, 0.4))
    found = {c.name: c for c in actions.checks(replace(winning, control=control))}["control_left_unasked"]
    assert found.passed is passed
    assert ("true uplift is larger" in found.text) is not passed
