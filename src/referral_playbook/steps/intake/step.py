"""Step 00: what do we have, and what can we say with it?

`data_quality` accounts for every row, `coverage` says which numbers will be measured and which assumed, `capacity`
holds what staff can reach by hand against what customers could tell.
"""

from __future__ import annotations

import pandas as pd

from referral_playbook.contract.evidence import Action, Check, Estimate, Status, StepResult, Verdict
from referral_playbook.facts.engagement import Engagement
from referral_playbook.steps.intake import capacity, coverage, data_quality

STEP = "intake"


def verdict(engagement: Engagement, found: pd.DataFrame) -> Verdict:
    """Go when every number that tables can measure is measured; not enough data without customers and without leads."""
    if not engagement.has("customers") and not engagement.has("leads"):
        reason = "There are neither customers nor enquiries: nothing can be said of anybody."
        return Verdict(status=Status.NOT_ENOUGH_DATA, reason=reason)
    can = found[~found["by_nature"]]
    short = can[can["stands_on"] != "measured"]
    if short.empty:
        reason = f"All {len(can)} numbers that tables can measure will be measured."
        return Verdict(status=Status.GO, reason=reason)
    steps = ", ".join(dict.fromkeys(s.replace("_", " ") for s in short["step"]))
    kept = f"{len(can) - len(short)} of {len(can)} numbers that tables can measure will be"
    reason = f"{kept}; the rest are assumed or not known ({steps})."
    return Verdict(status=Status.TEST_SMALL, reason=reason)


HEADLINES = {
    Status.GO: "The tables carry every step; what is left to assume is said.",
    Status.TEST_SMALL: "Some steps will rest on assumptions or stay open: bring what is missing, or test small.",
    Status.NOT_ENOUGH_DATA: "There is too little to begin with: bring the customer list or the enquiries.",
}


def conclude(
    engagement: Engagement,
    *,
    found: pd.DataFrame,
    direct: Estimate,
    customers: Estimate,
    reach: Estimate,
    life_cycle_stage: str | None = None,
    industry_growth: float | None = None,
    owners_aim: str | None = None,
    confidence: float = 0.95,
) -> StepResult:
    """Everything step 00 hands over, from the coverage map and the capacity limit."""
    said = verdict(engagement, found)
    context = capacity.context(
        engagement,
        life_cycle_stage=life_cycle_stage,
        industry_growth=industry_growth,
        owners_aim=owners_aim,
        confidence=confidence,
    )
    to_bring = coverage.exports_to_bring(found)
    return StepResult(
        step=STEP,
        client=engagement.client,
        as_of=engagement.as_of,
        verdict=said,
        headline=HEADLINES[said.status],
        estimates={
            "measured_share": coverage.measured_share(found),
            "unknown_source_share": data_quality.unknown_sources(engagement, confidence=confidence),
            "customers_today": customers,
            "customer_growth": capacity.customer_growth(engagement, confidence=confidence),
            "direct_reach_per_month": direct,
            "customer_reach": reach,
            "months_by_hand": capacity.months_by_hand(reach, direct),
        },
        checks=(*data_quality.checks(engagement), _context(life_cycle_stage, industry_growth, owners_aim)),
        actions=_actions(to_bring, engagement),
        tables={
            "files": data_quality.file_rows(engagement),
            "faults": data_quality.fault_rows(engagement),
            "sources": data_quality.source_rows(engagement),
            "coverage": found,
            "exports_to_bring": to_bring,
            "context": context,
        },
    )


def _context(*stated: object) -> Check:
    n = sum(x is not None for x in stated)
    text = f"{n} of 3 were stated: life-cycle stage, industry growth, what the owner wants"
    return Check(name="business_context", passed=n == 3, text=text)


def _actions(to_bring: list[dict[str, object]], engagement: Engagement) -> tuple[Action, ...]:
    missing = [
        Action(what=f"Bring {row['bring']}", why=f"it makes {row['numbers']} numbers measured ({row['steps']})", due=14)
        for row in to_bring[:3]
    ]
    unknown = data_quality.unknown_sources(engagement)
    if unknown.defined and unknown.value > data_quality.MOST_UNKNOWN:  # type: ignore[operator]
        why = f"{unknown.value:.0%} of rows have no known source"
        missing.append(Action(what="Make the source a required field where enquiries are taken down", why=why, due=30))
    return tuple(missing)
