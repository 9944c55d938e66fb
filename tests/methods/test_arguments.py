"""One argument at the door: what passes comes out as plain Python, what does not says why and what to write."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from referral_playbook.methods import arguments

NOT_NUMBERS = [True, np.bool_(False), "3", b"3", None, [1.0], {"a": 1}, 1 + 2j]


@pytest.mark.parametrize("check", [arguments.number, arguments.count, arguments.level])
@pytest.mark.parametrize("value", NOT_NUMBERS, ids=repr)
def test_what_is_no_single_number_is_refused_by_name(check, value):
    with pytest.raises(ValueError, match=r"^reward is a (single )?number, not"):
        check(value, "reward")


@pytest.mark.parametrize(
    ("value", "plain"),
    [(3, 3.0), (np.float32(2.5), 2.5), (np.int8(-7), -7.0), (Fraction(1, 4), 0.25), (np.array(4), 4.0)],
)
def test_every_kind_of_number_becomes_a_float(value, plain):
    found = arguments.number(value, "x")
    assert (found, type(found)) == (plain, float)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_a_number_is_finite_unless_infinity_has_a_meaning(value):
    with pytest.raises(ValueError, match="is a finite number"):
        arguments.number(value, "x")
    if value == value:
        assert arguments.number(value, "x", infinite=True) == value
    else:
        with pytest.raises(ValueError, match="Leave out what is not known"):
            arguments.number(value, "x", infinite=True)


def test_amounts_beyond_this_world_are_refused_on_both_sides():
    assert arguments.number(1e30, "x") == 1e30
    for value in (1.1e30, -1e31):
        with pytest.raises(ValueError, match="x is at most 1e\\+30"):
            arguments.number(value, "x")


@pytest.mark.parametrize(
    ("value", "advice"),
    [
        (95, "Write 95% as 0.95"),
        (99.9, "Write 99.9% as 0.999"),
        (1, "not 1$"),
        (0, "not 0$"),
        (-0.5, "not -0.5$"),
        (250, "not 250$"),
    ],
)
def test_a_level_given_in_per_cent_is_translated(value, advice):
    with pytest.raises(ValueError, match=advice):
        arguments.level(value)


def test_counts_are_exact_and_stay_python_integers():
    assert arguments.count(np.int8(100), "n") * 100 == 10_000  # int8 would have overflowed
    assert arguments.count(10**15, "n") == 10**15
    big = arguments.count(3.0, "n")
    assert (big, type(big)) == (3, int)
    for value, message in ((2.5, "n is a whole number, not 2.5"), (10**15 + 1, "n is at most 1,000,000,000,000,000")):
        with pytest.raises(ValueError, match=message):
            arguments.count(value, "n")
    with pytest.raises(ValueError, match="n is at most 12"):
        arguments.count(13, "n", most=12)


@pytest.mark.parametrize("value", [1, 0, "yes", None, np.int64(1)])
def test_truth_is_not_guessed(value):
    with pytest.raises(ValueError, match="strict is True or False"):
        arguments.truth(value, "strict")


@pytest.mark.parametrize(
    ("values", "shown"), [([0, 2], "2"), ([1.0, float("nan")], "nan"), (["yes"], "'yes'"), ([-1], "-1")]
)
def test_yes_or_no_is_nothing_else(values, shown):
    with pytest.raises(ValueError, match=f"not {shown}$"):
        arguments.yes_no(values, "left")


def test_yes_or_no_keeps_its_shape():
    assert arguments.yes_no(np.eye(2), "left").tolist() == [[True, False], [False, True]]
    assert arguments.yes_no([], "left").dtype == bool


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([1, float("nan")], "1 value that is not a finite number: leave those rows out"),
        ([float("inf"), float("nan"), 2], "2 values that are not finite numbers"),
        (["1", "x"], "is a list of numbers"),
        ([[1], [2, 3]], "is a list of numbers"),
    ],
)
def test_amounts_with_holes_are_refused_with_their_number(values, message):
    with pytest.raises(ValueError, match=message):
        arguments.amounts(values, "paid")


@pytest.mark.parametrize("wrong", [-1, 2.5, 2e15])
def test_counts_of_a_list_name_the_first_wrong_one(wrong):
    with pytest.raises(ValueError, match=f"are whole numbers, 0 or more, not {wrong:g}".replace("+", r"\+")):
        arguments.counts([3, wrong, -9], "events")
    assert arguments.counts([0, 1e15], "events").tolist() == [0.0, 1e15]


def test_small_integers_of_an_array_cannot_overflow():
    given = np.array([100, 100], dtype=np.int8)
    assert arguments.array(given, "n").sum() == 200
    assert (arguments.numbers(given, "n") * 100).tolist() == [10_000.0, 10_000.0]
    assert arguments.array(np.array([1, 2]), "n").dtype == np.int64


@pytest.mark.parametrize("values", [["1", "2"], [1, "no"], [None, object()]])
def test_an_array_of_text_is_none_of_numbers(values):
    with pytest.raises(ValueError, match="is a list of numbers, not"):
        arguments.array(values, "counts")


def test_numbers_are_one_or_many():
    assert arguments.numbers(3, "x") == 3.0
    assert arguments.numbers((1, 2), "x").tolist() == [1.0, 2.0]
    with pytest.raises(ValueError, match="above 1e\\+30"):
        arguments.numbers([1.0, 2e30], "x")


def test_pairs_words_lists_and_generators():
    assert arguments.pair([1.0, 0.5], "prior") == (1, 0.5)
    for wrong in ([1], [1, 2, 3]):
        with pytest.raises(ValueError, match="prior is a pair of numbers"):
            arguments.pair(wrong, "prior")
    with pytest.raises(ValueError, match="profile is a list of numbers"):
        arguments.several([[1, 2]], "profile")
    with pytest.raises(ValueError, match="timing is 'noon'; there are start, end"):
        arguments.word("noon", "timing", ("start", "end"))
    rng = np.random.default_rng(1)
    assert arguments.generator(rng, "chance") is rng
    with pytest.raises(ValueError, match="is a generator such as"):
        arguments.generator(np.random, "chance")


def test_a_long_value_is_shortened_in_the_message():
    with pytest.raises(ValueError, match=r"not \['x', .*\.\.\.$") as caught:
        arguments.truth(["x"] * 100, "strict")
    assert len(str(caught.value)) < 100
