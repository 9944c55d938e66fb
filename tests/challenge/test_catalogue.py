"""The challenges: about thirty, each a question of its own, and none that a client could not meet."""

from __future__ import annotations

import pytest

from referral_playbook.challenge.catalogue import DAMAGES, ESTIMATE_OF, bad_end
from referral_playbook.contract.evidence import assumed, undefined
from referral_playbook.contract.names import Step
from referral_playbook.contract.quantities import quantities
from referral_playbook.contract.settings.declarations import declared_for
from referral_playbook.contract.tables import TABLES

BY_NAME = {d.name: d for d in DAMAGES}


def test_there_are_about_thirty_each_with_a_name_and_a_question_of_its_own():
    assert 28 <= len(DAMAGES) <= 34
    assert len(BY_NAME) == len(DAMAGES)
    assert all(d.asks.endswith("?") for d in DAMAGES)
    ways = [sum(x is not None for x in (d.tables, d.referrals, d.parameter)) + bool(d.months_back) for d in DAMAGES]
    assert set(ways) == {1}


def test_an_assumption_goes_to_its_bad_end_or_is_left_alone():
    damage = BY_NAME["uplift at its low end"]
    told = {"unit": "times", "per": "referral", "source": "x"}
    assert bad_end(damage, {"uplift": assumed(1.5, 0.9, 2.5, **told)}) == 0.9
    assert bad_end(damage, {"uplift": assumed(1.5, 1.5, 1.5, **told)}) is None
    assert bad_end(damage, {}) is None


def test_the_clause_of_each_completes_the_verdict_changes_when():
    for damage in DAMAGES:
        assert damage.when[0].islower(), damage.when
        assert not damage.when.endswith("."), damage.when
        assert damage.asks[0].isupper()
    assert len({d.when for d in DAMAGES}) == len({d.asks for d in DAMAGES}) == len(DAMAGES)


def test_every_table_that_a_client_may_lack_and_a_verdict_rests_on_is_once_left_out():
    dropped = {t for d in DAMAGES if d.name.startswith("no ") for t in d.tables(dict.fromkeys(TABLES))}
    assert dropped == {"payments", "touchpoints", "arms", "costs"}


def test_every_assumption_is_a_parameter_of_break_even_whose_estimate_it_hands_over():
    known = declared_for(Step.BREAK_EVEN)
    for damage in DAMAGES:
        if damage.parameter:
            name, end = damage.parameter
            assert name in known
            assert ESTIMATE_OF.get(name, name) in quantities()
            assert end == ("high" if "cost" in damage.name else "low")


def test_the_bad_end_of_a_cost_is_its_high_one_and_what_is_open_or_unknown_has_none():
    damage = BY_NAME["set-up cost at its high end"]
    told = {"unit": "GBP", "per": "programme", "source": "x"}
    cost = assumed(500.0, 300.0, 900.0, **told)
    assert bad_end(damage, {"set_up_cost": cost}) == 900.0
    assert bad_end(damage, {"set_up_cost": cost.as_(high=None, reason="nobody knows")}) is None
    assert bad_end(damage, {"set_up_cost": undefined("not stated", unit="GBP", per="programme")}) is None


@pytest.mark.parametrize("name", ["uplift at its low end", "conversion rate at its low end"])
def test_a_value_that_lies_at_its_low_end_still_has_one(name):
    """A range of 0.1 to 0.3 around 0.1 is a range; the decision already stands at its bad end."""
    damage = BY_NAME[name]
    estimate = assumed(0.1, 0.1, 0.3, unit="share", per="referral", source="x")
    assert bad_end(damage, {damage.parameter[0]: estimate}) == 0.1
