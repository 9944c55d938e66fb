"""Step 06: whom do we ask, when, and how often: a system, not one question after the sale.

`find` computes everything once; `build_result` turns the finding into what later steps and the report read.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from referral_playbook.contract.evidence import Estimate, StepResult
from referral_playbook.contract.names import Step
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.contract.writing.formatting import number, written
from referral_playbook.contract.writing.formatting import share as percent
from referral_playbook.domain.lists import ask_lists
from referral_playbook.domain.lists.ask_rules import AskRules
from referral_playbook.domain.programme.kept_control import KeptControl
from referral_playbook.domain.programme.rollout import not_reached
from referral_playbook.domain.programme.rollout_plan import plan_rollout
from referral_playbook.domain.upstream import upstream_check
from referral_playbook.facts.engagement import Engagement
from referral_playbook.steps.ask_and_follow_up import first_referrals, follow_ups, months, surveys, touchpoints
from referral_playbook.steps.ask_and_follow_up.finding import AskFinding
from referral_playbook.steps.ask_and_follow_up.first_referrals import Waits
from referral_playbook.steps.ask_and_follow_up.verdict import HEADLINES, actions, checks, verdict

STEP = Step.ASK_AND_FOLLOW_UP


def find(engagement: Engagement, parameters: Parameters | None = None) -> AskFinding:
    """Compute step 06 once, from the facts and the parameters."""
    p = parameters or engagement.parameters_of(STEP)
    level, silent_days = p.number("confidence"), p.count("silent_days")
    joined, rules = first_referrals.since_joining(engagement), ask_rules(p, engagement.as_of)
    return AskFinding(
        client=engagement.client,
        currency=engagement.currency,
        as_of=engagement.as_of,
        parameters=p,
        joined=joined,
        delighted=first_referrals.since_delight(engagement),
        window=months.ask_window(joined, length=p.count("window_months"), confidence=level),
        lists=ask_lists.lists(engagement, rules=rules),
        limits=tuple(other_limits(engagement, rules)),
        sequence=follow_ups.sequence(engagement, p),
        incentives=tuple(surveys.incentive_rows(engagement, p)),
        answers_differ=surveys.answers_differ(engagement, confidence=level),
        touchpoints=touchpoints.touchpoint_map(engagement),
        empty_phases=touchpoints.empty_phases(engagement),
        silent_share=touchpoints.silent_share(engagement, days=silent_days, confidence=level),
        silence=touchpoints.silence(engagement, confidence=level),
        may_follow=tuple(touchpoints.may_follow(engagement, days=silent_days, confidence=level)),
        rollout=plan_rollout(
            engagement,
            by=p.text("rollout_by"),
            waves=p.count("rollout_waves"),
            gap=p.count("rollout_gap"),
            seed=p.count("control_seed"),
        ),
        upstream=upstream_check(engagement, Step.PMF_CHECK, Step.VALUE_EXCHANGE, Step.GOAL_SETTING),
    )


def ask_rules(p: Parameters, as_of: date) -> AskRules:
    """When a customer may be asked on that day, and who is kept as the control."""
    return AskRules(
        minimum_tenure=p.number("minimum_tenure"),
        given_within=p.count("given_within"),
        not_asked_within=p.count("not_asked_within"),
        given_kinds=p.texts("given_kinds"),
        only_ask_here=p.flag("only_ask_here"),
        not_reached=not_reached(p.optional_texts("rollout") or (), as_of),
        rollout_by=p.text("rollout_by"),
        control=KeptControl.from_parameters(p),
    )


def other_limits(
    engagement: Engagement, rules: AskRules, *, days: tuple[int, ...] = (30, 60, 90, 120, 180)
) -> list[dict[str, Any]]:
    """Size of the ask list at other limits of days: days, if given within, if not asked for."""
    usual = ask_lists.lists(engagement, rules=rules)

    def asked(other: AskRules) -> int:
        return round(replace(usual, rules=other).qualify[0] * usual.scale)

    return [
        {
            "days": limit,
            "given_within": asked(replace(rules, given_within=limit)),
            "not_asked_for": asked(replace(rules, not_asked_within=limit)),
        }
        for limit in days
    ]


def build_result(f: AskFinding) -> StepResult:
    """What step 06 hands over; the lists become the files that the client works from."""
    ruling = verdict(f.lists, least_asks=f.parameters.count("least_asks"))
    return StepResult(
        step=STEP,
        client=f.client,
        as_of=f.as_of,
        verdict=ruling,
        headline=HEADLINES[ruling.status],
        estimates=estimates(f),
        checks=checks(f),
        actions=actions(f, ruling),
        tables=tables(f),
    )


def estimates(f: AskFinding) -> dict[str, Estimate]:
    """Every estimate by its contract name."""
    share, level = f.parameters.number("early_share"), f.parameters.number("confidence")
    cost: Any = f.incentives[0]["cost_per_extra_answer"]
    return {
        "median_time_to_first_referral": f.joined.time_by(0.5, confidence=level),
        "time_to_early_referrals": early(f.joined, share, level),
        "referred_within_12_months": f.joined.share_by(12, confidence=level),
        "median_time_after_delight": f.delighted.time_by(0.5, confidence=level),
        "time_to_early_referrals_after_delight": early(f.delighted, share, level),
        "ask_list_size": f.lists.size(),
        "control_size": f.lists.control_size(),
        "close_the_loop_size": f.lists.to_close(),
        "silent_share": f.silent_share,
        "follow_up_contacts": f.sequence.contacts(),
        "value_of_referral": f.sequence.value,
        "cost_per_extra_answer": cost,
    }


def early(waits: Waits, share: float, confidence: float) -> Estimate:
    """The time by which a small share has referred."""
    share_by_then = waits.time_by(share, confidence=confidence)
    return share_by_then.as_(per=f"customer, until {percent(share)} have referred, since {waits.since}")


def tables(f: AskFinding) -> Mapping[str, Any]:
    """The lists, and what stands behind them."""
    return {
        "ask_list": f.lists.ask,
        "close_the_loop": f.lists.close_the_loop,
        "give_first": f.lists.give_first,
        "ask_rules": f.lists.narrowing(),
        "rollout_plan": f.rollout.rows(),
        "ask_window": months.window_rows(f.joined, f.window, confidence=f.parameters.number("confidence")),
        "follow_up": f.sequence.rows(),
        "worth_by_recency": f.sequence.recency_rows(days_between_asks=f.lists.rules.not_asked_within),
        "survey_incentives": list(f.incentives),
        "touchpoints": f.touchpoints,
        "silence": [{"since_joining": k, "share_without_contact": e} for k, e in f.silence.items()],
        "may_follow": list(f.may_follow),
    }


def describe_list(f: AskFinding) -> str:
    """The lists in words."""
    lists, sizes = f.lists, f.lists.sizes
    if lists.reason:
        return (
            f"There is no ask list: {lists.reason}. Give something first to {number(sizes.give)}, and "
            f"call {number(sizes.close)} others."
        )
    control = f" {number(sizes.control)} more qualify and are kept as the control." if sizes.control else ""
    return (
        f"You can ask {number(sizes.ask)} of {written(sizes.today, 'customers')} this month.{control} Call "
        f"{number(sizes.close)} others first about their problem. {number(sizes.give)} more can be asked next "
        "month if you give them something now."
    )
