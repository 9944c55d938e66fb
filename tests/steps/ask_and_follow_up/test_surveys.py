"""What an incentive for a survey answer gains, what an extra answer costs, and whether paid answers differ."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from referral_playbook.contract.evidence import assumed
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.steps.ask_and_follow_up import surveys as survey_incentives


def invited(paid: int, unpaid: int, **more: float) -> Parameters:
    return Parameters.of("ask_and_follow_up", invited_with=paid, invited_without=unpaid, **more)


def test_incentive_is_measured_where_both_invitations_are_known(sample):
    answers = survey_incentives.answers_by_incentive(sample()).set_index("question").loc["pmf"]
    found = survey_incentives.measured_gain(sample(), invited(500, 1000))
    assert found.value == pytest.approx(answers["with_incentive"] / 500 - answers["without"] / 1000)
    assert found.basis.value == "measured"
    assert "not stated" in survey_incentives.measured_gain(sample(), Parameters.of("ask_and_follow_up")).reason
    with pytest.raises(ValueError, match="counts"):
        survey_incentives.measured_gain(sample(), invited(10, 1000))


def test_web_gain_is_göritz_at_the_stated_rates():
    """Of those asked 30% start and of these 80% finish, unless an incentive raises the odds."""
    answered, found = survey_incentives.web_survey()
    start, finish = 1.19 * 3 / 7, 1.27 * 4
    assert answered.value == pytest.approx(start / (1 + start) * finish / (1 + finish))
    assert found.value == pytest.approx(answered.value - 0.24)
    assert found.low < found.value < found.high


def test_cost_of_an_extra_answer_counts_all_who_are_paid():
    gain = assumed(0.10, 0.05, 0.20, unit="share", per="person asked", source="x")
    answered = assumed(0.40, 0.40, 0.40, unit="share", per="person asked", source="x")
    cost = assumed(10, 10, 10, unit="EUR", per="incentive", source="x")
    promised = survey_incentives.cost_per_extra(gain, answered, cost)
    assert (promised.value, promised.low, promised.high) == pytest.approx((40, 20, 80))
    assert survey_incentives.cost_per_extra(gain, answered, cost, prepaid=True).value == pytest.approx(100)
    assert survey_incentives.cost_per_extra(gain.as_(low=-0.01), answered, cost).open_above
    nothing = survey_incentives.cost_per_extra(gain.as_(value=0.0, low=-0.1), answered, cost)
    assert "no extra answers" in nothing.reason


def test_the_paid_answer_like_the_others_in_the_sample(sample):
    found = survey_incentives.answers_differ(sample())
    assert found.low <= 0 <= found.high  # the simulator pays at random
    assert "no difference" in "".join(x for x in survey_incentives.describe_differ(found) if isinstance(x, str))


ROWS = [
    # question, answer, incentive, answers
    ("pmf", "very disappointed", "10 GBP", 30),
    ("pmf", "somewhat disappointed", "10 GBP", 30),
    ("pmf", "very disappointed", "(none)", 20),
    ("pmf", "not disappointed", "(none)", 60),
    ("pmf", "no longer use", "10 GBP", 99),
    ("nps", "9", "(none)", 5),
]


def surveyed(rows=ROWS):
    counts = pd.DataFrame(rows, columns=["question", "answer", "incentive", "answers"])
    return SimpleNamespace(fact={"survey_counts": counts}.get, currency="GBP", rates={})


def test_answers_are_counted_by_question_and_incentive():
    table = survey_incentives.answers_by_incentive(surveyed()).set_index("question")
    assert table.loc["pmf"].tolist() == [159, 80]
    assert table.loc["nps"].tolist() == [0, 5]
    assert survey_incentives.answers_by_incentive(SimpleNamespace(fact={}.get)).empty


def test_paid_answers_that_differ_are_counted_apart():
    """30 of 60 with an incentive against 20 of 80 without: those who no longer use it are left out."""
    gap = survey_incentives.answers_differ(surveyed())
    assert gap.value == pytest.approx(0.25)
    assert gap.low > 0
    assert "count them apart" in survey_incentives.describe_differ(gap)[-1]


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([("nps", "9", "(none)", 5)], "nobody answered the Ellis question"),
        ([("pmf", "very disappointed", "(none)", 5)], "all were asked with an incentive, or all without"),
    ],
)
def test_where_only_one_kind_was_asked_nothing_is_compared(rows, reason):
    gap = survey_incentives.answers_differ(surveyed(rows))
    assert gap.reason == reason
    assert reason in survey_incentives.describe_differ(gap)[0]


def test_the_clients_own_survey_comes_first_where_invitations_are_known():
    own, *others = survey_incentives.incentive_rows(surveyed(), invited(400, 400, incentive_cost=8.0))
    assert own["way"] == "your own survey"
    assert own["extra_share"].value == pytest.approx((159 - 80) / 400)
    # paid to all 159 who answer: 159 x 8 for 79 extra answers
    assert own["cost_per_extra_answer"].value == pytest.approx(159 * 8 / 79)
    assert (
        len(others)
        == len(survey_incentives.incentive_rows(surveyed(), Parameters.of("ask_and_follow_up", incentive_cost=8.0)))
        == 4
    )


def test_money_in_the_letter_is_paid_to_everybody_who_is_asked():
    rows = {
        row["way"]: row
        for row in survey_incentives.incentive_rows(surveyed(), Parameters.of("ask_and_follow_up", incentive_cost=2.0))
    }
    mail = rows["mail, money sent with the letter"]
    assert mail["cost_per_extra_answer"].value == pytest.approx(2.0 / mail["extra_share"].value)
    assert mail["basis"] == "benchmark"
