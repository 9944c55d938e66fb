"""What the decision rests on: the register of assumptions by influence, and what is not known."""

from typing import Any

from referral_playbook.contract.evidence import Basis, Estimate, undefined
from referral_playbook.contract.names import Step
from referral_playbook.steps.client_report.results import Results, estimate, every_estimate, label, rows

INPUTS = frozenset(
    {
        "referrals_per_month",
        "baseline_referrals",
        "qualified_share",
        "conversion_rate",
        "customer_value",
        "incremental_share",
        "monthly_cost",
        "set_up_cost",
        "gross_margin",
        "fulfilment",
        "reward_advocate",
        "reward_friend",
        "uplift",
    }
)
"""Quantities that were put in: the register lists these, not what was computed from them."""
KEY_NUMBERS = {
    "very_disappointed_share": Step.PMF_CHECK,
    "customer_value": Step.VALUE_EXCHANGE,
    "reward_ceiling": Step.VALUE_EXCHANGE,
    "referrals_per_month": Step.GOAL_SETTING,
    "break_even_referrals": Step.BREAK_EVEN,
    "probability_by_date": Step.BREAK_EVEN,
}
FOUR_NUMBERS = ("extra_conversions", "value_result", "peak_cash_need", "cash_payback_month")
"""The four numbers of page 1, all of them against doing nothing."""


def key_numbers(results: Results) -> dict[str, Estimate]:
    """The numbers that the decision rests on, as the steps gave them."""
    wanted = {**KEY_NUMBERS, **dict.fromkeys(FOUR_NUMBERS, Step.BREAK_EVEN)}
    return {
        name: estimate(results, step, name) or undefined(_absent(results, step), unit="number", per="client")
        for name, step in wanted.items()
    }


def _absent(results: Results, step: str) -> str:
    return f"the step {label(step)} {'does not give it' if step in results else 'was not run'}"


def number_rows(results: Results) -> list[dict[str, Any]]:
    """The four numbers of page 1 as rows: name, value, low, high, unit, basis, why (they are not known)."""
    estimates = key_numbers(results)
    return [
        {"name": name, **e.fields("value", "low", "high", "unit", "basis"), "why": e.reason}
        for name, e in ((name, estimates[name]) for name in FOUR_NUMBERS)
    ]


def assumptions(results: Results) -> list[dict[str, Any]]:
    """What was not measured, the most influential first: `swing` is how far it moves the value result, in money."""
    swings = {row["input"]: abs(row["high_result"] - row["low_result"]) for row in tornado(results)}
    by_name: dict[str, dict[str, Any]] = {}
    for step, name, e in every_estimate(results):
        if name in INPUTS and e.defined and e.basis is not Basis.MEASURED:
            by_name.setdefault(name, _assumption(name, step, e, swings.get(name)))
    return sorted(by_name.values(), key=lambda row: (-(row["swing"] or 0.0), str(row["assumption"])))


def _assumption(name: str, step: str, e: Estimate, swing: float | None) -> dict[str, Any]:
    return {
        "assumption": name,
        **e.fields("value", "low", "high", "unit", "per", "basis", "source"),
        "swing": swing,
        "step": step,
    }


def missing(results: Results) -> list[dict[str, Any]]:
    """What is not known: rows what, number, step, why, and bring (the table that would tell)."""
    bring = {(row["step"], row["quantity"]): row.get("bring") or "" for row in rows(results, Step.INTAKE, "coverage")}
    return [
        {"what": label(name), "number": name, "step": step, "why": e.reason, "bring": bring.get((step, name), "")}
        for step, name, e in every_estimate(results)
        if not e.defined
    ]


def tornado(results: Results) -> list[dict[str, Any]]:
    """How far each input moves the value result; empty where break-even could not be computed."""
    return rows(results, Step.BREAK_EVEN, "tornado")


def describe_next_best(results: Results) -> str:
    """Name what is worth finding out first."""
    unmeasured = assumptions(results)
    if unmeasured and unmeasured[0]["swing"]:
        named = label(str(unmeasured[0]["assumption"]))
        return f"Measure the {named} first: it was not measured, and it moves the result most."
    if tornado(results):
        most = label(str(tornado(results)[0]["input"]))
        return f"All inputs with much influence were measured. The {most} moves the result most."
    return "Bring what is missing first: without it there is no result."
