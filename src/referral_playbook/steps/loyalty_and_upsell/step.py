"""Step 08: keep, then grow. How much of last year's revenue is kept decides whether we may ask customers for more.

`find` computes everything once; `build_result` turns the finding into what later steps and the report read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from referral_playbook.contract.evidence import Check, Estimate, StepResult
from referral_playbook.contract.names import Step
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.domain.headcount import of_everyone
from referral_playbook.domain.lists.cut import cut
from referral_playbook.domain.programme.money_defaults import stated_money
from referral_playbook.domain.record_end import capped_by_record, reaches_as_of
from referral_playbook.domain.upstream import upstream_check
from referral_playbook.domain.value import recurring_revenue
from referral_playbook.domain.value.customer_money import with_money
from referral_playbook.domain.value.value_terms import Horizon
from referral_playbook.facts.engagement import Engagement
from referral_playbook.steps.loyalty_and_upsell import (
    advocacy,
    calendar,
    cohorts,
    feedback,
    loyal,
    plain_value,
    quiet,
    retention_summary,
    upsell_offers,
)
from referral_playbook.steps.loyalty_and_upsell import spend as loyalty_spend
from referral_playbook.steps.loyalty_and_upsell import upsell as upsell_list
from referral_playbook.steps.loyalty_and_upsell import verdict as ruling
from referral_playbook.steps.loyalty_and_upsell.finding import Care, Growth, LoyaltyFinding
from referral_playbook.steps.loyalty_and_upsell.one_list import earlier_lists
from referral_playbook.steps.loyalty_and_upsell.quiet import FollowUp

STEP = Step.LOYALTY_AND_UPSELL


@dataclass(frozen=True, kw_only=True)
class _Base:
    """What all parts of the step start from."""

    engagement: Engagement
    p: Parameters
    revenue: recurring_revenue.Recurring
    retained: Mapping[str, Estimate]
    people: pd.DataFrame
    first: _Base | None = None

    @property
    def confidence(self) -> float:
        return self.p.number("confidence")

    @property
    def contact_cost(self) -> float | None:
        stated = self.p.optional_number("contact_cost")
        currency, rates = self.engagement.currency, self.engagement.rates
        return stated_money("contact_cost", stated, currency=currency, rates=rates, per="contact").value


def find(engagement: Engagement, parameters: Parameters | None = None) -> LoyaltyFinding:
    """Compute step 08 once, from the facts and the parameters."""
    p = parameters or engagement.parameters_of(STEP)
    base = _base(engagement, p)
    values, spend = _values(base)
    follow = _follow(base)
    growth = _growth(base, follow)
    care = _care(base, growth, follow)
    keep_from, keep_below = p.number("keep_from"), p.number("keep_below")
    ruled = ruling.verdict(base.retained, keep_from=keep_from, keep_below=keep_below)
    return LoyaltyFinding(
        client=engagement.client,
        currency=engagement.currency,
        as_of=engagement.as_of,
        keep_from=keep_from,
        keep_below=keep_below,
        revenue=base.revenue,
        retained=base.retained,
        cohorts=cohorts.cohorts(engagement, confidence=base.confidence),
        values=values,
        spend=spend,
        growth=growth,
        care=care,
        verdict=capped_by_record(ruled, engagement, months=p.count("retention_months")),
        checks=_checks(base, growth, care),
    )


def _base(engagement: Engagement, p: Parameters) -> _Base:
    months, confidence = p.count("retention_months"), p.number("confidence")
    revenue = recurring_revenue.recurring(engagement, months=months, confidence=confidence)
    known = retention_summary.known(engagement, p, _horizon(p))
    people = with_money(engagement, margin_share=known["gross_margin"])
    base = _Base(engagement=engagement, p=p, revenue=revenue, retained={**known, **revenue.estimates}, people=people)
    return replace(base, first=_first(base)) if engagement.scale > 1 else base


def _horizon(p: Parameters) -> Horizon:
    return Horizon(months=p.count("horizon_months"), discount_rate=p.number("discount_rate"))


def _first(base: _Base) -> _Base:
    """The customers who come first on lists, where the others are a panel."""
    listed = base.engagement.for_lists
    people = with_money(listed, margin_share=base.retained["gross_margin"])
    return replace(base, engagement=listed, people=people)


def _values(base: _Base) -> tuple[Sequence[dict[str, Any]], Mapping[str, Estimate]]:
    """The plain lifetime value beside the model's, and whether spending on loyalty pays."""
    p, known, currency = base.p, base.retained, base.engagement.currency
    horizon = _horizon(p)
    amount = plain_value.monthly_amount(base.people, currency=currency, confidence=base.confidence)
    churn, margin = known["churn_rate"], known["gross_margin"]
    values = plain_value.bridge(amount, churn, margin, known["customer_value"], horizon=horizon)
    names = ("spend_share", "survey_cost", "churn_avoided")
    stated = {name: p.optional_number(name) for name in names}
    assumed = loyalty_spend.assumptions(currency, rates=base.engagement.rates, **stated)
    customers = of_everyone(base.engagement, len(base.people))
    spend = loyalty_spend.loyalty_spend(amount, churn, margin, assumed, customers=customers, horizon=horizon)
    return values, spend


