"""Survey measures against counts worked out by hand; a scale is declared and never guessed."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pandas as pd
import pytest

from referral_playbook.domain.lists.segments import very_disappointed
from referral_playbook.methods.proportions import proportion
from referral_playbook.steps.pmf_check import surveys


def surveyed(counts, *, scale=None, **facts):
    """A client of whom nothing is known but survey answers: (question, answer, segment) to how many."""
    rows = [
        {"question": q, "answer": a, "segment": s, "incentive": "", "answers": n} for (q, a, s), n in counts.items()
    ]
    facts = {"survey_counts": pd.DataFrame(rows), **facts}
    quality = {"tables": [{"table": "surveys", "scale": scale or {}}]}
    return SimpleNamespace(fact=facts.get, client="Small", as_of=date(2026, 9, 30), currency="GBP", quality=quality)


def ellis(yes, no, gone=0):
    counts = {("pmf", "very disappointed", "a"): yes, ("pmf", "somewhat disappointed", "a"): no}
    return surveyed(counts | ({("pmf", "no longer use", "a"): gone} if gone else {}))


def test_people_who_no_longer_use_it_are_not_users():
    assert very_disappointed(ellis(30, 30, gone=40)).n == 60


def test_the_number_of_further_answers_settles_it():
    share = very_disappointed(ellis(17, 13))
    more = int(surveys.describe_further_answers(share, threshold=0.40).split()[1])
    assert proportion(17 / 30 * (30 + more), 30 + more).low >= 0.40
    assert proportion(17 / 30 * (29 + more), 29 + more).low < 0.40


def test_43_percent_of_30_needs_about_800_more():
    assert "About 800 further answers" in surveys.describe_further_answers(
        very_disappointed(ellis(13, 17)), threshold=0.40
    )


def test_nobody_asked_says_how_many_to_ask():
    share = very_disappointed(surveyed({("nps", "9", "a"): 3}))
    assert share.reason == "nobody has answered the Ellis question"
    assert "Ask at least" in surveys.describe_further_answers(share, threshold=0.4)
    assert "nobody was asked" in surveys.describe_naive(share, threshold=0.4)


def test_non_respondents_widen_the_bounds():
    """60 of 100 said yes, 200 were asked: 60 of 200 at worst, 160 of 200 at best."""
    share = very_disappointed(ellis(60, 40))
    said = surveys.describe_non_response(share, surveyed=200)
    assert "between 30%" in said
    assert "80%" in said
    assert "do not know" in surveys.describe_non_response(share, surveyed=None)
    assert "Check the parameter" in surveys.describe_non_response(share, surveyed=50)


def test_naive_names_both_sides():
    assert "above the 40% threshold" in surveys.describe_naive(very_disappointed(ellis(6, 4)), threshold=0.4)
    assert "below the 40% threshold" in surveys.describe_naive(very_disappointed(ellis(3, 7)), threshold=0.4)


CSAT = {("csat", "5", "a"): 6, ("csat", "4", "a"): 2, ("csat", "2", "a"): 2}


@pytest.mark.parametrize(("scale", "share"), [([1, 5], 0.8), ([1, 7], 0.0), ([0, 10], 0.0)])
def test_csat_counts_the_two_best_of_the_declared_scale(scale, share):
    """Nobody gave more than 5: on a scale of 1 to 7 nobody was satisfied, which the answers alone cannot show."""
    assert surveys.satisfied(surveyed(CSAT, scale={"csat": scale})).value == pytest.approx(share)


def test_a_scale_that_nobody_declared_is_not_guessed():
    found = surveys.satisfied(surveyed(CSAT))
    assert not found.defined
    assert "10 answers cannot tell it" in found.reason
    assert "not declared" in surveys.low_effort(surveyed({("ces", "1", "a"): 6})).reason


def test_without_any_answer_no_scale_is_asked_for():
    assert surveys.satisfied(surveyed({("nps", "9", "a"): 1})).reason == "nobody was asked"


@pytest.mark.parametrize(("scale", "share"), [([1, 7], 0.8), ([0, 6], 0.6)])
def test_ces_counts_little_effort(scale, share):
    counts = {("ces", "1", "a"): 6, ("ces", "2", "a"): 2, ("ces", "6", "a"): 2}
    assert surveys.low_effort(surveyed(counts, scale={"ces": scale})).value == pytest.approx(share)


def test_nps_stands_beside_the_service():
    """18 promoters, 11 passives, 2 detractors: (18 - 2) / 31."""
    counts = {("nps", "9", "a"): 18, ("nps", "8", "a"): 11, ("nps", "3", "a"): 2}
    found = surveys.scores(surveyed(counts))
    assert found["nps"].value == pytest.approx(16 / 31)
    rows = surveys.score_rows(found)
    assert [(r["score"], r["speaks of"]) for r in rows][:2] == [("NPS", "the brand"), ("CSAT", "the service")]


def test_active_customers_are_counted_apart():
    """Of 4 customers of today 3 would miss it; the two who left would not, and one has no answer."""
    said = ["very disappointed"] * 3 + ["not disappointed"] * 3 + [None, "no longer use"]
    left = [False] * 4 + [True] * 2 + [False] * 2
    found = surveys.very_disappointed_active(surveyed({}, customer_profile=pd.DataFrame({"pmf": said, "left": left})))
    assert (found.value, found.n) == (0.75, 4)
    nobody = surveys.very_disappointed_active(
        surveyed({}, customer_profile=pd.DataFrame({"pmf": [None], "left": [False]}))
    )
    assert "whom we can identify" in nobody.reason
    assert "no customers table" in surveys.very_disappointed_active(surveyed({})).reason


def test_ten_times_the_price():
    multiples = pd.DataFrame({"multiple": [12.0, 10.0, 9.9, None]})
    assert surveys.value_delivered(surveyed({}, value_multiples=multiples)).value == pytest.approx(2 / 3)
    assert "price is not known" in surveys.value_delivered(surveyed({})).reason
