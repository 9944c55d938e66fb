"""The memos of the sample clients: their size, their language, and that nothing in them contradicts itself."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from plain_run import run_plain
from run.report.language import faults, reading_ease
from run.report.pages import Page, words

from referral_playbook.contract.names import Step
from referral_playbook.run.report.lists import LISTS, this_month
from referral_playbook.run.report.memo.findings import Findings
from referral_playbook.run.report.memo.front_page import IN_ALL, actions
from referral_playbook.run.report.memo.memo import memo_html

DATA = Path(__file__).resolve().parents[1] / "data"
SAMPLES = ("brightdesk", "cupboard", "harlow-partners")


@pytest.fixture(scope="module", params=SAMPLES)
def findings(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param) / "results"
    fewer = {"break_even": {"draws": 20_000}}
    return Findings(run_plain(DATA / request.param, folder, rendered=False, parameters=fewer))


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
    assert faults(page.text) == []
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


def test_one_verdict_and_one_number_per_quantity(findings, page):
    assert len(re.findall(r'class="badge"', memo_html(findings))) == 1
    counts = Counter(row["list"] for row in this_month(findings.results))
    if findings.status.value != "not_enough_data":
        for key, count in counts.items():
            assert re.search(rf"{re.escape(LISTS[key].title)}\s+{count}\b", page.text)
        value = findings.estimate(Step.BREAK_EVEN, "probability_by_date")
        told = set(re.findall(r"(\d+)% of the futures all cost", page.text))
        assert value is None or len(told) <= 1
