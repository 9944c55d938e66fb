"""Lists that a team works from: one row per customer and month over all lists, and a file for each list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from referral_playbook.contract.customer_lists import LIST_TABLES, candidates
from referral_playbook.contract.evidence import Action, StepResult
from referral_playbook.contract.writing.agreement import agreed
from referral_playbook.contract.writing.dates import day
from referral_playbook.contract.writing.formatting import money
from referral_playbook.run.report.csv_text import csv_text
from referral_playbook.show.words import clean

EVERYONE = "this-month.csv"
NOBODY_NAMED = "to be named"


@dataclass(frozen=True, kw_only=True)
class List:
    """One list: what it is called, its file, and what to do with it."""

    title: str
    file: str | None
    purpose: str
    days: int = 30
    script: str


LISTS = {
    "complaint": List(
        title="Complaints and unhappy customers",
        file="close-the-loop.csv",
        purpose="Call, listen and put it right. Ask for nothing.",
        days=14,
        script="Thank you for telling us. What happened, and what would put it right for you? I will come back to you "
        "by {due} with what we have done.",
    ),
    "ask": List(
        title="Ask for a referral",
        file="ask-list.csv",
        purpose="Ask each for one introduction.",
        script="You told us that {client} helps you. Who do you know with the same problem, just one? If you like, I "
        "send you three lines that you can forward. If nobody comes to mind, that is fine.",
    ),
    "control": List(
        title="Control group",
        file=None,
        purpose="Do not ask this month: they show what asking adds.",
        script="",
    ),
    "follow-up": List(
        title="Quiet customers",
        file="follow-up.csv",
        purpose="Ask how things are going. Sell nothing.",
        script="We have not spoken for a while. How is {client} working for you, and what should we do better?",
    ),
    "upsell": List(
        title="Offer more",
        file="upsell.csv",
        purpose="Offer the next step. Do not ask for a referral.",
        script="You use {client} for more than you did a year ago. May I show you what others in your position added "
        "next, and what it would cost?",
    ),
    "give-first": List(
        title="Give first",
        file="give-first.csv",
        purpose="Give something useful this month; ask later.",
        script="We noticed something that may help you, and there is nothing to do in return: [what you give].",
    ),
}
"""The lists by the word in the column `list`, in the order of `contract.customer_lists`."""


def this_month(results: Mapping[str, StepResult]) -> list[dict[str, Any]]:
    """One row per customer over all lists, in the order of the lists.

    The results of `ask_and_follow_up` and `loyalty_and_upsell` carry the lists.
    """
    rows: dict[str, dict[str, Any]] = {}
    task, amount = cache(lambda key, step: _task(key, results[step])), cache(money)
    for key, row, result in candidates(results):
        if (customer := str(row["customer_id"])) not in rows:
            rows[customer] = _row(key, row, task(key, result.step), amount)
    order = list(LISTS)
    return sorted(rows.values(), key=lambda row: order.index(row["list"]))


def list_files(results: Mapping[str, StepResult]) -> dict[str, bytes]:
    """The files by name: all rows in one, and one for each list that is worked from."""
    rows = this_month(results)
    if not rows:
        return {}
    files = {EVERYONE: rows}
    for key, one in LISTS.items():
        if one.file and (own := [row for row in rows if row["list"] == key]):
            files[one.file] = own
    # Excel takes a CSV for UTF-8 only when it begins with the mark.
    return {name: csv_text(part).encode("utf-8-sig") for name, part in files.items()}


def _row(key: str, row: Mapping[str, Any], task: _Task, amount: Callable[[float, str], str]) -> dict[str, Any]:
    stake = _stake(row) if task.currency else None
    return {
        "id": row["customer_id"],
        "name": _text(row, "name"),
        "email": _text(row, "email"),
        "list": key,
        "owner": _text(row, "owner") or task.owner,
        "due": _text(row, "due") or task.due,
        "reason": agreed(_text(row, "reason", "why_now", "why", "to_do")),
        "script": _text(row, "script_text") or task.script,
        "value_at_stake": "" if stake is None else amount(stake, task.currency),
        "status": "",
        "done_on": "",
        "outcome": "",
    }


@dataclass(frozen=True)
class _Task:
    """What holds for every row of a list that says nothing else: who does it by when, and the words to say."""

    owner: str
    due: str
    script: str
    currency: str


def _task(key: str, result: StepResult) -> _Task:
    action = _action(key, result)
    due = (action and action.due_on(result.as_of)) or result.as_of + timedelta(days=LISTS[key].days)
    script = LISTS[key].script.replace("{client}", clean(result.client)).replace("{due}", day(due))
    owner = clean(action.owner) if action else NOBODY_NAMED
    return _Task(owner, due.isoformat(), script, result.currency)


def _action(key: str, result: StepResult) -> Action | None:
    """The action of the step that names the list, which says who does it and when."""
    one = LISTS[key]
    names = [one.file or one.title, one.title.lower(), *(table.replace("_", "-") for _, table in LIST_TABLES[key])]
    return next((a for a in result.actions if any(w in a.what.lower() for w in names)), None)


def _stake(row: Mapping[str, Any]) -> float | None:
    """A year of what the customer brings, or what the offer is expected to bring."""
    monthly = row.get("monthly_amount")
    values = [row.get(k) for k in ("value_at_stake", "expected_margin", "yearly_margin", "yearly_amount")]
    values.append(None if monthly is None else 12 * monthly)
    return next((x for x in values if isinstance(x, (int, float))), None)


def _text(row: Mapping[str, Any], *keys: str) -> str:
    return next((clean(str(row[key])) for key in keys if row.get(key)), "")
