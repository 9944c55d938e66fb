"""Step 04: a goal that is near, and progress that is seen.

`referral_baseline` says how many referrals are made today, `advocate_goals` what one advocate can be asked for,
`tier_ladder` what there is to climb, `goal_band` what a month brings by chance, `goal_progress` who is behind.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from referral_playbook.contract.evidence import Action, Check, Estimate, Status, StepResult, Verdict
from referral_playbook.contract.names import Step
from referral_playbook.domain import progress as goal_progress
from referral_playbook.domain.baseline import baseline, by_source, qualified_share, record, unknown_share
from referral_playbook.domain.goal_band import uplift
from referral_playbook.domain.progress import NAMED, WHY_NOT_K, goals, leading, progress, refuse_k
from referral_playbook.domain.upstream import told
from referral_playbook.facts.engagement import Engagement
from referral_playbook.steps.goal_setting import tiers
from referral_playbook.steps.goal_setting.advocate_goals import AdvocateGoal, Engaged, advocate_goal, engaged, goal_rows
from referral_playbook.steps.goal_setting.messages import next_messages
from referral_playbook.steps.goal_setting.plan import Plan, outlook, plan, programme_goal, programme_rate
from referral_playbook.steps.goal_setting.tiers import Rung, ladder

__all__ = [
    "advocate_goal", "alert_words", "band_columns", "baseline", "broken", "by_source", "conclude", "engaged",
    "goal_rows", "goals", "ladder", "ladder_rows", "leading", "messages", "naive", "outlook", "plan", "programme_goal",
    "programme_rate", "progress", "qualified_share", "refuse_k", "sources_words", "unknown_share", "uplift",
]  # fmt: skip
STEP = "goal_setting"
ALERT_DAYS = 14


def naive(engagement: Engagement) -> str:
    """The goal that a team sets itself: its best month; shown in order to be broken."""
    found = record(engagement)
    if found is None or not found.months:
        return "none, for referrals are not dated."
    best = int(found.counts.argmax())
    return f"the best month so far, {found.months[best]}, brought {found.counts[best]:,}: let every month do that."


def broken(engagement: Engagement, rate: Estimate) -> str:
    """How seldom a month reaches the best one at today's rate, in words."""
    found = record(engagement)
    if found is None or not found.months or not rate.defined:
        return "There is nothing to hold it against."
    best, today = int(found.counts.max()), outlook(engagement, rate, uplift(1.0).as_(low=1.0, high=1.0))
    chance = 1 - today.below(best - 1)
    said = f"At today's rate a month brings {best:,} or more with a chance of {chance:.0%}."
    return f"{said} The best of many months is mostly luck."


def ladder_rows(engagement: Engagement, rungs: Sequence[Rung], *, confidence: float = 0.95) -> list[dict[str, object]]:
    """The tiers with the share who get there in a year (the last two are counted) and what all of them cost."""
    a_year = engaged(engagement, months=tiers.YEAR, periods=2, confidence=confidence)
    advocates = tiers.engaged_now(engagement)
    return tiers.rows(a_year, rungs, currency=engagement.currency, advocates=advocates)


def messages(engagement: Engagement, rungs: Sequence[Rung]) -> pd.DataFrame:
    """What to tell each advocate next, in the names of the tiers."""
    return next_messages(engagement, steps=[r.referrals for r in rungs], names=[r.name for r in rungs])


def band_columns(rows: pd.DataFrame, metric: str = "referrals") -> dict[str, list[object]]:
    """Progress of one metric ready to draw: months, actual, low, mid, high; empty where no goal was set on it."""
    part = rows[rows["metric"] == metric]
    drawn = {"months": "month", "actual": "actual", "low": "low", "mid": "target", "high": "high"}
    return {name: part[column].tolist() for name, column in drawn.items()}


def sources_words(unknown: Estimate) -> str:
    """What the unknown sources mean for the baseline, in words."""
    if not unknown.defined:
        return f" That share is not known: {unknown.reason}."
    if unknown.value == 0:
        return " Every new customer has a source."
    return " Some of these may have come by referral: the baseline is a floor until the field is filled in."


def alert_words(rows: pd.DataFrame) -> str:
    """Which goals are behind, a sentence a metric."""
    said = [f"{c.text[0].upper()}{c.text[1:]}." for c in goal_progress.alerts(rows)]
    chance = "" if rows.empty else "\n\nOne month in ten falls below its band with nothing wrong."
    return " ".join(said) + chance


def verdict(rate: Estimate, goal: AdvocateGoal) -> Verdict:
    """Go when today's rate is measured and a goal for an advocate is near; stop where the wanted goal is refused."""
    if not rate.defined:
        return Verdict(status=Status.NOT_ENOUGH_DATA, reason=f"Today's referrals are not known: {rate.reason}.")
    said = f"Today {rate.value:,.1f} referrals are made a month ({rate.low:,.1f} to {rate.high:,.1f}). {goal.words}"
    if goal.accepted is False:
        return Verdict(status=Status.STOP, reason=said)
    status = Status.GO if goal.accepted else Status.TEST_SMALL
    return Verdict(status=status, reason=said).capped(rate)


