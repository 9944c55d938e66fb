"""Footnotes of the working papers: a mark at each number of a table, and one text for page, glossary and explain."""

from __future__ import annotations

from referral_playbook.contract.quantities import quantities
from referral_playbook.run.explain import explanation
from referral_playbook.run.report.footnotes import Footnotes

CELL = '<td dir="auto" data-label="What" class="text">{}</td>'


def test_each_number_is_marked_and_counted_once_in_the_order_of_the_page():
    notes = Footnotes.of(["uplift", "nps", "my_own"])
    html = notes.marked(CELL.format("Net Promoter Score") + CELL.format("Uplift") + CELL.format("Net Promoter Score"))
    assert html.count('<a href="#number-nps">1</a>') == 2
    assert html.count('<a href="#number-uplift">2</a>') == 1
    assert notes.html().index('id="number-nps"') < notes.html().index('id="number-uplift"')


def test_words_that_are_no_number_of_the_results_are_left_alone():
    notes = Footnotes.of(["nps"])
    assert notes.marked(CELL.format("Somebody")) == CELL.format("Somebody")
    assert notes.html() == ""


def test_the_text_is_that_of_explain():
    notes = Footnotes.of(quantities())
    notes.marked("".join(CELL.format(q.title.replace("&", "&amp;")) for q in quantities().values()))
    for name in ("unit_contribution", "nrr", "evpi"):
        told = "\n".join(explanation(name))
        entry = quantities()[name]
        for text in (entry.meaning, entry.formula, entry.better):
            assert text in told
            assert text.replace("'", "&#x27;").replace("<", "&lt;") in notes.html()
