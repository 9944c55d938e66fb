"""The record over a portfolio: sums, the sentence, who is too narrow, the diagram."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from referral_playbook.run.portfolio.findings import Chance, Findings, Score
from referral_playbook.run.portfolio.one_client import Outcome
from referral_playbook.run.portfolio.record import pooled_record
from referral_playbook.run.portfolio.summary_page import portfolio_page


def _outcome(client, *scores, chances=()):
    words = dict.fromkeys(("name", "as_of", "decision", "headline"), "")
    lists = dict.fromkeys(("tables_missing", "not_known", "not_measured"), ())
    made = tuple(Score(level=level, held=held, n=n) for level, held, n in scores)
    pairs = tuple(Chance(stated=s, happened=h) for s, h in chances)
    return Outcome(client=client, findings=Findings(verdicts={}, scores=made, chances=pairs, **words, **lists))


GOOD = _outcome("good", (0.5, 20, 40), (0.8, 33, 40), (0.95, 38, 40))
NARROW = _outcome("narrow", (0.5, 5, 40), (0.8, 20, 40), (0.95, 30, 40))


def test_scores_of_all_clients_add_up():
    found = pooled_record([GOOD, NARROW])
    assert "50% ranges held 31% of 80; 80% ranges held 66% of 80; 95% ranges held 85% of 80" in found.diagram
    assert found.words.startswith("Our 80% ranges held 53 of 80 times (66%, 55% to 76%), over 2 clients.")
    assert "read the ranges of these clients as too narrow" in found.words
    assert "too narrow" not in pooled_record([GOOD]).words
    assert found.narrow == ("narrow",)


def test_stated_chances_have_a_brier_score_and_a_place_in_the_diagram():
    """By hand: (0.1^2 + 0.9^2 + 0.2^2) / 3 = 0.29."""
    first = _outcome("a", (0.8, 8, 10), chances=[(0.1, 0), (0.1, 1)])
    found = pooled_record([first, _outcome("b", (0.8, 8, 10), chances=[(0.8, 1)])])
    assert "Brier score of 3 stated chances is 0.29" in found.words
    assert "chances of about 10% came true in 1 of 2 cases" in found.diagram
    assert "chances of about 80% came true in 1 of 1 cases" in found.diagram
    assert found.diagram.count("<rect") == 2


def test_few_forecasts_do_not_make_a_client_too_narrow():
    assert pooled_record([_outcome("few", (0.8, 2, 8))]).narrow == ()


def test_without_ripe_forecasts_there_is_no_record():
    assert pooled_record([_outcome("new", (0.8, 0, 0)), Outcome(client="failed")]) is None


def test_the_diagram_is_whole_and_says_what_it_shows():
    root = ElementTree.fromstring(pooled_record([GOOD]).diagram)
    assert "80% ranges held 82% of 40" in root.attrib["aria-label"]
    assert len(root.findall("{http://www.w3.org/2000/svg}circle")) == 3


@pytest.mark.parametrize(("outcomes", "there"), [([GOOD], True), ([_outcome("new")], False)])
def test_the_page_shows_it_where_there_is_one(outcomes, there):
    assert ("Our forecasts" in portfolio_page(outcomes)) == there
