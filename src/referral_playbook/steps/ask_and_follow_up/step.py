"""Step 06: whom do we ask, when, and how often: a system, not one question after the sale.

`first_referrals` and `ask_months` say when, `ask_lists` whom (and whom not), `follow_ups` how often,
`survey_incentives` what answers cost, `touchpoint_map` where something is given and where nothing happens.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from referral_playbook.contract.evidence import Action, Check, Estimate, Status, StepResult, Verdict
from referral_playbook.domain import ask_lists
from referral_playbook.domain.ask_lists import AskRules, Lists
from referral_playbook.domain.upstream import told
from referral_playbook.facts.engagement import Engagement
from referral_playbook.steps.ask_and_follow_up import first_referrals, months, surveys, touchpoints
from referral_playbook.steps.ask_and_follow_up.first_referrals import Waits
from referral_playbook.steps.ask_and_follow_up.follow_ups import Sequence
from referral_playbook.steps.ask_and_follow_up.months import AskWindow

STEP = "ask_and_follow_up"


def verdict(lists: Lists, *, least_asks: int) -> Verdict:
    """Go when enough customers may be asked this month, test small below that, stop where nobody may be."""
    size, close = lists.size(), lists.to_close()
    if not size.defined:
        return Verdict(status=Status.NOT_ENOUGH_DATA, reason=f"Whom to ask is not known: {size.reason}.")
    n = int(size.value)  # type: ignore[arg-type]
    if n == 0:
        first = (
            f"{len(lists.give_first):,} could be asked once something was given"
            if len(lists.give_first)
            else "and nobody is near it"
        )
        return Verdict(
            status=Status.STOP, reason=f"Of {len(lists.people):,} customers nobody may be asked this month; {first}."
        )
    rest = f", and {close.value:,.0f} are to be listened to first" if close.defined else ""
    said = f"{n:,} of {len(lists.people):,} customers may be asked this month{rest} (go from {least_asks:,})."
    return Verdict(status=Status.GO if n >= least_asks else Status.TEST_SMALL, reason=said)


HEADLINES = {
    Status.GO: "There is a list to ask from this month, and a list to listen to first.",
    Status.TEST_SMALL: "A few may be asked this month: ask them by hand, and give to the next ones.",
    Status.STOP: "Nobody may be asked this month: give first.",
    Status.NOT_ENOUGH_DATA: "Whom to ask is not known yet: find out how customers feel and what they were given.",
}


def sensitivity(
    engagement: Engagement, rules: AskRules, *, days: tuple[int, ...] = (30, 60, 90, 120, 180)
) -> list[dict[str, Any]]:
    """Size of the ask list at other limits of days: days, if given within, if not asked for, both."""
    base = vars(rules)
    return [
        {
            "days": d,
            "given_within": len(ask_lists.lists(engagement, rules=AskRules(**base | {"given_within": d})).ask),
            "not_asked_for": len(ask_lists.lists(engagement, rules=AskRules(**base | {"not_asked_within": d})).ask),
        }
        for d in days
    ]  # fmt: skip


def conclude(
    engagement: Engagement,
    *,
    lists: Lists,
    waits: Waits,
    window: AskWindow | None,
    sequence: Sequence,
    least_asks: int = 20,
    early_share: float = 0.10,
    incentive_cost: float = 10.0,
    invited_with: int | None = None,
    invited_without: int | None = None,
    silent_days: int = 90,
    confidence: float = 0.95,
) -> StepResult:
    """Everything step 06 hands over; the lists become the files that the client works from."""
    found = verdict(lists, least_asks=least_asks)
    delighted = first_referrals.since_delight(engagement)
    incentives = surveys.incentive_rows(
        engagement,
        incentive_cost=incentive_cost,
        invited_with=invited_with,
        invited_without=invited_without,
        confidence=confidence,
    )
    return StepResult(
        step=STEP,
        client=engagement.client,
        as_of=engagement.as_of,
        verdict=found,
        headline=HEADLINES[found.status],
        estimates={
            **_waiting(waits, delighted, early_share, confidence),
            "ask_list_size": lists.size(),
            "close_the_loop_size": lists.to_close(),
            "silent_share": touchpoints.silent_share(engagement, days=silent_days, confidence=confidence),
            "follow_up_contacts": sequence.contacts(),
            "value_of_referral": sequence.value,
            "cost_per_extra_answer": incentives[0]["cost_per_extra_answer"],
        },
        checks=_checks(engagement, lists, waits, window),
        actions=_actions(lists, found),
        tables=_tables(engagement, lists, waits, window, sequence, incentives, confidence),
    )


def _waiting(waits: Waits, delighted: Waits, early: float, confidence: float) -> dict[str, Estimate]:
    return {
        "median_time_to_first_referral": waits.time_by(0.5, confidence=confidence),
        "time_to_early_referrals": _early(waits, early, confidence),
        "referred_within_12_months": waits.share_by(12, confidence=confidence),
        "median_time_after_delight": delighted.time_by(0.5, confidence=confidence),
        "time_to_early_referrals_after_delight": _early(delighted, early, confidence),
    }


def _early(waits: Waits, share: float, confidence: float) -> Estimate:
    found = waits.time_by(share, confidence=confidence)
    return found.as_(per=f"customer, until {share:.0%} have referred, since {waits.since}")


def _tables(
    engagement: Engagement,
    lists: Lists,
    waits: Waits,
    window: AskWindow | None,
    sequence: Sequence,
    incentives: Any,
    confidence: float,
) -> Mapping[str, Any]:
    return {
        "ask_list": lists.ask,
        "close_the_loop": lists.close_the_loop,
        "give_first": lists.give_first,
        "ask_rules": lists.narrowing(),
        "ask_window": months.window_rows(waits, window, confidence=confidence),
        "follow_up": sequence.rows(),
        "worth_by_recency": sequence.recency_rows(days_between_asks=lists.rules.not_asked_within),
        "survey_incentives": incentives,
        "touchpoints": touchpoints.touchpoint_map(engagement),
        "silence": [
            {"since_joining": k, "share_without_contact": e}
            for k, e in touchpoints.silence(engagement, confidence=confidence).items()
        ],
        "may_follow": touchpoints.may_follow(engagement, confidence=confidence),
    }


def _checks(engagement: Engagement, lists: Lists, waits: Waits, window: AskWindow | None) -> tuple[Check, ...]:
    overlap = set(lists.ask["customer_id"]) & set(lists.close_the_loop["customer_id"])
    late = f"{waits.left_out:,} customers joined before referrals were written down and are left out of the waits"
    stands_out = None if window is None else window.stands_out
    text = "".join(
        x if isinstance(x, str) else f"{x.value:,.3g} ({x.low:,.3g} to {x.high:,.3g})"
        for x in months.window_words(window)
    )
    return (
        told(engagement, "pmf_check", "value_exchange", "goal_setting"),
        Check(
            name="nobody_on_both_lists",
            passed=not overlap,
            text=f"{len(overlap)} customers are on the ask list and on the close-the-loop list",
        ),
        Check(
            name="referrals_recorded_from_the_start",
            passed=None if waits.reason else waits.left_out == 0,
            text=waits.reason or late,
        ),
        Check(name="ask_window_stands_out", passed=stands_out, text=text),
    )


def _actions(lists: Lists, found: Verdict) -> tuple[Action, ...]:
    if found.status is Status.NOT_ENOUGH_DATA:
        what = "Ask the NPS question, and write down what is given, asked and complained of"
        return (*_close(lists), Action(what=what, why=found.reason, owner="client", due=30))
    asks = Action(
        what=f"Ask the {len(lists.ask):,} on ask-list.csv, each by the script named",
        why="they are promoters who were given something lately",
        due=30,
    )
    gifts = Action(
        what=f"Give something to the {len(lists.give_first):,} on the give-first list",
        why="next month's ask list is made this month",
        due=30,
    )
    return (*_close(lists), *((asks,) if len(lists.ask) else ()), *((gifts,) if len(lists.give_first) else ()))


def _close(lists: Lists) -> tuple[Action, ...]:
    if not len(lists.close_the_loop):
        return ()
    what = f"Ring the {len(lists.close_the_loop):,} on close-the-loop.csv, complaints first"
    return (Action(what=what, why="who is unhappy is listened to, not asked", owner="client", due=14),)


def list_words(lists: Lists) -> str:
    """The three lists in words."""
    give, close = len(lists.give_first), len(lists.close_the_loop)
    if lists.reason:
        why = f"There is no ask list: {lists.reason}."
        return f"{why} To check, or to give something first: {give:,}. To listen to: {close:,}."
    return (
        f"{len(lists.ask):,} of {len(lists.people):,} customers may be asked this month; {close:,} are to be listened "
        f"to first; {give:,} more could be asked next month if something is given now."
    )
