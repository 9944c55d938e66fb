from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from referral_playbook.methods.comparisons import difference
from referral_playbook.methods.experiments.readout import Arm, benjamini_hochberg, holm, read_out

p_values = st.lists(st.floats(0, 1), max_size=12)
BY_NAME = {"holm": (holm, "holm"), "bh": (benjamini_hochberg, "fdr_bh")}


@pytest.mark.parametrize("name", BY_NAME)
@settings(max_examples=25)  # theirs collects garbage at each call, a tenth of a second
@given(p=p_values)
def test_corrections_are_those_of_statsmodels(name: str, p: list[float]) -> None:
    ours, theirs = BY_NAME[name]
    if p:
        assert ours(p) == pytest.approx(multipletests(p, method=theirs)[1])


@pytest.mark.parametrize("correct", [holm, benjamini_hochberg])
@given(p=p_values, seed=st.integers(0, 100))
def test_corrections_keep_the_order_given_and_never_help(correct, p: list[float], seed: int) -> None:
    found, order = correct(p), np.random.default_rng(seed).permutation(len(p))
    assert correct(np.array(p)[order]) == pytest.approx(found[order])
    assert (found >= np.array(p) - 1e-15).all()
    assert (found <= 1).all()
    assert (benjamini_hochberg(p) <= holm(p) + 1e-12).all()


def test_one_look_needs_no_correction_and_none_gives_none() -> None:
    assert holm([0.03]).tolist() == [0.03]
    assert holm([]).size == benjamini_hochberg([]).size == 0


@pytest.mark.parametrize("p", [[0.5, float("nan")], [1.2], [-0.1], [[0.1]]])
def test_what_is_no_p_value_is_refused(p: list) -> None:
    for correct in (holm, benjamini_hochberg):
        with pytest.raises(ValueError, match=r"p-values|not a finite number"):
            correct(p)


ARMS = [
    Arm(name="none", users=1_000, events=40),
    Arm(name="gift", users=1_000, events=80),
    Arm(name="cash", users=1_000, events=60),
    Arm(name="word", users=900, events=30),
    Arm(name="card", users=1_000, events=0),
    Arm(name="post", users=0, events=0),
]


def test_five_arms_read_out_in_the_order_given_with_the_contract_s_columns() -> None:
    found = read_out(ARMS, "none")
    assert [c.arm for c in found] == ["gift", "cash", "word", "card", "post"]
    assert tuple(found[0].row()) == (
        "arm",
        "control",
        "rate_ratio",
        "low",
        "high",
        "p_value",
        "p_adjusted",
    )
    tested = [c for c in found if c.p_value is not None]
    assert [c.p_adjusted for c in tested] == pytest.approx(holm([c.p_value for c in tested]))
    gift, cash, _, card, post = found
    assert (gift.rate_ratio.low, gift.ratio, gift.rate_ratio.high) == pytest.approx((1.37, 2, 2.92), abs=0.01)
    assert cash.p_value < 0.05 < cash.p_adjusted  # alone it would be a difference
    assert not card.rate_ratio.defined
    assert (card.p_adjusted < 0.05, card.ratio) == (True, 0)
    assert (post.p_value, post.p_adjusted) == (None, None)


def test_a_contrast_carries_the_difference_and_the_better_arm_where_events_are_shares() -> None:
    gift = read_out(ARMS, "none")[0]
    assert gift.difference == difference(80, 1_000, 40, 1_000)
    assert gift.better.probability > 0.999
    invites = read_out([Arm(name="a", users=10, events=30), Arm(name="b", users=10, events=50)], "a")[0]
    assert invites.difference is None
    assert invites.better is None
    assert invites.rate_ratio.value == pytest.approx(5 / 3)


def test_another_correction_and_spread_change_the_conclusion() -> None:
    arms = [Arm(name="none", users=1_000, events=40)] + [Arm(name=f"a{i}", users=1_000, events=60) for i in range(4)]
    assert all(c.p_adjusted > 0.05 for c in read_out(arms, "none"))
    few = read_out(arms, "none", correction="benjamini-hochberg")
    assert all(c.p_adjusted < 0.05 and c.ratio == 1.5 for c in few)
    assert all(c.p_adjusted > 0.05 for c in read_out(arms, "none", correction="benjamini-hochberg", dispersion=2))


@pytest.mark.parametrize(
    "arms", [ARMS[1:], ARMS[:1], [*ARMS, ARMS[1]]], ids=["no control", "only the control", "one twice"]
)
def test_a_read_out_needs_a_control_and_names_once(arms: list[Arm]) -> None:
    with pytest.raises(ValueError, match="needs the control 'none'"):
        read_out(arms, "none")


def test_false_alarms_over_four_equal_arms_stay_below_alpha() -> None:
    rng = np.random.default_rng(1)
    alarms = 0
    for _ in range(150):
        counts = rng.binomial(2_000, 0.05, 5)
        arms = [Arm(name=str(i), users=2_000, events=int(k)) for i, k in enumerate(counts)]
        alarms += any(c.p_adjusted < 0.05 for c in read_out(arms, "0"))
    assert alarms / 150 < 0.05 + 2 * np.sqrt(0.05 * 0.95 / 150)
