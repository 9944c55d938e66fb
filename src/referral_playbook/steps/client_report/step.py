"""Step 10: one decision on one page, then the evidence.

The decision is the worst of the gates; a gate that says stop outweighs one that is not known. Everything here is taken
from what the steps handed over: no number is worked out again.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from referral_playbook.contract.evidence import Action, Basis, Check, Estimate, Status, StepResult, Verdict, undefined
from referral_playbook.contract.names import STEPS
from referral_playbook.domain.input_labels import INPUT_LABELS
from referral_playbook.facts.engagement import Engagement

STEP = "client_report"
GATES = {
    "pmf_check": "Would customers miss it?",
    "value_exchange": "Is a referral worth its reward?",
    "break_even": "Will the programme pay by the date?",
}
CANVAS = {
    "pmf_check": "Fit",
    "value_exchange": "Exchange",
    "social_currency": "Ease and credit",
    "goal_setting": "Goals",
    "break_even": "Break-even",
    "referral_sources": "Sources",
    "ask_and_follow_up": "Asks",
    "loyalty_and_upsell": "Loyalty",
    "programme_review": "Review",
}
WORST_FIRST = (Status.STOP, Status.NOT_ENOUGH_DATA, Status.TEST_SMALL, Status.GO)
KEY_NUMBERS = {
    "very_disappointed_share": "pmf_check",
    "customer_value": "value_exchange",
    "reward_ceiling": "value_exchange",
    "referrals_per_month": "goal_setting",
    "break_even_referrals": "break_even",
    "probability_by_date": "break_even",
}
INPUTS = frozenset({
    "referrals_per_month", "baseline_referrals", "qualified_share", "conversion_rate", "customer_value",
    "incremental_share", "monthly_cost", "set_up_cost", "gross_margin", "fulfilment", "reward_advocate",
    "reward_friend", "uplift",
})  # fmt: skip
"""What was put in: the register of assumptions lists these, not what was worked out from them."""
ADVICE = {
    Status.GO: "Go: start the programme with the goals and limits below.",
    Status.TEST_SMALL: "Test small: the numbers do not forbid it and do not yet carry it. "
    "Start with a few, and measure.",
    Status.STOP: "Stop: a programme now would cost more than it brings.",
    Status.NOT_ENOUGH_DATA: "Not enough data: what is missing comes first; the list is below.",
}
PLAN_COLUMNS = {"period": "When", "what": "What", "owner": "Owner", "due": "Due", "why": "Why"}
PERIODS = ((30, "first 30 days"), (60, "days 31 to 60"), (90, "days 61 to 90"))


def results(engagement: Engagement) -> dict[str, StepResult]:
    """What the earlier steps handed over, in their order; those not run are left out."""
    found = {step: engagement.upstream(step) for step in STEPS if step != STEP}
    return {step: result for step, result in found.items() if result is not None}


def gates(found: dict[str, StepResult]) -> list[dict[str, Any]]:
    """The gates as rows: question, verdict, reason; one that was not run says so."""
    return [
        {
            "gate": question,
            "step": step,
            "verdict": found[step].verdict.status if step in found else Status.NOT_ENOUGH_DATA,
            "reason": found[step].verdict.reason if step in found else "this step was not run",
        }
        for step, question in GATES.items()
    ]


def decision(found: dict[str, StepResult]) -> Verdict:
    """The worst of the gates, with the reasons of those that decide it."""
    rows = gates(found)
    status = min((row["verdict"] for row in rows), key=WORST_FIRST.index)
    if status is Status.GO:
        return Verdict(status=status, reason="Every gate is passed; what was assumed is listed below by its influence.")
    return Verdict(status=status, reason=" ".join(row["reason"] for row in rows if row["verdict"] is status))


def canvas(found: dict[str, StepResult]) -> list[dict[str, Any]]:
    """The referral canvas: one row a part, with what was found."""
    return [
        {
            "part": part,
            "what we found": found[step].headline if step in found else "not looked at in this run",
            "verdict": found[step].verdict.status.replace("_", " ") if step in found else "",
        }
        for step, part in CANVAS.items()
    ]


def plan(found: dict[str, StepResult]) -> list[dict[str, Any]]:
    """The 30/60/90 day plan: actions of all steps by due date, with owner, why and the step they come from."""
    rows = [
        {"period": _period(action, result.as_of), "what": action.what, "why": action.why, "owner": action.owner,
         "due": _due(action, result.as_of), "step": step}
        for step, result in found.items()
        for action in dict.fromkeys(result.actions)
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (row["due"] is None, row["due"] or "", STEPS.index(str(row["step"]))))


def _days(action: Action, as_of: date) -> int | None:
    if action.due is None or isinstance(action.due, int):
        return action.due
    return (action.due - as_of).days


def _period(action: Action, as_of: date) -> str:
    days = _days(action, as_of)
    if days is None:
        return "no date"
    return next((words for last, words in PERIODS if days <= last), "later")


def _due(action: Action, as_of: date) -> str | None:
    days = _days(action, as_of)
    return None if days is None else date.fromordinal(as_of.toordinal() + days).isoformat()


def register(found: dict[str, StepResult]) -> list[dict[str, Any]]:
    """What was not measured, the most influential first: swing is how far it moves the result at the date, in money."""
    moves = _influence(found)
    rows: dict[str, dict[str, Any]] = {}
    for step, result in found.items():
        for name, estimate in result.estimates.items():
            if estimate.basis is not Basis.MEASURED and estimate.defined and name in INPUTS:
                rows.setdefault(name, _assumption(name, step, estimate, moves.get(name)))
    return sorted(rows.values(), key=lambda row: (-(row["swing"] or 0.0), str(row["assumption"])))


def _assumption(name: str, step: str, e: Estimate, swing: float | None) -> dict[str, Any]:
    return {
        "assumption": name, "value": e.value, "low": e.low, "high": e.high, "unit": e.unit, "per": e.per,
        "basis": e.basis.value, "source": e.source, "swing": swing, "step": step,
    }  # fmt: skip


def _influence(found: dict[str, StepResult]) -> dict[str, float]:
    """Swing of the result at the date, by the estimate that moves it."""
    return {row["input"]: abs(row["high_result"] - row["low_result"]) for row in _tornado(found)}


def missing(found: dict[str, StepResult]) -> list[dict[str, Any]]:
    """What is not known, and why: rows number, step, why."""
    return [
        {"number": name, "step": step, "why": estimate.reason}
        for step, result in found.items()
        for name, estimate in result.estimates.items()
        if not estimate.defined
    ]


def key_numbers(found: dict[str, StepResult]) -> dict[str, Estimate]:
    """The six numbers that the decision stands on, as the steps gave them."""
    return {
        name: found[step].estimates[name]
        if step in found and name in found[step].estimates
        else undefined(f"{step} was not run", unit="number", per="client")
        for name, step in KEY_NUMBERS.items()
    }


def register_rows(found: dict[str, StepResult]) -> list[dict[str, Any]]:
    """The register with its ranges written out, for a reader: assumption, value and range, basis, source, swing."""
    return [
        {
            "assumption": str(row["assumption"]).replace("_", " "),
            "value and range": found[str(row["step"])].estimates[str(row["assumption"])],
            "per": row["per"],
            "basis": row["basis"],
            "moves the result by": "decided, or within another" if row["swing"] is None else row["swing"],
            "source": row["source"],
        }
        for row in register(found)
    ]


def missing_rows(found: dict[str, StepResult]) -> list[dict[str, Any]]:
    """What is not known, in words; one row that says so where everything is."""
    rows = [{**row, "number": str(row["number"]).replace("_", " ")} for row in missing(found)]
    return rows or [{"number": "none", "step": "", "why": "every number of this run is known, with its range"}]


def influence_bars(found: dict[str, StepResult]) -> list[dict[str, Any]]:
    """What the result at the date hangs on, ready to draw; empty where break-even could not be worked out."""
    return [
        {"input": _label(row["input"]), "at_low": row["low_result"], "at_high": row["high_result"]}
        for row in _tornado(found)
    ]


def _label(name: str) -> str:
    return INPUT_LABELS.get(name, name.replace("_", " "))


def middle(found: dict[str, StepResult]) -> float:
    """The result at the date with every input in its middle; 0 where nothing is drawn."""
    value = found["break_even"].estimates["value_result"].value if _tornado(found) else None
    return value or 0.0


def _tornado(found: dict[str, StepResult]) -> list[dict[str, Any]]:
    return found["break_even"].tables.get("tornado", []) if "break_even" in found else []


def flips(found: dict[str, StepResult]) -> list[dict[str, Any]]:
    """Where an input would flip the decision; inputs that cannot are left out."""
    rows = found["break_even"].tables.get("flips", []) if "break_even" in found else []
    columns = ("now", "flips_at", "unit")
    turning = [
        {"input": _label(row["input"]), "now": row["now"], "flips_at": row["value"], "unit": row["unit"]}
        for row in rows
        if row["value"] is not None
    ]
    return turning or [{"input": "none, within what is held possible", **dict.fromkeys(columns, "")}]


def next_best(found: dict[str, StepResult]) -> str:
    """What is worth finding out first, in words."""
    rows = register(found)
    if rows and rows[0]["swing"]:
        named = str(rows[0]["assumption"]).replace("_", " ")
        return f"Worth finding out first: {named}. It was not measured, and moves the result most."
    if _tornado(found):
        most = _label(_tornado(found)[0]["input"])
        return f"Everything that moves the result much was measured; most hangs on {most}."
    return "What is missing comes first: without it nothing can be weighed."


def conclude(engagement: Engagement) -> StepResult:
    """Everything step 10 hands over: the decision and what it rests on."""
    found = results(engagement)
    decided = decision(found)
    return StepResult(
        step=STEP,
        client=engagement.client,
        as_of=engagement.as_of,
        verdict=decided,
        headline=ADVICE[decided.status],
        estimates=key_numbers(found),
        checks=(_all_run(found),),
        actions=tuple(dict.fromkeys(action for result in found.values() for action in result.actions)),
        tables={
            "gates": gates(found),
            "canvas": canvas(found),
            "plan": plan(found),
            "assumptions": register(found),
            "missing": missing(found),
        },
    )


def _all_run(found: dict[str, StepResult]) -> Check:
    absent = [step for step in STEPS if step not in (STEP, *found)]
    text = f"not run: {', '.join(absent)}" if absent else "every step was run"
    return Check(name="every_step_was_run", passed=not absent, text=text)
