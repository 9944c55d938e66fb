"""This month: how many customers stand on which list, and the rest of the 90-day plan."""

from __future__ import annotations

from collections import Counter

from referral_playbook.contract.customer_lists import list_of_each
from referral_playbook.contract.evidence import Status
from referral_playbook.contract.names import Step
from referral_playbook.contract.writing.formatting import number
from referral_playbook.run.report.lists import LISTS
from referral_playbook.run.report.memo.blocks import Grid, Section, section
from referral_playbook.run.report.memo.findings import Findings
from referral_playbook.run.report.memo.front_page import ON_PAGE_ONE, action_row, actions

PERIODS = ((30, "First 30 days"), (60, "Days 31 to 60"), (90, "Days 61 to 90"))


def month(findings: Findings) -> Section | None:
    """The section on this month; None where there is neither a list nor a further action."""
    blocks = (lists(findings), plan(findings))
    return section("month", "This month, and the next 90 days", blocks, Step.ASK_AND_FOLLOW_UP, Step.LOYALTY_AND_UPSELL)


def lists(findings: Findings) -> Grid | None:
    """The lists with their counts; each customer stands on one of them."""
    found = Counter(list_of_each(findings.results).values())
    lines = tuple((one.title, number(found[key]), _purpose(key, findings)) for key, one in LISTS.items() if found[key])
    if not lines:
        return None
    caption = "Lists for this month (this-month.csv). Each customer stands on one list only"
    return Grid(caption, ("List", "Customers", "What to do"), lines, (1,))


def _purpose(key: str, findings: Findings) -> str:
    """What to do with a list; where the programme stops, nothing is promised for a referral."""
    if key == "ask" and findings.status is Status.STOP:
        return "Ask each for one introduction, and promise no reward."
    return LISTS[key].purpose


def plan(findings: Findings) -> Grid | None:
    """The actions that do not stand on page 1, by when they are due."""
    rest = actions(findings)[ON_PAGE_ONE:]
    if not rest:
        return None
    lines = []
    for action in rest:
        due = action.due_on(findings.as_of)
        days = None if due is None else (due - findings.as_of).days
        lines.append((_period(days), *action_row(action, findings.as_of)))
    headings = ("When", "Action", "Owner", "By")
    return Grid("After the actions on page 1", headings, tuple(lines))


def _period(days: int | None) -> str:
    if days is None:
        return "No date"
    return next((words for last, words in PERIODS if days <= last), "Later")
