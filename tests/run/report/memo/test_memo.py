"""The memo: one decision on one page, then the evidence in short; nothing runs, nothing is loaded, the same bytes."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import pytest

from referral_playbook.contract.evidence import Action, Check
from referral_playbook.contract.handover import record
from referral_playbook.contract.quantities import title
from referral_playbook.run.report.memo import memo as memo_page
from referral_playbook.run.report.memo.findings import Findings
from referral_playbook.run.report.memo.front_page import IN_ALL, actions
from referral_playbook.run.report.memo.memo import contents, memo_html, write_memo

from .. import sample_results as samples
from ..pages import Page, words


@pytest.fixture(scope="module")
def html():
    return memo_html(samples.rich())


@pytest.fixture(scope="module")
def page(html):
    return Page(html)


def test_page_one_holds_decision_four_numbers_chart_actions_and_what_would_change(page):
    first = page.between("decision", "programme")
    order = [
        "Test small",
        "Test the programme with 200 customers first.",
        "It pays in 8 of 10 futures",
        "Extra customers",
        "Value result",
        "Peak cash need",
        "Cash pay-back",
        "What to do next",
        "What would change the decision",
    ]
    places = [first.index(words) for words in order]
    assert places == sorted(places)
    assert "More here" not in first  # two sentences, no more
    for said in ("£2,100", "-£600 to £5,200", "Month 15", "month 9 to later or never", "assumed", "Maya"):
        assert said in first
    assert first.count("Do thing number") == 5


def test_sections_follow_in_order(page):
    assert [a["id"] for a in page.all("section")] == [
        "decision",
        "programme",
        "economics",
        "customers",
        "offer",
        "month",
    ]


def test_the_memo_keeps_to_its_size(page):
    assert words(page.text) <= 2000
    assert len(page.all("table")) <= 10
    assert len(page.all("img")) <= 8


def test_every_picture_says_what_it_shows(page):
    images = page.all("img")
    assert len(images) == 4
    assert all(len(image["alt"]) > 40 for image in images)


def test_nothing_runs_and_nothing_is_loaded_from_outside(html, page):
    assert "http://" not in html.replace("http://www.w3.org", "")
    assert "https://" not in html
    assert "url(" not in html
    assert not page.all("script")
    assert not page.all("link")
    assert all(re.match(r"#|evidence\.html(#|$)", a["href"]) for a in page.all("a"))


def test_client_text_is_text(page, html):
    assert "Acme <b>& Sons" in page.text
    assert "Acme <b>" not in html


def test_small_segments_are_pooled_and_customers_are_counted_not_named(page):
    assert "Jones family" not in page.text
    assert "Other segments" in page.text
    assert not re.search(r"\bC\d\b", page.text)


def test_every_action_stands_once(page):
    said = re.findall(r"Do thing number \d", page.text)
    assert sorted(said) == [f"Do thing number {i}" for i in range(1, 9)]


def test_without_a_report_the_actions_of_the_steps_are_taken_once_and_at_most_nine():
    twice = tuple(Action(what=f"a{i % 7}", why="w", due=i) for i in range(30))
    results = {
        "goal_setting": samples.step("goal_setting", "go", "H", actions=twice),
        "break_even": samples.break_even(actions=tuple(Action(what=f"b{i}", why="w", due=1) for i in range(5))),
    }
    found = [a.what for a in actions(Findings(results))]
    assert len(found) == len(set(found)) == IN_ALL
    assert found[0] == "a0"


def test_too_little_data_gives_what_is_missing_what_to_bring_and_what_can_be_said():
    page = Page(memo_html(samples.poor()))
    assert [a["id"] for a in page.all("section")] == ["decision"]
    for said in (
        f"{title('nps')}: nobody answered.",
        "Payments with their dates.",
        "Nine of ten customers stay a year.",
    ):
        assert said in page.text
    assert words(page.text) < 300
    assert not page.all("img")


@pytest.mark.parametrize("step", list(samples.rich().results))
def test_it_goes_on_without_any_one_step(step):
    results = {name: result for name, result in samples.rich().results.items() if name != step}
    assert "None" not in Page(memo_html(Findings(results))).text


@pytest.mark.parametrize("table", list(samples.break_even().tables))
def test_it_goes_on_without_any_one_table_of_break_even(table):
    rich = samples.rich()
    tables = {name: rows for name, rows in samples.break_even().tables.items() if name != table}
    results = {**rich.results, "break_even": samples.break_even(tables=tables)}
    first, sections = contents(Findings(results))
    assert len(sections) == 5
    assert len(first) == (3 if table == "months" else 4)


def test_the_same_results_give_the_same_bytes(tmp_path, html):
    for result in samples.rich().results.values():
        record(result, tmp_path / "results")
    assert write_memo(tmp_path).read_text(encoding="utf-8") == html
    assert write_memo(tmp_path).name == "report.html"


def test_no_results_is_an_error_that_says_what_to_do(tmp_path):
    with pytest.raises(ValueError, match="Run the client first"):
        write_memo(tmp_path)


def test_what_changed_since_the_previous_run_is_told_in_half_a_page():
    now = samples.rich()
    before = dict(now.results)
    old = samples.break_even()
    estimates = {
        **old.estimates,
        "break_even_uplift": samples.estimate(3.0, 2.5, 3.5, "times"),
        "value_result": samples.estimate(2000, -700, 5000, "GBP"),
    }
    before["break_even"] = samples.break_even(estimates=estimates)
    before["client_report"] = samples.step("client_report", "stop", "Stop.")
    page = Page(memo_html(Findings(now.results, previous=before)))
    told = page.between("changes", "programme")
    assert "the decision (from stop to test small)" in told
    assert "1 number moved beyond chance; 1 other moved within it" in told
    assert "3.0 times (2.5 to 3.5)" in told
    assert "£2,000" not in told
    assert 'id="changes"' not in memo_html(Findings(now.results, previous=now.results))


@pytest.mark.parametrize(
    ("failed", "words"),
    [
        (("goal_setting",), 'This step failed, so this memo does without: "Goal setting".'),
        (("pmf_check", "goal_setting", "break_even"), '"PMF check", "Goal setting" and "Break even".'),
    ],
)
def test_failed_steps_are_named_on_page_one(failed, words):
    page = Page(memo_html(replace(samples.rich(), failed=failed)))
    assert words in page.between("decision", "programme")


def test_sections_are_made_by_one_function_each():
    assert len(memo_page.SECTIONS) == len(set(memo_page.SECTIONS)) == 7


def test_headings_tables_and_pictures_can_be_read_aloud(page, html):
    """What axe-core looks for first: one main heading, no level left out, named columns, words for pictures."""
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all(cell.get("scope") == "col" for cell in page.all("th"))
    assert html.count("<caption>") == len(page.all("table"))
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert page.all("html") == [{"lang": "en-GB"}]
    assert [tag for tag, _ in page.tags].count("main") == 1


def with_step(**changes):
    """The rich client with other parts in some results."""
    made = dict(samples.rich().results)
    for step, parts in changes.items():
        made[step] = replace(made[step], **parts)
    return Findings(made)


def test_the_record_of_scored_forecasts_is_told_with_the_programmes_record():
    text = "Our 80% ranges held 3 of 8 times. That is less often than they claim: read all ranges as too narrow."
    scored = Check(name="earlier_forecasts", passed=False, text=text)
    page = Page(memo_html(with_step(programme_review={"checks": (scored,)})))
    assert text in page.between("programme", "economics")


def test_nothing_is_told_of_forecasts_before_one_is_scored(page):
    waiting = Check(name="earlier_forecasts", passed=None, text="No forecast has ripened yet; 4 are waiting.")
    told = Page(memo_html(with_step(programme_review={"checks": (waiting,)})))
    assert "ripened" not in told.between("programme", "economics")
    assert "ranges held" not in page.between("programme", "economics")


def test_page_one_and_the_economics_name_the_same_uplift():
    """With discounting it is 1.54, without 1.52: both are about 1.5."""
    even = samples.break_even()
    needed = samples.estimate(1.52, 1.21, 1.97, "times", "baseline referral", "assumed")
    tables = {**even.tables, "flips": [{"input": "uplift", "value": 1.54, "now": 1.8, "unit": "times"}]}
    report = {"tables": {}}
    found = with_step(
        break_even={"estimates": {**even.estimates, "break_even_uplift": needed}, "tables": tables},
        client_report=report,
    )
    page = Page(memo_html(found))
    assert "at about 1.5 times (now about 1.8 times)" in page.between("decision", "programme")
    assert "must rise to about 1.5 times (1.2 to 2.0) what would come" in page.between("economics", "customers")
