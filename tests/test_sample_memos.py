"""The memos of the sample clients: their size, their language, and that nothing in them contradicts itself."""

from __future__ import annotations

import io
import re
from collections import Counter
from pathlib import Path

import pytest
from agreement import contradictions
from clocks import without_a_clock, words_of
from monkey.plan import plan_faults
from openpyxl import load_workbook
from plain_run import run_plain
from run.report.browser import check as can_be_read
from run.report.browser import look
from run.report.language import faults, reading_ease
from run.report.pages import Page, words
from test_plain_words import old_words
from writings import recorded

from referral_playbook.contract.handover import record
from referral_playbook.contract.names import Step
from referral_playbook.run.explain import explanation
from referral_playbook.run.report.deck import deck
from referral_playbook.run.report.lists import LISTS, this_month
from referral_playbook.run.report.memo.blocks import Cards
from referral_playbook.run.report.memo.findings import Findings
from referral_playbook.run.report.memo.front_page import IN_ALL, ON_PAGE_ONE, actions, four_numbers
from referral_playbook.run.report.memo.memo import memo_html
from referral_playbook.run.report.memo.words import sentence
from referral_playbook.run.report.sheet.book import break_even_sheet
from referral_playbook.show.labels import heading_of

DATA = Path(__file__).resolve().parents[1] / "data"
SAMPLES = ("brightdesk", "cupboard", "harlow-partners", "lantern")
SHOWN: dict[int, list[str]] = {}
"""Tables and sentences of the notebooks, by the run."""

TWO_WAYS: dict[int, list[str]] = {}
"""Numbers that the memo shows with different digits in two places, by the run."""


@pytest.fixture(scope="module", params=SAMPLES)
def findings(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param) / "results"
    fewer = {"break_even": {"draws": 20_000}}
    shown: list[str] = []
    with recorded() as written:
        found = Findings(run_plain(DATA / request.param, folder, rendered=False, parameters=fewer, keep=shown))
        memo = words_of(memo_html(found))
    SHOWN[id(found)] = shown
    TWO_WAYS[id(found)] = list(written.two_ways(memo))
    return found


@pytest.fixture(scope="module")
def page(findings):
    return Page(memo_html(findings))


def test_the_memo_keeps_to_its_size(findings, page):
    assert words(page.text) <= 2000
    assert len(page.all("table")) <= 10
    assert len(page.all("img")) <= 8
    weasyprint = pytest.importorskip("weasyprint", exc_type=(ImportError, OSError))
    pages = len(weasyprint.HTML(string=memo_html(findings), base_url=".").render().pages)
    assert pages <= (1 if findings.status.value == "not_enough_data" else 6)


def test_the_memo_is_in_plain_words(page):
    assert faults(page.text) == old_words(page.text) == []
    assert reading_ease(page.text) >= 55


def test_no_customer_stands_on_two_lists_or_is_named_in_the_memo(findings, page):
    rows = this_month(findings.results)
    assert max(Counter(row["id"] for row in rows).values()) == 1
    assert {row["list"] for row in rows} <= set(LISTS)
    assert not [row["id"] for row in rows if re.search(rf"\b{re.escape(str(row['id']))}\b", page.text)]


def test_at_most_nine_actions_each_once_with_an_owner(findings, page):
    found = actions(findings)
    assert len(found) <= IN_ALL
    assert len({a.what for a in found}) == len(found)
    assert all(a.owner for a in found)


def test_the_plan_has_few_actions_each_once_with_somebody_and_a_date_of_its_own(findings):
    assert plan_faults(findings.results) == []


def test_every_sentence_about_pay_back_names_its_clock(findings):
    assert without_a_clock(words_of(memo_html(findings))) == []
    shown = [sentence for html in SHOWN[id(findings)] for sentence in without_a_clock(words_of(html))]
    assert shown == []


def test_the_verdict_is_right_at_the_truth_or_names_what_to_measure(findings):
    """A `test_small` names the measurement, how many, how long and what it costs; a `stop` names none."""
    reason = findings.result(Step.BREAK_EVEN).verdict.reason
    if findings.result(Step.BREAK_EVEN).verdict.status.value == "test_small":
        assert re.search(r"Measure the [a-z -]+: .*\b\d[\d,]* .*This takes \d+ months? and costs about \S*\d", reason)
    else:
        assert "Measure the" not in reason


def test_everything_that_the_notebooks_show_is_in_plain_words(findings):
    assert [fault for html in SHOWN[id(findings)] for fault in old_words(words_of(html))] == []


def test_no_part_of_the_run_contradicts_another(findings):
    assert contradictions(findings.results) == []
    assert TWO_WAYS[id(findings)] == []


def test_memo_and_deck_have_one_verdict_and_the_same_numbers(findings, page):
    pptx = pytest.importorskip("pptx")
    assert len(re.findall(r'class="badge"', memo_html(findings))) == 1
    slides = list(pptx.Presentation(io.BytesIO(deck(findings))).slides)
    cells = {
        cell.text for slide in slides for shape in slide.shapes if shape.has_table for cell in shape.table.iter_cells()
    }
    for card in (four_numbers(findings) or Cards(())).cards:
        assert card.value in page.text
        assert card.value in cells
    for action in actions(findings)[:ON_PAGE_ONE]:
        assert page.text.count(sentence(action.what)) == 1
        assert sentence(action.what) in cells


def test_the_workbook_starts_from_the_numbers_of_the_results(findings):
    """Every yellow cell has the value that break-even used."""
    result = findings.result(Step.BREAK_EVEN)
    sheet = load_workbook(io.BytesIO(break_even_sheet(result)))["Inputs"]
    there = {
        row[0].value: row[2].value
        for row in sheet.iter_rows()
        if len(row) > 2 and isinstance(row[2].value, (int, float))
    }
    if result.verdict.status.value == "not_enough_data":
        assert there == {}
        return
    used = {heading_of(row["name"]): row["value"] for row in findings.rows(Step.BREAK_EVEN, "inputs")}
    both = set(there) & set(used)
    assert len(both) >= 6
    assert {name: there[name] for name in both} == pytest.approx({name: used[name] for name in both})


def test_it_can_be_read_at_every_width(findings, tmp_path):
    can_be_read(look(memo_html(findings), tmp_path))


def test_every_name_in_every_result_file_is_explained(findings, tmp_path):
    for result in findings.results.values():
        record(result, tmp_path / "results")
    for step, result in findings.results.items():
        for name in (*result.estimates, *(check.name for check in result.checks), *result.tables):
            first, *_ = explanation(f"{step}.{name}", tmp_path)
            assert first.startswith(f"{step}.{name}: ")
        for name in result.estimates:
            assert list(explanation(name))[1].strip()  # a number is explained without the client too