def _follow(base: _Base) -> FollowUp:
    rows = quiet.follow_up(
        base.engagement,
        base.people,
        recurring=not base.revenue.reason,
        quiet_days=base.p.count("quiet_days"),
        lists=earlier_lists(base.engagement),
    )
    return replace(rows, first=_follow(base.first)) if base.first else rows


def _growth(base: _Base, follow: FollowUp) -> Growth:
    p, known = base.p, base.retained
    offers = upsell_offers.offers(
        base.engagement,
        taken=p.optional_number("upsell_taken"),
        rise=p.optional_number("upsell_rise"),
        confidence=base.confidence,
    )
    value = offers.worth(margin_share=known["gross_margin"], churn=known["churn_rate"])
    upsell = _upsell(base, value, follow)
    return Growth(offers=offers, offer_value=value, upsell=upsell, contact_cost=base.contact_cost)


def _upsell(base: _Base, worth: Estimate, follow: FollowUp) -> upsell_list.UpsellList:
    rules = upsell_list.UpsellRules(not_asked_within=base.p.count("days_between_asks"))
    elsewhere = follow.lists.everyone | set(follow.people["customer_id"])
    rows = upsell_list.upsell_list(base.engagement, base.people, worth=worth, rules=rules, elsewhere=elsewhere)
    return replace(rows, first=_upsell(base.first, worth, follow.first)) if base.first and follow.first else rows


def _planned(base: _Base, upsell: upsell_list.UpsellList, follow: FollowUp) -> calendar.Planned:
    p = base.p
    rhythm = calendar.Rhythm(
        every=p.count("contact_every"),
        months=p.count("calendar_months"),
        days_between_asks=p.count("days_between_asks"),
    )
    planned = calendar.plan(
        base.engagement, base.people, upsell=upsell, follow=follow, contact_cost=base.contact_cost, rhythm=rhythm
    )
    if base.first is None or upsell.first is None or follow.first is None:
        return planned
    return replace(planned, first=_planned(base.first, upsell.first, follow.first))


def _care(base: _Base, growth: Growth, follow: FollowUp) -> Care:
    engagement, p, margin = base.engagement, base.p, base.retained["gross_margin"]
    themes = p.texts("themes") or feedback.THEMES
    return Care(
        loyal=loyal.loyal(engagement, rule=_loyal_rule(p), margin_share=margin, confidence=base.confidence),
        advocacy=advocacy.advocacy(engagement, words=_advocacy_words(p), confidence=base.confidence),
        follow=follow,
        themes=feedback.triage(engagement, base.people, themes=themes, margin_share=margin, confidence=base.confidence),
        comments=of_everyone(engagement, len(feedback.comments(engagement, themes=themes))),
        planned=_planned(base, growth.upsell, follow),
    )


def _loyal_rule(p: Parameters) -> loyal.LoyalRule:
    return loyal.LoyalRule(
        tenure=p.optional_number("loyal_tenure"),
        spend=p.optional_number("loyal_spend"),
        margin=p.optional_number("loyal_margin"),
        frequency=p.optional_number("loyal_frequency"),
        nps=p.optional_count("loyal_nps"),
        segments=p.texts("loyal_segments"),
    )


def _advocacy_words(p: Parameters) -> advocacy.AdvocacyWords:
    return advocacy.AdvocacyWords(
        reviews=p.texts("reviews"), references=p.texts("references"), case_studies=p.texts("case_studies")
    )


def _checks(base: _Base, growth: Growth, care: Care) -> tuple[Check, ...]:
    engagement, upsell = base.engagement, growth.upsell
    complaints = set(upsell.offer["customer_id"]) & set(care.follow.of("open complaint"))
    text = f"{len(complaints)} customers with an open complaint are on the upsell list."
    return (
        upstream_check(engagement, Step.PMF_CHECK, Step.VALUE_EXCHANGE, Step.ASK_AND_FOLLOW_UP),
        reaches_as_of(engagement),
        base.revenue.negative_churn(),
        growth.offers.unasked,
        upsell.worth_a_contact(growth.contact_cost, engagement.currency),
        Check(
            name="nobody_with_a_complaint_is_offered_more",
            passed=None if upsell.reason else not complaints,
            text=upsell.reason or text,
        ),
        care.planned.check(),
        care.follow.check(),
        care.advocacy.written_down(),
        feedback.themes_found(care.themes, care.comments),
    )


def build_result(finding: LoyaltyFinding) -> StepResult:
    """What step 08 hands over."""
    return StepResult(
        step=STEP,
        client=finding.client,
        as_of=finding.as_of,
        verdict=finding.verdict,
        headline=ruling.HEADLINES[finding.verdict.status],
        estimates=finding.estimates,
        checks=finding.checks,
        actions=ruling.actions(finding),
        tables=_tables(finding),
    )


def _tables(finding: LoyaltyFinding) -> dict[str, Any]:
    care, upsell = finding.care, finding.growth.upsell
    return {
        "mrr": finding.revenue.movements(),
        "cohorts": finding.cohorts.rows,
        "values": finding.values,
        "loyal": care.loyal.against_the_rest(),
        "advocacy": care.advocacy.rows(),
        "advocates": cut(care.advocacy.advocates()),
        "upsell_list": upsell.offer,
        "upsell_check_first": upsell.check_first,
        "follow_up_by_reason": care.follow.rows(),
        "follow_up": care.follow.to_call,
        "feedback": care.themes,
        "calendar_months": care.planned.by_month(),
        "contact_calendar": care.planned.busy(),
    }
