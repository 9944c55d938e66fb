"""What the other steps handed over, as step 10 reads it: nothing is computed a second time."""

from collections.abc import Iterator, Mapping
from typing import Any

from referral_playbook.contract.evidence import Estimate, StepResult
from referral_playbook.contract.names import STEPS, Step
from referral_playbook.contract.writing.input_labels import INPUT_LABELS
from referral_playbook.facts.engagement import Engagement

STEP = Step.CLIENT_REPORT
Results = Mapping[str, StepResult]


def earlier_results(engagement: Engagement) -> dict[str, StepResult]:
    """Result of every other step, in the order of the playbook; steps that were not run are left out."""
    results = {step: engagement.upstream(step) for step in STEPS if step != STEP}
    return {step: result for step, result in results.items() if result is not None}


def rows(results: Results, step: str, table: str) -> list[dict[str, Any]]:
    """Rows of a table of one step; none where the step was not run or has no such table."""
    return list(results[step].tables.get(table, [])) if step in results else []


def estimate(results: Results, step: str, name: str) -> Estimate | None:
    """An estimate of one step; None where the step was not run or has no such estimate."""
    return results[step].estimates.get(name) if step in results else None


def every_estimate(results: Results) -> Iterator[tuple[str, str, Estimate]]:
    """Step, name and estimate, step by step."""
    for step, result in results.items():
        for name, estimate in result.estimates.items():
            yield step, name, estimate


def label(name: str) -> str:
    """What an estimate or an input is called in a client's text."""
    return INPUT_LABELS.get(name, name.replace("_", " "))
