"""Step 04: a goal that is near, and progress that is seen.

`referral_baseline` says how many referrals are made today, `advocate_goals` what one advocate can be asked for,
`tier_ladder` what there is to climb, `goal_band` what a month brings by chance, `goal_progress` who is behind.
"""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from referral_playbook.contract.evidence import Action, Check, Estimate, Status, StepResult, Verdict
from referral_playbook.contract.names import Step
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.contract.writing.dates import month
from referral_playbook.contract.writing.formatting import chance_of, interval, number, whole
from referral_playbook.domain.lists import progress as goal_progress
from referral_playbook.domain.lists.cut import cut
from referral_playbook.domain.lists.goal_band import Outlook, average, certain_uplift
from referral_playbook.domain.lists.progress import NAMED, WHY_NOT_K, goals, leading, progress
from referral_playbook.domain.programme.baseline import baseline, by_source, record, unknown_share
from referral_playbook.domain.programme.status import programme_status
from referral_playbook.domain.programme.valid_referrals import valid, with_flagged
from referral_playbook.domain.upstream import upstream_check
from referral_playbook.facts.engagement import Engagement
from referral_playbook.steps.goal_setting import tiers
from referral_playbook.steps.goal_setting.advocate_goals import AdvocateGoal, advocate_goal, engaged, goal_rows
from referral_playbook.steps.goal_setting.asks import asks
from referral_playbook.steps.goal_setting.finding import GoalFinding
from referral_playbook.steps.goal_setting.messages import next_messages
from referral_playbook.steps.goal_setting.plan import outlook, planned
from referral_playbook.steps.goal_setting.tiers import Rung, ladder

STEP = Step.GOAL_SETTING
ALERT_DAYS = 14


def naive(engagement: Engagement) -> str:
    """The goal that a team sets itself: its best month; shown in order to be broken."""
    recorded = record(engagement)
    if recorded is None or not recorded.months:
        return "none, for referrals are not dated."
    best = int(recorded.counts.argmax())
    when, count = month(recorded.months[best]), number(recorded.counts[best])
    return f"the best month so far, {when}, brought {count}: let every month do that."


def broken(engagement: Engagement, rate: Estimate) -> str:
    """How seldom a month reaches the best one at today's rate, in words."""
    recorded = record(engagement)
    if recorded is None or not recorded.months or not rate.defined:
        return "There is no goal to compare it with."
    best, today = int(recorded.counts.max()), outlook(engagement, rate, certain_uplift(1.0))
    chance = 1 - today.below(best - 1)
    sentence = f"At today's rate a month brings {number(best)} or more with a chance of {chance_of(chance)}."
    return f"{sentence} The best of many months is mostly luck."


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


def describe_sources(unknown: Estimate) -> str:
    """What the unknown sources mean for the baseline, in words."""
    if not unknown.defined:
        return f" That share is not known: {unknown.reason}."
    if unknown.value == 0:
        return " Every new customer has a source."
    return " Some of these may have come by referral: the baseline is a floor until the field is filled in."


def describe_alerts(alerts: Sequence[Check]) -> str:
    """Which goals are behind, a sentence a metric."""
    sentences = [f"{c.text[0].upper()}{c.text[1:]}." for c in alerts]
    chance = (
        "" if all(c.passed is None for c in alerts) else "\n\nOne month in ten falls below its band with nothing wrong."
    )
    return " ".join(sentences) + chance


def verdict(rate: Estimate, goal: AdvocateGoal) -> Verdict:
    """Go when today's rate is measured and a goal for an advocate is near; stop where the wanted goal is refused."""
    if not rate.defined:
        return Verdict(status=Status.NOT_ENOUGH_DATA, reason=f"Today's referrals are not known: {rate.reason}.")
    sentence = f"Customers make {interval(rate)} a month. {goal.words}"
    if goal.accepted is False:
        return Verdict(status=Status.STOP, reason=sentence)
    status = Status.GO if goal.accepted else Status.TEST_SMALL
    return Verdict(status=status, reason=sentence).capped(rate)


def find(engagement: Engagement, parameters: Parameters | None = None) -> GoalFinding:
    """Compute step 04 once, from the facts and the parameters, on valid referrals."""
    p = parameters or engagement.parameters_of(STEP)
    level, client = p.number("confidence"), valid(engagement)
    status = programme_status(client, programme_start=p.optional_text("programme_start"))
    today = baseline(client, stated=p.optional_number("referrals_per_month"), confidence=level)
    rungs = ladder(client, steps=p.optional_counts("tier_steps"), costs=p.optional_numbers("tier_costs"))
    advocates = engaged(client, months=p.count("goal_months"), confidence=level)
    ahead = planned(client, status, today, p)
    return GoalFinding(
        client=engagement.client,
        currency=engagement.currency,
        as_of=engagement.as_of,
        engagement=client,
        status=status,
        today=today,
        plan=ahead,
        baseline=ahead.baseline,
        uplift=ahead.uplift,
        new=ahead.new,
        unknown=unknown_share(client, confidence=level),
        engaged=advocates,
        goal=advocate_goal(advocates, wanted=p.optional_count("advocate_goal_wanted"), near=p.number("near")),
        near=p.number("near"),
        **_tiers(client, rungs, level),
        by_source=by_source(client, confidence=level),
        asks=asks(client, ahead.outlook, from_nothing=bool(ahead.new.value)),
        **_so_far(client, level),
        beside=with_flagged(engagement, client),
        owner=p.text("owner"),
        parameters=p,
    )


