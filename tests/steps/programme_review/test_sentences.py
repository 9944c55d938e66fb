"""The review in words: forecasts that came true, the kept control, matched customers."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from referral_playbook.contract.evidence import assumed, undefined
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.domain.programme.control_reading import ControlReading, over_all
from referral_playbook.domain.programme.kept_control import KeptControl
from referral_playbook.steps.programme_review import incrementality, sentences, step


def times(value, low, high):
    return assumed(value, low, high, unit="times", per="rate of the control", source="test")


def reading(*, p_value, more_months, ratio=None):
    ratio = ratio or times(1.5, 0.9, 2.4)
    share = assumed(0.1, 0.0, 0.2, unit="share", per="customer", source="test")
    return ControlReading(
        confidence=0.95,
        control=KeptControl(share=0.2, since=None),
        uplift=ratio,
        uplift_at_every_look=ratio,
        over_all=over_all(ratio, 0.8),
        uplift_of_asking=ratio,
        because_of_programme=share,
        extra_per_ask=share,
        incremental_share=share,
        asked_anyway=share,
        p_value=p_value,
        more_months=more_months,
        rows=pd.DataFrame(),
    )


@pytest.mark.parametrize(
    ("p_value", "more_months", "words"),
    [
        (0.01, 3, "The programme's effect is shown."),
        (0.20, None, "will not tell within ten years"),
        (0.20, 0, "the true uplift is probably smaller"),
        (0.20, 1, "it will tell in about 1 month."),
        (0.20, 7, "it will tell in about 7 months."),
    ],
)
def test_the_control_says_what_it_shows_or_when_it_will(p_value, more_months, words):
    text = sentences.describe_control(reading(p_value=p_value, more_months=more_months))
    assert words in text
    assert "1.5" in text


def test_a_control_that_measures_nothing_gives_its_reason():
    nothing = undefined("no month has passed since the first list", unit="times", per="rate of the control")
    text = sentences.describe_control(reading(p_value=None, more_months=None, ratio=nothing))
    assert text == "The kept control measures nothing yet: no month has passed since the first list."


def test_each_quantity_of_the_control_stands_in_its_row():
    found = reading(p_value=0.2, more_months=3)
    rows = {row["quantity"]: row["measured"] for row in sentences.control_rows(found)}
    assert rows["Uplift against the control"] is found.uplift
    assert rows["Uplift over all customers"] is found.over_all
    assert found.over_all.value == pytest.approx(1 + 0.8 * (found.uplift.value - 1))
    assert rows["Control asked all the same"] is found.asked_anyway
    assert len(rows) == 7


def test_the_matched_comparison_never_stands_without_its_limits():
    assert sentences.describe_matched(times(1.2, 0.8, 1.7)).endswith(incrementality.LIMITS)
    nobody = undefined("nobody was asked", unit="times", per="rate of the control")
    assert sentences.describe_matched(nobody) == "Asked and unasked customers cannot be matched: nobody was asked."


@pytest.fixture(scope="module")
def finding(with_arms):
    client = with_arms(("none", 1000, 40), ("gift", 1000, 90), ("cash", 1000, 45))
    return step.find(client, Parameters.of("programme_review"))


def test_the_read_out_has_a_sentence_for_each_arm_and_says_what_was_not_drawn_by_lot(finding):
    text = sentences.describe_readout(finding)
    assert "Gift has " in text
    assert "Cash does not show a difference from none" in text
    assert "not effects" not in text
    chosen = replace(finding, run=replace(finding.run, randomised=False))
    assert "differences, not effects" in sentences.describe_readout(chosen)


def test_rows_of_the_arms_have_the_rates_of_the_counts(finding):
    rows = {row["arm"]: row for row in sentences.arm_rows(finding.readings)}
    assert rows["gift"]["one_look"].value == pytest.approx(90 / 40)
    assert rows["gift"]["compared_with"] == "none"
    assert rows["gift"]["p_one_look"] < rows["cash"]["p_one_look"]
    assert rows["gift"]["p_one_look"] <= rows["gift"]["p_every_look"]
