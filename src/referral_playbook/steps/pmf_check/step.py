"""Step 01: are there any referrals to be had? Without product-market fit there are none.

The Ellis test decides, by its interval and not by its point; NPS, CSAT, CES, retention, value and service stand beside
it. NPS speaks of the brand, CSAT and support of the service, so they are kept apart. `find` computes everything once;
`build_result` turns the finding into what later steps and the report read.
"""

from typing import Any

from referral_playbook.contract.evidence import Check, Estimate, StepResult
from referral_playbook.contract.names import Step
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.domain.lists import segments
from referral_playbook.domain.lists.segments import very_disappointed
from referral_playbook.domain.record_end import capped_by_record, reaches_as_of
from referral_playbook.domain.value import retention
from referral_playbook.domain.value.recurring_revenue import recurring
from referral_playbook.facts.engagement import Engagement
from referral_playbook.steps.pmf_check import verdict as ruling
from referral_playbook.steps.pmf_check.finding import PmfFinding
from referral_playbook.steps.pmf_check.organic import organic_referrals, sources_known
from referral_playbook.steps.pmf_check.service import service
from referral_playbook.steps.pmf_check.surveys import (
    describe_non_response,
    scores,
    value_delivered,
    very_disappointed_active,
)

STEP = Step.PMF_CHECK


def find(engagement: Engagement, parameters: Parameters | None = None) -> PmfFinding:
    """Compute step 01 once, from the facts and the parameters."""
    p = parameters or engagement.parameters_of(STEP)
    threshold, confidence, months = p.number("threshold"), p.number("confidence"), p.count("retention_months")
    surveyed = p.optional_count("surveyed")
    ellis = very_disappointed(engagement, confidence=confidence)
    active = very_disappointed_active(engagement, confidence=confidence)
    kept_share = kept_over_a_year(engagement, confidence=confidence)
    by_segment = segments.segments(engagement, threshold=threshold, confidence=confidence)
    ruled = ruling.verdict(ellis, threshold=threshold, confidence=confidence, kept=kept_share)
    ruled = capped_by_record(ruled, engagement, months=months)
    plateau = retention.plateau(engagement, confidence=confidence)
    return PmfFinding(
        client=engagement.client,
        as_of=engagement.as_of,
        threshold=threshold,
        confidence=confidence,
        months=months,
        surveyed=surveyed,
        ellis=ellis,
        ellis_active=active,
        **_voices(engagement, confidence),
        retention=retention.retention(engagement, months=months, confidence=confidence),
        curves=retention.curves(engagement, confidence=confidence),
        kept=kept_share,
        plateau=plateau,
        segments=by_segment,
        verdict=ruled,
        headline=ruling.headline(ruled, ruling.failing_segments(by_segment), active, threshold, kept=kept_share[1]),
        checks=(plateau, ruling.keeps_half(*kept_share), *_about_the_data(engagement, ellis, surveyed)),
        actions=ruling.actions(ruled, ellis, threshold=threshold, confidence=confidence, kept=kept_share[1]),
    )


def _voices(engagement: Engagement, confidence: float) -> dict[str, Any]:
    """What customers say of the brand, the service and the value, and how many came by referral."""
    return {
        "scores": scores(engagement, confidence=confidence),
        "service": service(engagement, confidence=confidence),
        "tenfold": value_delivered(engagement, confidence=confidence),
        "organic": organic_referrals(engagement, confidence=confidence),
    }


def _about_the_data(engagement: Engagement, ellis: Estimate, surveyed: int | None) -> tuple[Check, ...]:
    silence = Check(name="non_response", passed=None, text=describe_non_response(ellis, surveyed=surveyed))
    return reaches_as_of(engagement), sources_known(engagement), silence


def kept_over_a_year(engagement: Engagement, *, confidence: float) -> tuple[str, Estimate]:
    """What is kept over twelve months, by the best measure that the tables allow: revenue, else customers."""
    ratios = recurring(engagement, confidence=confidence).estimates
    if ratios["grr"].defined:
        return "the recurring revenue", ratios["grr"]
    if ratios["revenue_stayed"].defined:
        return "the recurring revenue (at today's amounts)", ratios["revenue_stayed"]
    return "the customers", retention.customers_kept(engagement, confidence=confidence)


def build_result(finding: PmfFinding) -> StepResult:
    """What step 01 hands over."""
    return StepResult(
        step=STEP,
        client=finding.client,
        as_of=finding.as_of,
        verdict=finding.verdict,
        headline=finding.headline,
        estimates=finding.estimates,
        checks=finding.checks,
        actions=finding.actions,
        tables={"segments": finding.segments},
    )