def _tiers(client: Engagement, rungs: Sequence[Rung], confidence: float) -> dict[str, Any]:
    """The tiers, how many advocates reach each, and what to write to those who are close to the next."""
    reached = ladder_rows(client, rungs, confidence=confidence)
    return {"rungs": tuple(rungs), "ladder": reached, "messages": messages(client, rungs)}


def _so_far(client: Engagement, confidence: float) -> dict[str, Any]:
    """The progress against the goals, and what runs ahead of a referral."""
    return {"progress": progress(client), "goals": goals(client), "leading": leading(client, confidence=confidence)}


def build_result(f: GoalFinding) -> StepResult:
    """What step 04 hands over: the finding in the form of the contract."""
    status = verdict(f.today, f.goal)
    return StepResult(
        step=STEP,
        client=f.client,
        as_of=f.as_of,
        verdict=status,
        headline=_headline(f.baseline, f.plan.outlook),
        estimates=_estimates(f),
        checks=_checks(f),
        actions=_actions(status, f),
        tables={
            "baseline_by_source": f.by_source,
            "advocate_goals": goal_rows(f.engaged, near=f.near),
            "tiers": f.ladder,
            "goals": goal_progress.ahead(f.engagement, f.plan.outlook, owner=f.owner),
            "progress": f.progress,
            "leading_indicators": f.leading,
            "next_messages": cut(f.messages),
            "valid_referrals": f.beside,
        },
    )


def _estimates(f: GoalFinding) -> dict[str, Estimate]:
    ahead = f.plan.outlook
    return {
        "referrals_per_month": f.today,
        "baseline_referrals": f.baseline,
        "qualified_share": f.plan.qualified,
        "advocate_goal": f.goal.referrals,
        "advocate_goal_probability": f.goal.probability,
        "uplift": f.uplift,
        "new_referrals": f.new,
        "programme_goal": ahead.band(),
        "programme_rate": average(ahead),
        "new_customers_by_referral": f.plan.customers,
        "margin_by_referral": f.plan.margin,
        "unknown_source_share": f.unknown,
        **f.asks.estimates(),
    }


def _headline(rate: Estimate, ahead: Outlook) -> str:
    band = ahead.band()
    if not rate.defined or not band.defined:
        return "How many referrals come without the programme is not known yet."
    months = f"{whole(band.low)} to {whole(band.high)} in four months of five"
    without = f"{interval(rate)} without the programme"
    return f"The goal is {number(band.value)} referrals a month ({months}), against {without}."


def _checks(f: GoalFinding) -> tuple[Check, ...]:
    return (
        Check(name="advocate_goal_is_near", passed=f.goal.accepted, text=f.goal.words),
        *f.alerts,
        _owned(f.goals, f.owner),
        _not_viral(f.goals),
        _counted(f.goals),
        f.asks.check(),
        upstream_check(f.engagement, Step.VALUE_EXCHANGE),
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


def _actions(found: Verdict, f: GoalFinding) -> tuple[Action, ...]:
    who = f.owner.strip() or NAMED
    if found.status is Status.NOT_ENOUGH_DATA:
        what = "Write down every referral with its date, who made it and through whom it came"
        return (Action(what=what, why=found.reason, owner=who, due=30),)
    todo = [Action(what=_first(f.goal), why=f.goal.words, owner=who, due=30)]
    late = {c.name: c.text for c in f.alerts if c.passed is False}
    owners = {
        f"progress_{m.replace(' ', '_')}": (m, part["owner"].iloc[-1]) for m, part in f.progress.groupby("metric")
    }
    todo += [
        Action(what=f"Find out why {owners[name][0]} are behind", why=text, owner=owners[name][1], due=ALERT_DAYS)
        for name, text in late.items()
    ]
    return tuple(todo)


def _first(goal: AdvocateGoal) -> str:
    if goal.accepted:
        return f"Tell advocates the goal, {whole(goal.referrals.value)} in the period, and show them how far they are"
    if not goal.referrals.defined:
        return "Write down who makes each referral and when, so that advocates can get a goal of their own"
    return "Give advocates a goal in their own hands, and send each the next message"
