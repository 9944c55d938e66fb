"""The plan: at most nine actions of the whole run, none twice, each with a person or a role and a date of its own."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import zip_longest
from typing import Any

from referral_playbook.contract.customer_lists import list_of_each
from referral_playbook.contract.evidence import Action, Status
from referral_playbook.contract.names import Step
from referral_playbook.steps.client_report.results import Results

DUE_DAYS = (14, 21, 30, 40, 50, 60, 75, 90)
"""Earliest due day of the first, second, ... action after the decision's own: nobody does nine things in one month."""
DECISION_DAYS = 14
"""The action that the decision calls for is started within so many days, before all others."""
FIRST_STEPS = (
    Step.BREAK_EVEN,
    Step.ASK_AND_FOLLOW_UP,
    Step.PMF_CHECK,
    Step.VALUE_EXCHANGE,
    Step.PROGRAMME_REVIEW,
    Step.REFERRAL_SOURCES,
    Step.LOYALTY_AND_UPSELL,
    Step.SOCIAL_CURRENCY,
    Step.GOAL_SETTING,
    Step.INTAKE,
)
"""Whose actions come first where there are too many: the decision, then what works this month, then the record."""
ROLES = {
    Step.INTAKE: "data owner",
    Step.PMF_CHECK: "product manager",
    Step.VALUE_EXCHANGE: "programme manager",
    Step.SOCIAL_CURRENCY: "marketing manager",
    Step.GOAL_SETTING: "programme manager",
    Step.BREAK_EVEN: "programme manager",
    Step.ASK_AND_FOLLOW_UP: "account manager",
    Step.REFERRAL_SOURCES: "sales manager",
    Step.LOYALTY_AND_UPSELL: "account manager",
    Step.PROGRAMME_REVIEW: "programme manager",
}
"""Who does it where a step names nobody in particular."""
A_LIST = ".csv"
"""Actions that name a file work on a list of this month, so they keep their dates: the file has the same ones."""
NOBODY = frozenset({"", "client", "consultant", "to be named", "the client", "owner"})
PERIODS = ((30, "first 30 days"), (60, "days 31 to 60"), (90, "days 61 to 90"))
OF_A_PROGRAMME = frozenset({Step.SOCIAL_CURRENCY, Step.GOAL_SETTING})
"""Steps whose actions make sense only where a programme goes on."""
_GOES_ON = re.compile(
    r"Continue the test|Give \S.* to all customers|Ask each of the|Do not ask the customers in the control"
    r"|Write down (?:the terms|one reward)"
)
"""Actions of other steps that would go on with a programme, by how they begin."""
GIVE_FIRST = "give-first.csv"
A_HOLD_OUT, A_CONTROL = "Start the test that decides", "Do not ask the customers in the control group"
A_SECOND_OFFER = "Write down the terms of your offer"
"""How actions begin that make each other needless, or wait for another."""
FIRST_KNOW = "Start it when a survey has shown whom you may ask."
_OTHER_STEP = re.compile(r"\(step \d\d\)")
"""An action that sends the reader to another step of the playbook, which this run has done already."""


@dataclass(frozen=True, kw_only=True)
class Planned:
    """One action of the plan, and the step that asks for it."""

    action: Action
    step: str
    as_of: date

    @property
    def days(self) -> int:
        """Days from the as-of date until it is due; 0 where it has no date."""
        due = self.action.due_on(self.as_of)
        return (due - self.as_of).days if due else 0

    def row(self) -> dict[str, Any]:
        """The row of ``tables.actions``: period, what, why, owner, due, step."""
        period = next((words for last, words in PERIODS if self.days <= last), "later")
        due = (self.as_of + timedelta(days=self.days)).isoformat()
        action = self.action
        return {
            "period": period,
            "what": action.what,
            "why": action.why,
            "owner": action.owner,
            "due": due,
            "step": self.step,
        }


def make_plan(results: Results, status: Status | None = None) -> tuple[Planned, ...]:
    """Choose at most nine actions, name who does them, and spread their due dates over ninety days.

    What the decision calls for comes first: the measurement that decides, or the end of the programme. Then comes what
    settles a doubt that alone holds the decision back, then the unhappy customers, then every step's first action
    before any step's second one. An action keeps its own date where that is later than the day of its place. Where the
    decision is to stop, nothing is planned that would go on with the programme.
    """
    wanted = (item for item in _in_turns(results) if _fits(item, status, results))
    chosen = _without_second_control(list(_distinct(wanted))[: len(DUE_DAYS) + 1])
    own = [item for item in chosen if item.step == Step.BREAK_EVEN][:1]
    first, rest = [_started(item, results) for item in own], [item for item in chosen if item not in own]
    lists = [item for item in rest if A_LIST in item.action.what and item.days]
    doubts = _held_back_by(results, status)
    others = sorted(
        (item for item in rest if item not in lists), key=lambda one: (one.step not in doubts, *_urgency(one))
    )
    dated = [_due(item, earliest) for item, earliest in zip(others, DUE_DAYS, strict=False)]
    return (*first, *sorted([*lists, *dated], key=_urgency))


