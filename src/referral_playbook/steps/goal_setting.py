"""Step 04: a goal that is near, and progress that is seen.

`referral_baseline` says how many referrals are made today, `advocate_goals` what one advocate can be asked for, `goal_band` what
the programme may bring in a month.
"""

from __future__ import annotations

from typing import Any

from referral_playbook.contract.evidence import Action, Check, Estimate, Status, StepResult, Verdict
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.combine import combine
from referral_playbook.steps import referral_baseline
from referral_playbook.steps.advocate_goals import AdvocateGoal, advocate_goal, engaged, goal_rows, tiers
from referral_playbook.steps.goal_band import BAND, Outlook, uplift
from referral_playbook.steps.referral_baseline import baseline, by_source, qualified_share, unknown_share

__all__ = [
    "advocate_goal", "baseline", "by_source", "engaged", "goal_rows", "outlook", "programme_goal", "programme_rate",
    "qualified_share", "tiers", "unknown_share", "uplift",
]  # fmt: skip
STEP = "goal_setting"


def outlook(engagement: Engagement, rate: Estimate, factor: Estimate) -> Outlook:
    """What the next months may bring at today's rate times a factor; months spread as they did so far."""
    found = referral_baseline.record(engagement)
    same = found is not None and rate.basis == "measured" and len(found.months) > 1
    fitted = referral_baseline.monthly(found).dispersion.value if same and found is not None else None
    return Outlook(rate=rate, factor=factor, dispersion=fitted or 0.0)


def programme_goal(ahead: Outlook, *, level: float = BAND) -> Estimate:
    """Referrals a month under the programme, with the band that holds `level` of the months (80%: one in ten below)."""
    return ahead.band(level=level)


def programme_rate(rate: Estimate, factor: Estimate) -> Estimate:
    """Referrals a month under the programme on average: today's rate x uplift. Its range is of the average, not of a month."""
    said: dict[str, Any] = {"unit": rate.unit, "per": rate.per, "source": "today's rate x uplift"}
    return combine(lambda r, f: r * f, r=rate, f=factor, **said)


def verdict(rate: Estimate, goal: AdvocateGoal) -> Verdict:
    """Go when today's rate is measured and a goal for an advocate is near; stop where the goal asked for is refused."""
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
    qualified: Estimate,
    ahead: Outlook,
    goal: AdvocateGoal,
) -> StepResult:
    """Everything step 04 hands over."""
    found = verdict(rate, goal)
    planned = programme_goal(ahead)
    return StepResult(
        step=STEP,
        client=engagement.client,
        as_of=engagement.as_of,
        verdict=found,
        headline=_headline(rate, planned),
        estimates={
            "referrals_per_month": rate,
            "qualified_share": qualified,
            "advocate_goal": goal.referrals,
            "advocate_goal_probability": goal.probability,
            "uplift": ahead.factor,
            "programme_goal": planned,
            "programme_rate": programme_rate(rate, ahead.factor),
            "unknown_source_share": unknown_share(engagement),
        },
        checks=(Check(name="advocate_goal_is_near", passed=goal.accepted, text=goal.words),),
        actions=_actions(found),
        tables={"baseline_by_source": by_source(engagement)},
    )


def _headline(rate: Estimate, planned: Estimate) -> str:
    if not rate.defined or not planned.defined:
        return "How many referrals are made today is not known yet."
    return (
        f"From {rate.value:,.1f} referrals a month today to {planned.value:,.1f}; "
        f"four months in five should bring {planned.low:,.0f} to {planned.high:,.0f}."
    )


def _actions(found: Verdict) -> tuple[Action, ...]:
    if found.status is Status.NOT_ENOUGH_DATA:
        what = "Write down every referral with its date, who made it and through whom it came"
        return (Action(what=what, why=found.reason, owner="client", due=30),)
    return ()
