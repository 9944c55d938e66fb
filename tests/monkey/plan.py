"""What must be true of the actions of a report: few, none twice, each with a person and a date, and one direction."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from referral_playbook.contract.evidence import Action, Status, StepResult
from referral_playbook.contract.names import Step

MOST = 9
ON_ONE_DAY = 4
"""More actions than this on one day are not spread."""
NOBODY = re.compile(r"^\s*(?:|client|the client|consultant|owner|to be named|nobody|n/?a)\s*$", re.I)
GOES_ON = re.compile(r"^(?:Start|Launch|Continue) the programme\b|\bLaunch the programme|Tell advocates the goal", re.I)
ENDS = re.compile(r"^(?:Stop the programme|Do not start|Tell the team that no programme starts)", re.I)


def plan_faults(results: Mapping[str, StepResult]) -> list[str]:
    """What is wrong with the actions of the client report; nothing where there is no report."""
    report = results.get(Step.CLIENT_REPORT)
    return [] if report is None else [f"plan: {fault}" for fault in _of_plan(report)]


def _of_plan(report: StepResult) -> Iterator[str]:
    actions = report.actions
    if len(actions) > MOST:
        yield f"{len(actions)} actions, more than {MOST}"
    yield from _twice(actions)
    for action in actions:
        if NOBODY.match(action.owner):
            yield f"nobody does it: {action.what}"
        if action.due is None:
            yield f"no date: {action.what}"
    yield from _dates(actions)
    yield from _directions(report)


def _twice(actions: tuple[Action, ...]) -> Iterator[str]:
    counts = Counter(re.sub(r"[^a-z ]+", "", action.what.casefold()).strip() for action in actions)
    yield from (f"twice: {what}" for what, n in counts.items() if n > 1)


def _dates(actions: tuple[Action, ...]) -> Iterator[str]:
    """Actions on a list of this month share its date; the others are spread."""
    days = Counter(action.due for action in actions if ".csv" not in action.what)
    yield from (f"{n} actions on one day, {day}" for day, n in days.items() if n > ON_ONE_DAY)


def _directions(report: StepResult) -> Iterator[str]:
    go_on = [a.what for a in report.actions if GOES_ON.search(a.what)]
    end = [a.what for a in report.actions if ENDS.search(a.what)]
    if go_on and end:
        yield f"one action goes on and another ends it: {go_on[0]} / {end[0]}"
    if go_on and report.verdict.status is Status.STOP:
        yield f"the decision is to stop, and an action goes on: {go_on[0]}"
    if end and report.verdict.status in (Status.GO, Status.TEST_SMALL):
        yield f"the decision is {report.verdict.status}, and an action ends it: {end[0]}"
