"""What was planned against what was run, and what a run of this size could show."""

from collections.abc import Mapping
from typing import Any

from referral_playbook.contract.evidence import Check, Estimate, StepResult, exact, undefined
from referral_playbook.contract.names import Step
from referral_playbook.contract.writing.formatting import number, quantity
from referral_playbook.contract.writing.formatting import share as percent
from referral_playbook.methods.experiments.power import SampleSize, planned_against_run, proportions_effect
from referral_playbook.steps.programme_review.readout import Experiment

POWER = 0.80


def planned_users(stated: int | None, previous: Mapping[str, StepResult] | None = None) -> tuple[int | None, str]:
    """Users per arm that were planned, and where that comes from: stated, else from step 02 of the previous run.

    The hypotheses of this run's step 02 are plans for a test to come, not for the one that was run.
    """
    if stated is not None:
        return stated, "parameter planned_users"
    result = (previous or {}).get(Step.VALUE_EXCHANGE)
    rows = [] if result is None else result.tables.get("hypotheses", [])
    sizes = [int(row["per_arm"]) for row in rows if row.get("per_arm")]
    return (max(sizes), "hypotheses of step 02 in the previous run") if sizes else (None, "")


def design_checks(
    run: Experiment,
    planned: int | None,
    *,
    source: str = "",
    weeks_planned: float | None = None,
    weeks_run: float | None = None,
) -> tuple[Check, ...]:
    """What was planned against what was run; without a plan only whether the arms are of a size."""
    if not run.readable:
        return (Check(name="experiment_planned", passed=None, text=f"no experiment: {run.note or 'one arm only'}"),)
    users = {arm.name: arm.users for arm in run.arms}
    size = SampleSize(exact=float(planned or 1), arms=len(users))
    checks = planned_against_run(size, users, weeks_planned=weeks_planned, weeks_run=weeks_run)
    if planned is not None:
        first = Check(name="experiment_planned", passed=True, text=f"{number(planned)} users per arm, {source}")
        return (first, *checks)
    none = Check(name="experiment_planned", passed=False, text="no number of users was written down before the test")
    return (none, *(c for c in checks if not c.name.endswith("_size") or c.name == "arms_of_a_size"))


def describe_design(checks: tuple[Check, ...], smallest: Estimate) -> str:
    """What was planned against what was run, in words, and the smallest effect that the run could show."""
    sentences = " ".join(f"{c.text[:1].upper()}{c.text[1:].rstrip('.')}." for c in checks)
    if smallest.value is None:
        return f"{sentences} We do not know what it could show: {smallest.reason}."
    least = f"{quantity(smallest)} the {smallest.per}"
    return f"{sentences} A run of this size shows an effect of {least} four times in five, a smaller one less often."


def could_show(run: Experiment, *, alpha: float = 0.05) -> Estimate:
    """The smallest ratio to the control that this run could show with a chance of 80%, at its smallest arm."""
    labels: dict[str, Any] = {
        "unit": "times",
        "per": f"rate of {run.control}" if run.control else "rate of the control",
    }
    labels["source"] = f"power {percent(POWER)}, alpha over all contrasts, users of the smallest arm"
    control = next((arm for arm in run.arms if arm.name == run.control), None)
    others = [arm for arm in run.arms if arm.name != run.control]
    if control is None or not others or not 0 < control.events < control.users or run.outcome != "conversions":
        return undefined("there are no two arms with a share between 0 and 1", **labels)
    base, n = control.events / control.users, min(arm.users for arm in run.arms)
    try:
        share = proportions_effect(n, base, alpha=alpha / len(others), power=POWER)
    except ValueError as error:
        return undefined(str(error), n=n, **labels)
    ratio = share / base
    return exact(ratio, n=n, **labels)
