"""Who won, and the words for it."""

from __future__ import annotations

import pytest

from referral_playbook.methods.customer_value.backtest import compare_forecasts

SAID = {"what": "losses", "names": ("the model", "the rule")}


def test_error_is_root_mean_square_and_the_smaller_wins():
    found = compare_forecasts([3, 5], model=[3, 8], naive=[0, 5.5], **SAID)
    assert found.model_error == pytest.approx((9 / 2) ** 0.5)
    assert found.winner == "model"
    assert "the model won" in found.sentence
    turned = compare_forecasts([3, 5], model=[0, 5.5], naive=[3, 6], **SAID)
    assert turned.winner == "naive"
    assert "the rule won" in turned.sentence


def test_equal_forecasts_tie():
    found = compare_forecasts([1, 2], model=[1, 1], naive=[1, 1], **SAID)
    assert found.winner == "tie"
    assert "neither won" in found.sentence


@pytest.mark.parametrize("rows", [([], [], []), ([1], [1, 2], [1])])
def test_rows_must_be_there_and_match(rows):
    with pytest.raises(ValueError, match="same rows"):
        compare_forecasts(rows[0], model=rows[1], naive=rows[2], **SAID)
