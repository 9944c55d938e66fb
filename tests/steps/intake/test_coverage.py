"""The coverage map from a client of a few facts, by hand."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from referral_playbook.steps.intake import coverage
from referral_playbook.steps.intake.coverage_needs import ALWAYS, LEFT, Has, Needs


def client(**facts):
    return SimpleNamespace(fact=facts.get)


def test_there_asks_for_the_fact_the_column_and_the_word():
    rows = pd.DataFrame({"question": [" NPS "], "empty": [None]})
    engagement = client(survey_counts=rows)
    assert coverage.there(engagement, Has(fact="survey_counts", column="question", word="nps", bring="x"))
    assert not coverage.there(engagement, Has(fact="survey_counts", column="empty", bring="x"))
    assert not coverage.there(engagement, Has(fact="costs", bring="x"))


def test_nobody_recorded_as_having_left_is_no_measured_retention():
    needs = Needs(step="pmf_check", name="retention_rate", measured=((LEFT,),))
    stay = pd.DataFrame({"left_on": pd.to_datetime([None, None])})
    lives = pd.DataFrame({"segment": ["a"], "months": [5.0], "left": [False], "customers": [2]})
    assert coverage.kind(client(customer_profile=stay, lives=lives), needs) == "not known"
    gone = pd.DataFrame({"left_on": pd.to_datetime(["2026-01-01", None])})
    assert coverage.kind(client(customer_profile=gone, lives=lives.assign(left=True)), needs) == "measured"


def test_the_first_kind_that_is_there_counts():
    part = Has(fact="costs", bring="costs")
    needs = Needs(step="s", name="n", measured=((part,),), assumed=ALWAYS)
    assert coverage.kind(client(), needs) == "assumed"
    assert coverage.kind(client(costs=pd.DataFrame({"a": [1]})), needs) == "measured"


FOUND = pd.DataFrame(
    {
        "step": ["pmf_check", "pmf_check", "break_even"],
        "quantity": ["a", "b", "c"],
        "stands_on": ["measured", "not known", "assumed"],
        "by_nature": [False, False, True],
        "bring": ["", "surveys; customers", ""],
    }
)


def test_counts_and_what_to_bring():
    assert coverage.measured_share(FOUND).value == pytest.approx(0.5)
    assert [row["bring"] for row in coverage.exports_to_bring(FOUND)] == ["customers", "surveys"]
    assert coverage.describe_bring(FOUND) == "2 exports or columns to bring, the most useful first"
    assert "3 numbers, 1 measured" in coverage.describe(FOUND)
    counts, steps, kinds = coverage.grid(FOUND)
    assert steps == ["pmf check", "break even"]
    assert counts[:, kinds.index("measured")].tolist() == [1, 0]
