"""portfolio.html: every client once, a verdict as a letter and as words, and names that cannot break the page."""

from __future__ import annotations

import re

import pytest

from referral_playbook.contract.evidence import Status
from referral_playbook.run.portfolio.findings import Findings
from referral_playbook.run.portfolio.one_client import Blame, Outcome
from referral_playbook.run.portfolio.shards import Shard
from referral_playbook.run.portfolio.summary import SHOWN
from referral_playbook.run.portfolio.summary_page import MARKS, _counts, _verdict, portfolio_page


def done(client, decision="go", **more):
    usual = {"name": "Acme", "as_of": "2026-09-30", "decision": decision, "headline": "Start.", "verdicts": {}}
    lists = dict.fromkeys(("tables_missing", "not_known", "not_measured"), ())
    return Outcome(client=client, findings=Findings(**usual | lists | more))


def failed(client, why="client.toml:\nno name"):
    return Outcome(client=client, blame=Blame.CLIENT, why=why)


def test_decisions_and_failures_are_counted():
    outcomes = [done("a"), done("b"), done("c", "stop"), done("d", ""), failed("e")]
    counts = _counts(outcomes)
    assert [int(text.split()[0]) for text in counts] == [2, 1, 1, 1]
    assert counts[-2:] == ["1 without a decision", "1 failed"]
    assert _counts([failed("a")]) == ["1 failed"]


@pytest.mark.parametrize("status", Status)
def test_a_verdict_is_a_letter_and_words(status):
    cell = _verdict(SHOWN[0], status.value)
    assert cell["mark"] == MARKS[status]
    assert len({*MARKS.values()}) == len(Status), "no two verdicts share a letter"
    assert _verdict(SHOWN[0], "")["said"].endswith(": not run")


def test_every_client_stands_on_the_page_and_links_to_its_report():
    page = portfolio_page([done("acme", verdicts={SHOWN[0]: "go"}), failed("bolt")], Shard(1, 4))
    assert 'href="./acme/report.html"' in page
    assert "./bolt/report.html" not in page
    assert "bolt" in page
    assert "no name" in page


def test_names_cannot_break_the_page_and_nothing_is_loaded_from_elsewhere():
    page = portfolio_page([done("<script>x</script>", headline='"><img src=x>', name="<b>")])
    assert "<script>x" not in page
    assert "<img" not in page
    assert not re.search(r'(src|href)="(https?:)?//', page)


def test_the_same_outcomes_give_the_same_bytes():
    outcomes = [done("acme"), failed("bolt")]
    assert portfolio_page(outcomes) == portfolio_page(outcomes)