def conclude(
    engagement: Engagement,
    *,
    rate: Estimate,
    planned: Plan,
    found: Engaged,
    goal: AdvocateGoal,
    rungs: Sequence[Rung],
    owner: str = "",
) -> StepResult:
    """Everything step 04 hands over.

    Parameters
    ----------
    rate : Estimate
        Referrals a month today, from `baseline`.
    planned : Plan
        Uplift, and what a referral becomes.
    found, goal : Engaged, AdvocateGoal
        What advocates make, and what is asked of them.
    rungs : sequence of Rung
    owner : str
        Who answers for the programme's goal.
    """
    status, seen = verdict(rate, goal), progress(engagement)
    return StepResult(
        step=STEP, client=engagement.client, as_of=engagement.as_of, verdict=status,
        headline=_headline(rate, planned.outlook.band()), estimates=_estimates(engagement, rate, planned, goal),
        checks=_checks(engagement, goal, seen, owner), actions=_actions(status, goal, seen, owner),
        tables={
            "baseline_by_source": by_source(engagement),
            "advocate_goals": goal_rows(found),
            "tiers": ladder_rows(engagement, rungs),
            "goals": goal_progress.ahead(engagement, planned.outlook, owner=owner),
            "progress": seen,
            "leading_indicators": leading(engagement),
            "next_messages": messages(engagement, rungs),
        },
    )  # fmt: skip


def _estimates(engagement: Engagement, rate: Estimate, planned: Plan, goal: AdvocateGoal) -> dict[str, Estimate]:
    ahead = planned.outlook
    return {
        "referrals_per_month": rate,
        "qualified_share": planned.qualified,
        "advocate_goal": goal.referrals,
        "advocate_goal_probability": goal.probability,
        "uplift": ahead.factor,
        "programme_goal": ahead.band(),
        "programme_rate": programme_rate(rate, ahead.factor),
        "new_customers_by_referral": planned.customers,
        "margin_by_referral": planned.margin,
        "unknown_source_share": unknown_share(engagement),
    }


def _headline(rate: Estimate, planned: Estimate) -> str:
    if not rate.defined or not planned.defined:
        return "How many referrals are made today is not known yet."
    return (
        f"From {rate.value:,.1f} referrals a month today to {planned.value:,.1f}; "
        f"four months in five should bring {planned.low:,.0f} to {planned.high:,.0f}."
    )


def _checks(engagement: Engagement, goal: AdvocateGoal, seen: pd.DataFrame, owner: str) -> tuple[Check, ...]:
    return (
        Check(name="advocate_goal_is_near", passed=goal.accepted, text=goal.words),
        *goal_progress.alerts(seen),
        _owned(goals(engagement), owner),
        _not_viral(goals(engagement)),
        _counted(goals(engagement)),
        told(engagement, Step.VALUE_EXCHANGE),
    )


def _owned(set_: pd.DataFrame, owner: str) -> Check:
    nobody = sorted(set(set_.loc[set_["owner"].fillna("").str.strip() == "", "metric"]))
    if not owner.strip():
        nobody.append("the programme's goal")
    text = f"nobody answers for {', '.join(nobody)}" if nobody else "every goal has an owner and a date"
    return Check(name="goals_have_owners", passed=not nobody, text=text)


def _not_viral(set_: pd.DataFrame) -> Check:
    refused = sorted(set(set_.loc[set_["refused"] != "", "metric"]))
    text = f"the goal on {', '.join(refused)} is refused: {WHY_NOT_K}" if refused else "no goal is set on K"
    return Check(name="no_goal_on_k", passed=not refused, text=text)


def _counted(set_: pd.DataFrame) -> Check:
    lost = sorted(set(set_.loc[~set_["counted"].astype(bool) & (set_["refused"] == ""), "metric"]))
    text = f"no table counts {', '.join(lost)}: such a goal cannot be followed" if lost else "every goal can be counted"
    return Check(
        name="goals_can_be_counted",
        passed=not lost if len(set_) else None,
        text=text if len(set_) else "no goals are set",
    )


def _actions(found: Verdict, goal: AdvocateGoal, seen: pd.DataFrame, owner: str) -> tuple[Action, ...]:
    who = owner.strip() or NAMED
    if found.status is Status.NOT_ENOUGH_DATA:
        what = "Write down every referral with its date, who made it and through whom it came"
        return (Action(what=what, why=found.reason, owner=who, due=30),)
    todo = [Action(what=_first(goal), why=goal.words, owner=who, due=30)]
    late = {c.name: c.text for c in goal_progress.alerts(seen) if c.passed is False}
    owners = {f"progress_{m.replace(' ', '_')}": (m, part["owner"].iloc[-1]) for m, part in seen.groupby("metric")}
    todo += [
        Action(what=f"Find out why {owners[name][0]} are behind", why=text, owner=owners[name][1], due=ALERT_DAYS)
        for name, text in late.items()
    ]
    return tuple(todo)


def _first(goal: AdvocateGoal) -> str:
    if goal.accepted:
        return f"Tell advocates the goal, {goal.referrals.value:.0f} in the period, and show them how far they are"
    return "Give advocates a goal in their own hands, and send each the next message"
