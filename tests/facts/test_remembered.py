"""What is remembered of an engagement: once for each and for each question, and no longer than it is there."""

from __future__ import annotations

import gc

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
    square, calls = counted()
    for _ in range(50):  # a new one often gets the place of the one before
        asked = Asked()
        square(asked)
        del asked
        gc.collect()
    assert len(calls) == 50
    (kept,) = (cell.cell_contents for cell in square.__closure__ if isinstance(cell.cell_contents, dict))
    assert kept == {}
