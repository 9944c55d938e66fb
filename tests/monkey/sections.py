"""What must agree between the sections of one report: values, verdicts, lists and the actions that name them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import combinations

from referral_playbook.contract.evidence import Basis, Estimate, Status, StepResult
from referral_playbook.run.report.lists import list_files

LISTED = {"ask_list", "close_the_loop", "give_first", "follow_up", "upsell_list"}
"""Tables whose every row is a customer."""
COUNTED = re.compile(r"the ([\d,]+) customers? on ([a-z-]+\.csv)")
FILE = re.compile(r"\b[a-z-]+\.csv\b")


def disagreements(results: Mapping[str, StepResult]) -> Iterator[str]:
    """Everything in which two sections of a run contradict one another."""
    yield from _values(results)
    yield from _rows_without_a_customer(results)
    yield from _lists_and_actions(results)
    for step, result in results.items():
        yield from (f"{step}: {fault}" for fault in _shares(result))
    yield from _decision(results)


def _values(results: Mapping[str, StepResult]) -> Iterator[str]:
    """One quantity has one value in a run: the same name, unit and denominator give the same range."""
    for (step, one), (other_step, other) in combinations(results.items(), 2):
        for name in one.estimates.keys() & other.estimates.keys():
            a, b = one.estimates[name], other.estimates[name]
            if a.defined and b.defined and (a.unit, a.per) == (b.unit, b.per) and _ends(a) != _ends(b):
                yield f"{name} is {_ends(a)} in {step} and {_ends(b)} in {other_step}"


def _ends(estimate: Estimate) -> tuple[str, ...]:
    return tuple("none" if x is None else f"{x:.6g}" for x in (estimate.low, estimate.value, estimate.high))


def _rows_without_a_customer(results: Mapping[str, StepResult]) -> Iterator[str]:
    for step, result in results.items():
        for table in LISTED & result.tables.keys():
            rows = result.tables[table]
            if any("customer_id" in row and row["customer_id"] is None for row in rows):
                yield f"{step}: a row of {table} names no customer"


def _lists_and_actions(results: Mapping[str, StepResult]) -> Iterator[str]:
    """An action names only files that are written, and as many customers as they hold."""
    files = list_files(results)
    # Step 06 cannot know yet who will be on the lists of step 08; the plan of the report leaves out what is empty.
    for step, result in ((s, r) for s, r in results.items() if s == "client_report"):
        for action in result.actions:
            for name in FILE.findall(action.what):
                if name not in files:
                    yield f"{step}: an action names {name}, which is not written: {action.what}"
            for count, name in COUNTED.findall(action.what):
                rows = files.get(name, b"").decode("utf-8-sig").count("\n") - 1
                if name in files and int(count.replace(",", "")) != rows:
                    yield f"{step}: an action counts {count} customers on {name}, which has {rows}"


def _shares(result: StepResult) -> Iterator[str]:
    for name, estimate in result.estimates.items():
        if estimate.unit == "share" and name not in MAY_EXCEED_ONE:
            for end in (estimate.low, estimate.value, estimate.high):
                if end is not None and not -1e-9 <= end <= 1 + 1e-9:
                    yield f"{name} is a share of {end}"


MAY_EXCEED_ONE = {"nrr", "customer_growth", "gross_margin", "quick_ratio", "incremental_against_control", "upsell_rise"}
"""Shares of what was there before, which may grow, and margins and differences, which may be negative."""


def _decision(results: Mapping[str, StepResult]) -> Iterator[str]:
    """The report goes no further than the break-even gate, and `go` rests on something measured."""
    report, gate = results.get("client_report"), results.get("break_even")
    if not report or not gate:
        return
    if report.verdict.status is Status.GO and gate.verdict.status is not Status.GO:
        yield f"client_report: go, although break_even says {gate.verdict.status}"
    value = gate.estimates.get("value_result")
    if gate.verdict.status is Status.GO and (value is None or not value.defined):
        yield "break_even: go without a value result"
    if gate.verdict.status is Status.GO and value is not None and value.basis is Basis.ASSUMED and value.low is None:
        yield "break_even: go on an assumption without a range"