def _held_back_by(results: Results, status: Status | None) -> tuple[str, ...]:
    """The steps whose doubt makes a test of what the economics alone would let go."""
    even = results.get(Step.BREAK_EVEN)
    if status is not Status.TEST_SMALL or even is None or even.verdict.status is not Status.GO:
        return ()
    gates = (Step.PMF_CHECK, Step.VALUE_EXCHANGE)
    return tuple(step for step in gates if step in results and results[step].verdict.status is not Status.GO)


def _fits(item: Planned, status: Status | None, results: Results) -> bool:
    """Whether an action is for this run: its list is not empty, and it does not go on with a programme that ends."""
    if GIVE_FIRST in item.action.what and "give-first" not in list_of_each(results).values():
        return False
    if status is Status.NOT_ENOUGH_DATA and item.step == Step.SOCIAL_CURRENCY:
        return False  # how easy sharing is matters once there is a decision
    if _done_already(item.action.what, results):
        return False
    return status is not Status.STOP or not (item.step in OF_A_PROGRAMME or _GOES_ON.match(item.action.what))


def _without_second_control(chosen: list[Planned]) -> list[Planned]:
    """The actions, without a control group of its own where a test that holds customers out is among them."""
    tests = any(item.action.what.startswith(A_HOLD_OUT) for item in chosen)
    return [item for item in chosen if not (tests and item.action.what.startswith(A_CONTROL))]


def _done_already(what: str, results: Results) -> bool:
    """Whether an action was done before: offers that are tested already need no second one."""
    review = results.get(Step.PROGRAMME_REVIEW)
    tested = review is not None and len(review.tables.get("arms") or ()) > 1
    return tested and what.startswith(A_SECOND_OFFER)


def _started(item: Planned, results: Results) -> Planned:
    """The decision's own action, at once; a test whose customers nobody may ask yet is prepared first."""
    what, ask = item.action.what, results.get(Step.ASK_AND_FOLLOW_UP)
    size = None if ask is None else ask.estimates.get("ask_list_size")
    if what.startswith(A_HOLD_OUT) and size is not None and not size.value:
        what = what.replace(A_HOLD_OUT, "Prepare the test that decides").replace(
            ". This takes", f". {FIRST_KNOW} It takes"
        )
    due = min(item.days or DECISION_DAYS, DECISION_DAYS)
    return replace(item, action=replace(item.action, what=what, due=due))


def _urgency(item: Planned) -> tuple[int, int]:
    return item.days, FIRST_STEPS.index(Step(item.step))


def _in_turns(results: Results) -> Iterator[Planned]:
    """First actions of all steps in order of their weight, then the second ones, and so on."""
    named = [results[step] for step in FIRST_STEPS if step in results]
    turns = zip_longest(*([(result, action) for action in result.actions] for result in named))
    for turn in turns:
        for result, action in filter(None, turn):
            if not _OTHER_STEP.search(action.what):
                yield Planned(action=_owned(action, result.step), step=result.step, as_of=result.as_of)


def _owned(action: Action, step: str) -> Action:
    named = action.owner.strip()
    owner = ROLES[Step(step)] if named.casefold() in NOBODY else named
    return replace(action, owner=owner, why=_as_sentence(first_sentence(action.why)))


def _as_sentence(text: str) -> str:
    return text if not text else text[0].upper() + text[1:] + ("" if text[-1] in ".!?" else ".")


def _distinct(planned: Iterator[Planned]) -> Iterator[Planned]:
    """Leave out what was asked for already, in the same words but for figures, case and marks."""
    seen: set[str] = set()
    for item in planned:
        words = re.sub(r"[^a-z ]+", "", _asked_for(item.action.what).casefold()).strip()
        if words not in seen:
            seen.add(words)
            yield item


def _asked_for(what: str) -> str:
    """What an action asks for: of data to bring only the table, and a survey question by its name."""
    if re.search(r"Bring answers .* recommend you|^Ask the NPS question", what):
        return "NPS question"
    return re.split(r"[,:]", what)[0] if what.startswith("Bring the list of") else what


def _due(item: Planned, earliest: int) -> Planned:
    return replace(item, action=replace(item.action, due=max(item.days, earliest)))


def first_sentence(text: str) -> str:
    """The first sentence of a text.

    Examples
    --------
    >>> first_sentence("Sharing takes 1.5 minutes. Cut it."), first_sentence("no stop")
    ('Sharing takes 1.5 minutes.', 'no stop')
    """
    return re.split(r"(?<=[.!?])\s+(?=[A-Z0-9£€$])", text.strip(), maxsplit=1)[0]
