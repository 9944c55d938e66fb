"""Nobody stands on two lists: the lists of step 06 are read as they were handed over."""

from __future__ import annotations

from types import SimpleNamespace

from referral_playbook.contract.names import Step
from referral_playbook.steps.loyalty_and_upsell.one_list import NOBODY, earlier_lists


def client(**tables):
    earlier = SimpleNamespace(tables=tables)
    return SimpleNamespace(upstream=lambda step: earlier if step == Step.ASK_AND_FOLLOW_UP else None)


def test_ids_of_both_lists_are_read_as_text():
    found = earlier_lists(
        client(close_the_loop=[{"customer_id": 7}], ask_list=[{"customer_id": "a"}, {"customer_id": 9}])
    )
    assert (found.to_hear, found.to_ask) == ({"7"}, {"a", "9"})
    assert found.everyone == {"7", "a", "9"}


def test_a_list_that_was_not_handed_over_holds_nobody():
    found = earlier_lists(client(ask_list=[{"customer_id": "a"}]))
    assert (found.to_hear, found.to_ask) == (frozenset(), {"a"})


def test_where_step_06_was_not_run_nobody_is_on_a_list():
    assert earlier_lists(SimpleNamespace(upstream=lambda step: None)) == NOBODY
    assert NOBODY.everyone == frozenset()
