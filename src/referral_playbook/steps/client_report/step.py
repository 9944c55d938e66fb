"""Step 10: one decision on one page, then the evidence.

`find` reads what the other steps handed over and decides from it; no number is computed a second time. `build_result`
turns the finding into what the memo and the working papers read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from referral_playbook.contract.evidence import Check, Estimate, Status, StepResult
from referral_playbook.contract.handover import load_failure
from referral_playbook.contract.names import STEPS, Step
from referral_playbook.contract.settings.decisions import decision_rows
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.contract.writing.formatting import about
from referral_playbook.facts.engagement import Engagement
from referral_playbook.steps.client_report.contradictions import agreement, contradictions
from referral_playbook.steps.client_report.decision import Decision, decide, gate_rows, would_change
from referral_playbook.steps.client_report.plan import Planned, make_plan
from referral_playbook.steps.client_report.register import (
    assumptions,
    describe_next_best,
    key_numbers,
    missing,
    number_rows,
)
from referral_playbook.steps.client_report.results import Results, earlier_results

STEP = Step.CLIENT_REPORT
CANVAS = {
    Step.PMF_CHECK: "Fit",
    Step.VALUE_EXCHANGE: "Exchange",
    Step.SOCIAL_CURRENCY: "Ease and credit",
    Step.GOAL_SETTING: "Goals",
    Step.BREAK_EVEN: "Break-even",
    Step.REFERRAL_SOURCES: "Sources",
    Step.ASK_AND_FOLLOW_UP: "Asks",
    Step.LOYALTY_AND_UPSELL: "Loyalty",
    Step.PROGRAMME_REVIEW: "Review",
}
"""Parts of the referral canvas, one per step."""
PLAN_COLUMNS = {"period": "When", "what": "What", "owner": "Owner", "due": "Due", "why": "Why"}


@dataclass(frozen=True, kw_only=True)
class ClientReportFinding:
    """Everything that step 10 found in the results of the other steps."""

    client: str
    currency: str
    as_of: date
    decision: Decision
    gates: list[dict[str, Any]]
    canvas: list[dict[str, Any]]
    numbers: list[dict[str, Any]]
    register: list[dict[str, Any]]
    missing: list[dict[str, Any]]
    would_change: list[dict[str, Any]]
    contradictions: list[dict[str, Any]]
    plan: tuple[Planned, ...]  # at most nine actions
    key_numbers: Mapping[str, Estimate]  # estimates by name
    next_best: str  # what is worth finding out first
    checks: tuple[Check, ...]
    # changes of the plan that were kept in meetings, oldest first (see `contract.decisions.decision_rows`)
    decisions: list[dict[str, Any]]

    @property
    def plan_rows(self) -> list[dict[str, Any]]:
        """The plan as rows: period, what, why, owner, due, step."""
        return [item.row() for item in self.plan]


def find(engagement: Engagement, parameters: Parameters | None = None) -> ClientReportFinding:
    """Read the results of the other steps and decide; all steps take parameters, but step 10 has none of its own."""
    results = earlier_results(engagement)
    numbers, conflicts = key_numbers(results), contradictions(results)
    decision = decide(results)
    return ClientReportFinding(
        client=engagement.client,
        currency=engagement.currency,
        as_of=engagement.as_of,
        decision=decision,
        gates=gate_rows(results),
        canvas=canvas(results),
        numbers=number_rows(results),
        register=assumptions(results),
        missing=missing(results),
        would_change=would_change(results),
        contradictions=conflicts,
        plan=make_plan(results, decision.status),
        key_numbers=numbers,
        next_best=describe_next_best(results),
        checks=(_all_run(results, _failures(engagement, results)), agreement(conflicts)),
        decisions=decision_rows(engagement.client_dir),
    )


def canvas(results: Results) -> list[dict[str, Any]]:
    """The referral canvas: one row per part, with what was found."""
    return [
        {
            "part": part,
            "what we found": results[step].headline if step in results else "This step was not run.",
            "verdict": results[step].verdict.status.replace("_", " ") if step in results else "",
        }
        for step, part in CANVAS.items()
    ]


def _failures(engagement: Engagement, results: Results) -> dict[str, str]:
    """Why the steps failed that did."""
    why = {step: load_failure(step, engagement.results_dir) for step in STEPS if step not in results}
    return {step: reason for step, reason in why.items() if reason}


def _all_run(results: Results, failures: Mapping[str, str]) -> Check:
    absent = [step.replace("_", " ") for step in STEPS if step not in (STEP, *results, *failures)]
    notes = [f"These steps were not run: {', '.join(absent)}."] if absent else []
    notes += [f"The step {step.replace('_', ' ')} failed: {why.splitlines()[-1]}" for step, why in failures.items()]
    return Check(name="every_step_was_run", passed=not notes, text=" ".join(notes) or "Every step was run.")


def build_result(f: ClientReportFinding) -> StepResult:
    """What step 10 hands over: the finding in the form of the contract."""
    return StepResult(
        step=STEP,
        client=f.client,
        as_of=f.as_of,
        verdict=f.decision.verdict,
        headline=f.decision.sentence,
        estimates=f.key_numbers,
        checks=f.checks,
        actions=tuple(item.action for item in f.plan),
        tables={
            "decision": [f.decision.row()],
            "numbers": f.numbers,
            "actions": f.plan_rows,
            "would_change": f.would_change,
            "missing": f.missing,
            "contradictions": f.contradictions,
            "gates": f.gates,
            "canvas": f.canvas,
            "plan": f.plan_rows,
            "assumptions": f.register,
            "decisions": f.decisions,
        },
    )


def register_rows(f: ClientReportFinding) -> list[dict[str, Any]]:
    """The register for a reader: assumption, value and range (an estimate), per, basis, influence, source."""
    return [
        {
            "assumption": row["assumption"].replace("_", " "),
            "value and range": Estimate(
                **{name: row[name] for name in ("value", "low", "high", "unit", "per", "basis", "source")},
                confidence=None,
                n=None,
                reason="" if row["high"] is not None else "it has no upper limit",
            ),
            "per": row["per"],
            "basis": row["basis"],
            "moves the result by": "not computed" if row["swing"] is None else about(row["swing"], f.currency),
            "source": row["source"],
        }
        for row in f.register
    ]


def missing_rows(f: ClientReportFinding) -> list[dict[str, Any]]:
    """What is not known, in words; one row that says so where everything is known."""
    rows = [{"what": row["what"], "why": row["why"], "bring": row["bring"]} for row in f.missing]
    return rows or [{"what": "nothing", "why": "every number of this run is known, with its range", "bring": ""}]


def change_rows(f: ClientReportFinding) -> list[dict[str, Any]]:
    """What would change the decision; one row that says so where no single input would."""
    nothing = "No single input, within its range, would turn the median result from a gain into a loss or back."
    return [{"what": row["what"]} for row in f.would_change] or [{"what": nothing}]


def describe_contradictions(f: ClientReportFinding) -> str:
    """Whether the steps agree, in words."""
    return next(check.text for check in f.checks if check.name == "steps_agree")


def is_decided_by_its_gates(f: ClientReportFinding) -> bool:
    """Whether the decision follows from the gates: no go while one of them is closed. An assertion of the notebook."""
    closed = [row for row in f.gates if row["verdict"] not in (Status.GO, "passed")]
    return f.decision.status is not Status.GO or not closed
