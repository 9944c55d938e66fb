"""What is remembered of an engagement: once for each and for each question, and no longer than it is there."""

from __future__ import annotations

import gc
import weakref
from datetime import date
from pathlib import Path

from referral_playbook.contract.settings.statements import settle
from referral_playbook.facts.engagement import Engagement
from referral_playbook.facts.remembered import remembered


class Asked:
    """Stands for an engagement: cannot be hashed, as that cannot."""

    __hash__ = None


def counted():
    calls = []

    @remembered
    def square(engagement, x=2, *, times=1):
        calls.append(x)
        return x * x * times

    return square, calls


def test_each_question_to_an_engagement_is_computed_once():
    square, calls = counted()
    one, other = Asked(), Asked()
    assert [square(one), square(one), square(one, 3), square(one, times=2), square(one, times=2)] == [4, 4, 9, 8, 8]
    assert calls == [2, 3, 2]
    assert square(other) == 4
    assert calls == [2, 3, 2, 2]


def test_nothing_is_remembered_of_an_engagement_that_is_gone():
    answers = remembered(lambda _: Asked())
    first = Asked()
    answer = weakref.ref(answers(first))
    assert answers(first) is answer()
    del first
    gc.collect()
    assert answer() is None


def test_an_engagement_made_from_another_is_asked_anew():
    client = Engagement(
        client="A",
        currency="GBP",
        as_of=date(2026, 9, 30),
        time_unit="month",
        tables={},
        absent={},
        settings=settle([], []),
        real_dates=True,
        client_dir=Path(),
        results_dir=Path(),
        facts_dir=Path(),
    )
    square, calls = counted()
    assert square(client) == square(client.with_facts()) == 4
    assert calls == [2, 2]
