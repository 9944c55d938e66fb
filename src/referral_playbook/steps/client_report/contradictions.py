"""Where two steps say different things about the same: a quantity with two values, a customer on two lists."""

import math
from itertools import combinations
from typing import Any

from referral_playbook.contract.evidence import Check, Estimate
from referral_playbook.contract.names import Step
from referral_playbook.contract.writing.formatting import quantity, written
from referral_playbook.steps.client_report.results import Results, every_estimate, label, rows

SAME = 1e-6
"""Relative difference up to which two values are the same."""
_LISTS = (
    (Step.ASK_AND_FOLLOW_UP, "close_the_loop"),
    (Step.ASK_AND_FOLLOW_UP, "ask_list"),
    (Step.LOYALTY_AND_UPSELL, "follow_up"),
    (Step.LOYALTY_AND_UPSELL, "upsell_list"),
)
NOT_BOTH = (*combinations(_LISTS, 2), ((Step.ASK_AND_FOLLOW_UP, "ask_list"), (Step.SOCIAL_CURRENCY, "do_not_ask")))
"""Lists that no customer may be on at once: one contact with one purpose a month, and nobody is asked too often."""


def contradictions(results: Results) -> list[dict[str, Any]]:
    """Rows what, step, value, other_step, other_value; none where the steps agree."""
    return [*_values(results), *_lists(results)]


def _values(results: Results) -> list[dict[str, Any]]:
    """Estimates of the same name, unit and denominator that two steps give with different values."""
    by_quantity: dict[tuple[str, str, str], list[tuple[str, Estimate]]] = {}
    for step, name, estimate in every_estimate(results):
        if estimate.defined:
            by_quantity.setdefault((name, estimate.unit, estimate.per), []).append((step, estimate))
    return [
        {
            "what": label(name),
            "step": step,
            "value": quantity(one),
            "other_step": other_step,
            "other_value": quantity(other),
        }
        for (name, _, _), stated in by_quantity.items()
        for (step, one), (other_step, other) in combinations(stated, 2)
        if not math.isclose(one.value or 0.0, other.value or 0.0, rel_tol=SAME, abs_tol=1e-12)
    ]


def _lists(results: Results) -> list[dict[str, Any]]:
    return [
        {
            "what": f"{written(len(both), 'customers')} on two lists",
            "step": step,
            "value": label(table),
            "other_step": other_step,
            "other_value": label(other_table),
        }
        for (step, table), (other_step, other_table) in NOT_BOTH
        if (both := _customers(results, step, table) & _customers(results, other_step, other_table))
    ]


def _customers(results: Results, step: str, table: str) -> set[str]:
    """Customers on a list without those of the control group, who are not contacted."""
    return {str(row["customer_id"]) for row in rows(results, step, table) if not row.get("control")}


def agreement(found: list[dict[str, Any]]) -> Check:
    """The check that no step contradicts another."""
    if not found:
        return Check(name="steps_agree", passed=True, text="No step contradicts another.")
    sentences = "; ".join(
        f"{row['what']}: {row['value']} in {label(row['step'])}, {row['other_value']} in {label(row['other_step'])}"
        for row in found[:5]
    )
    return Check(name="steps_agree", passed=False, text=f"Steps contradict each other. {sentences}.")
