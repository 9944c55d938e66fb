"""The deck: eight slides from the results, native charts, notes with basis and source, the same bytes."""

from __future__ import annotations

import io
import sys
import time
from dataclasses import replace

import pytest

from referral_playbook.run.report.deck import deck
from referral_playbook.run.report.look import LookError
from referral_playbook.run.report.memo.findings import Findings

from . import sample_results as samples
from .language import faults

pptx = pytest.importorskip("pptx")


def slides(findings):
    return list(pptx.Presentation(io.BytesIO(deck(findings))).slides)


def words(slide):
    text = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
    tables = [cell.text for shape in slide.shapes if shape.has_table for row in shape.table.rows for cell in row.cells]
    return "\n".join([*text, *tables])


@pytest.mark.parametrize("findings", [samples.rich(), samples.poor()], ids=["rich", "poor"])
def test_there_are_eight_slides_with_titles_and_notes_in_plain_words(findings):
    found = slides(findings)
    assert len(found) == 8
    assert all(slide.shapes.title.text for slide in found)
    assert all(slide.has_notes_slide and slide.notes_slide.notes_text_frame.text for slide in found)
    assert faults("\n".join(map(words, found))) == []


def test_the_numbers_are_those_of_the_results():
    found = slides(samples.rich())
    assert "Test the programme with 200 customers first." in words(found[0])
    assert "-£600 to £5,200" in words(found[1])
    assert "Do thing number 1." in words(found[7])
    assert "assumed, payments" in found[1].notes_slide.notes_text_frame.text


def test_charts_are_native_and_carry_the_results():
    found = slides(samples.rich())
    (clocks,) = [shape.chart for shape in found[2].shapes if shape.has_chart]
    rows = samples.months()
    assert [list(s.values) for s in clocks.plots[0].series] == [
        [row["value_p50"] for row in rows],
        [row["cash_p50"] for row in rows],
    ]
    assert [shape.has_chart for shape in found[4].shapes].count(True) == 1


def test_the_same_results_give_the_same_bytes_at_another_time():
    first = deck(samples.rich())
    time.sleep(2.1)  # a zip counts time in steps of two seconds
    assert deck(samples.rich()) == first


def test_without_the_library_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pptx", None)
    with pytest.raises(LookError, match="pip install"):
        deck(samples.rich())


@pytest.mark.parametrize(
    ("passed", "title"),
    [
        ((False, None, False), "None of the 3 tests is passed"),
        ((True, False, False), "1 of the 3 tests is passed"),
        ((True, True, False), "2 of the 3 tests are passed"),
    ],
)
def test_the_tests_that_were_passed_are_counted_in_words(passed, title):
    even = samples.break_even()
    tables = {**even.tables, "gate": [{"test": str(n), "passed": one} for n, one in enumerate(passed)]}
    found = Findings({"break_even": replace(even, tables=tables)})
    assert title in [words(slide).splitlines()[0] for slide in slides(found)]
