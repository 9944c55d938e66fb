"""Step 00: what do we have, and what can we say with it?

`data_quality` accounts for every row, `coverage` says which numbers will be measured and which assumed, `capacity`
compares how many prospects staff can reach by hand with how many people customers could tell. `find` computes
everything once; `build_result` turns the finding into what later steps and the report read.
"""

import pandas as pd

from referral_playbook.contract.evidence import Action, Check, Status, StepResult, Verdict
from referral_playbook.contract.exports import in_plain_words
from referral_playbook.contract.names import Step
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.contract.writing.formatting import quantity, whole, written
from referral_playbook.contract.writing.wording import counted
from referral_playbook.domain import headcount
from referral_playbook.domain.record_end import capped_by_record, reaches_as_of
from referral_playbook.facts.engagement import Engagement
from referral_playbook.steps.intake import capacity, coverage, data_quality
from referral_playbook.steps.intake.finding import Capacity, IntakeFinding

STEP = Step.INTAKE
HEADLINES = {
    Status.GO: "The tables carry every step; the step names what is left to assume.",
    Status.TEST_SMALL: "Some steps rest on assumptions or stay open. Bring what is missing, or test small.",
    Status.NOT_ENOUGH_DATA: "There is too little to begin with: bring the customer list or the enquiries.",
}


def find(engagement: Engagement, parameters: Parameters | None = None) -> IntakeFinding:
    """Compute step 00 once, from the tables and the parameters."""
    p = parameters or engagement.parameters_of(STEP)
    stage, aim = p.optional_text("life_cycle_stage"), p.optional_text("owners_aim")
    growth, confidence = p.optional_number("industry_growth"), p.number("confidence")
    rows = coverage.coverage(engagement)
    stated = sum(answer is not None for answer in (stage, growth, aim))
    ruled = capped_by_record(verdict(engagement, rows), engagement, months=p.count("retention_months"))
    checks = (*data_quality.checks(engagement), *_panel(engagement), reaches_as_of(engagement), _context_check(stated))
    return IntakeFinding(
        client=engagement.client,
        as_of=engagement.as_of,
        summary=data_quality.describe(engagement),
        fault_summary=data_quality.describe_fault(engagement),
        files=data_quality.file_rows(engagement),
        faults=data_quality.fault_rows(engagement),
        sources=data_quality.source_rows(engagement),
        largest_sources=data_quality.largest_sources(engagement),
        unknown_sources=data_quality.unknown_sources(engagement, confidence=confidence),
        measured_share=coverage.measured_share(rows),
        coverage=rows,
        to_bring=coverage.exports_to_bring(rows),
        capacity=_capacity(engagement, p),
        context=capacity.context(
            engagement, life_cycle_stage=stage, industry_growth=growth, owners_aim=aim, confidence=confidence
        ),
        stated=stated,
        verdict=ruled,
        checks=checks,
    )


def _panel(engagement: Engagement) -> tuple[Check, ...]:
    """What stands on a panel, of a client with so many customers that there is one."""
    if engagement.scale == 1:
        return ()
    everyone = headcount.customers_in_all(engagement)
    text = (
        f"This client has {written(everyone, 'customers')}. Counts of customers, referrals and leads, lives and the "
        "funnel are of all of them. Introductions, gaps and the ask window, and methods that need whole customers, use "
        "a random panel of "
        f"{whole(everyone / engagement.scale)}: their ranges include the error of that sample, and the numbers "
        "of cases under their estimates are those of the panel. Lists show whoever comes first of all customers."
    )
    return (Check(name="rows_of_a_panel", passed=None, text=text),)


def _capacity(engagement: Engagement, p: Parameters) -> Capacity:
    effort = {name: p.optional_number(name) for name in ("staff", "hours_per_person", "hours_per_prospect")}
    direct = capacity.direct_reach(**effort)
    customers = capacity.customers_today(engagement, stated=p.optional_count("customers_today"))
    reach = capacity.customer_reach(customers, friends=p.optional_number("friends_each"))
    return Capacity(
        direct=direct,
        customers=customers,
        reach=reach,
        months_by_hand=capacity.months_by_hand(reach, direct),
        growth=capacity.customer_growth(engagement, confidence=p.number("confidence")),
        efforts=capacity.sensitivity(**effort),
    )


def verdict(engagement: Engagement, found: pd.DataFrame) -> Verdict:
    """Go when every number that tables can measure is measured; not enough data without customers and without leads."""
    if not engagement.has("customers") and not engagement.has("leads"):
        reason = "There are neither customers nor enquiries, so nothing can be said about anybody."
        return Verdict(status=Status.NOT_ENOUGH_DATA, reason=reason)
    can = found[~found["by_nature"]]
    short = can[can["stands_on"] != "measured"]
    if short.empty:
        reason = f"All {len(can)} numbers that tables can measure will be measured."
        return Verdict(status=Status.GO, reason=reason)
    steps = ", ".join(dict.fromkeys(s.replace("_", " ") for s in short["step"]))
    measured = f"{len(can) - len(short)} of {len(can)} numbers that tables can measure will be measured"
    return Verdict(status=Status.TEST_SMALL, reason=f"{measured}; the rest are assumed or not known ({steps}).")


def build_result(finding: IntakeFinding) -> StepResult:
    """What step 00 hands over."""
    return StepResult(
        step=STEP,
        client=finding.client,
        as_of=finding.as_of,
        verdict=finding.verdict,
        headline=HEADLINES[finding.verdict.status],
        estimates=finding.estimates,
        checks=finding.checks,
        actions=_actions(finding),
        tables={
            "files": list(finding.files),
            "faults": list(finding.faults),
            "sources": list(finding.sources),
            "coverage": finding.coverage,
            "exports_to_bring": list(finding.to_bring),
            "context": list(finding.context),
        },
    )


def _context_check(stated: int) -> Check:
    text = f"{stated} of 3 were stated: life-cycle stage, industry growth, and what the owner wants."
    return Check(name="business_context", passed=stated == 3, text=text)


def _actions(finding: IntakeFinding) -> tuple[Action, ...]:
    bring = [
        Action(
            what=f"Bring {in_plain_words(row['bring'])}",
            why=f"{counted(row['numbers'], 'number')} become measured ({row['steps']})",
            due=14,
        )
        for row in finding.to_bring[:3]
    ]
    unknown = finding.unknown_sources
    if unknown.value is not None and unknown.value > data_quality.MOST_UNKNOWN:
        why = f"{quantity(unknown)} of rows have no known source"
        bring.append(Action(what="Make the source a required field where enquiries are recorded", why=why, due=30))
    return tuple(bring)
