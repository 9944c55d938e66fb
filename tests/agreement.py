"""Where papers of one run contradict each other: a quantity with two numbers, two verdicts, a customer on two lists."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import combinations

from referral_playbook.contract.customer_lists import LIST_TABLES, list_of_each
from referral_playbook.contract.evidence import Status, StepResult
from referral_playbook.contract.names import Step
from referral_playbook.run.report.lists import EVERYONE, LISTS, list_files
from referral_playbook.run.report.memo.findings import Findings
from referral_playbook.run.report.memo.front_page import IN_ALL, actions, decision, four_numbers
from referral_playbook.run.report.memo.month import lists

_ON_A_LIST = re.compile(r"(\d[\d,]*) [a-z ]*customers? on (\S+\.csv)")


def contradictions(results: Mapping[str, StepResult]) -> list[str]:
    """Everything that two parts of a run say differently; nothing where they agree."""
    if not results:
        return []
    findings = Findings(results)
    return [*_quantities(findings), *_lists(findings), *_actions(findings), *_verdicts(findings)]


def _quantities(findings: Findings) -> Iterator[str]:
    """The same name, unit and denominator is the same number in every step, and in the report's own table."""
    report = findings.result(Step.CLIENT_REPORT)
    for row in report.tables["contradictions"] if report else ():
        yield f"{row['what']}: {row['value']} in {row['step']}, {row['other_value']} in {row['other_step']}"
    for name, estimate in report.estimates.items() if report else ():
        there = findings.estimate(Step.BREAK_EVEN, name)
        if there and there.value != estimate.value:
            yield f"{name}: {there.value} in break_even, {estimate.value} in client_report"
    cards = four_numbers(findings)
    if cards and findings.status is Status.GO and cards.cards[1].value.startswith("-"):
        yield f"the verdict is go and the value result is {cards.cards[1].value}"


def _lists(findings: Findings) -> Iterator[str]:
    """Each customer is on one list, and every count of a list is the number of its rows."""
    placed = Counter(list_of_each(findings.results).values())
    files = {name: _rows(content) for name, content in list_files(findings.results).items()}
    ids = [row["id"] for row in files.get(EVERYONE, [])]
    yield from (f"customer {i} stands on {n} lists" for i, n in Counter(ids).items() if n > 1)
    for (one, own), (other, others) in combinations([f for f in files.items() if f[0] != EVERYONE], 2):
        if {row["id"] for row in own} & {row["id"] for row in others}:
            yield f"{one} and {other} have a customer in common"
    for key, tables in LIST_TABLES.items():
        for step, table in tables if key not in ("give-first",) else ():
            handed_over = sum(not row.get("control") for row in findings.rows(step, table))
            if handed_over != placed[key]:
                yield f"{table} has {handed_over} customers, and the list {key} has {placed[key]}"
    grid = lists(findings)
    for title, count, _ in grid.rows if grid else ():
        key = next(key for key, one in LISTS.items() if one.title == title)
        if count != f"{placed[key]:,}":
            yield f"the memo counts {count} on {key}, the file has {placed[key]}"
    for step, result in findings.results.items():
        for text in (text for action in result.actions for text in (action.what, action.why)):
            for count, file in _ON_A_LIST.findall(text):
                if int(count.replace(",", "")) != len(files.get(file, [])):
                    yield f"{step} says {text!r}, and {file} has {len(files.get(file, []))} rows"


def _rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def _actions(findings: Findings) -> Iterator[str]:
    """At most nine actions, each once, and none that goes on with a programme that is stopped."""
    planned = actions(findings)
    if len(planned) > IN_ALL:
        yield f"{len(planned)} actions"
    said = Counter(re.sub(r"[^a-z ]", "", action.what.lower()) for action in planned)
    yield from (f"the action {what!r} stands there {n} times" for what, n in said.items() if n > 1)
    if findings.status is Status.STOP:
        goes_on = re.compile(r"Continue the test|Give \S+ to all|Tell advocates|Give advocates a goal")
        yield from (f"stop, and yet: {a.what}" for a in planned if goes_on.match(a.what))


def _verdicts(findings: Findings) -> Iterator[str]:
    """The memo has one verdict: that of the report, which no gate contradicts."""
    shown, even = decision(findings), findings.result(Step.BREAK_EVEN)
    report = findings.result(Step.CLIENT_REPORT)
    if report and shown.status != report.verdict.status:
        yield f"the memo says {shown.status}, the report {report.verdict.status}"
    if even and report and report.verdict.status is Status.GO and even.verdict.status is not Status.GO:
        yield f"the report says go, break-even {even.verdict.status}"
