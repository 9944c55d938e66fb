"""The client's scenarios beside the plan: the same inputs, futures and gate at other parameters."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from referral_playbook.contract.evidence import Estimate
from referral_playbook.contract.settings.in_words import settings_text
from referral_playbook.contract.settings.scenarios import Scenario, read_scenarios
from referral_playbook.contract.writing.formatting import NOT_KNOWN, about
from referral_playbook.facts.engagement import Engagement
from referral_playbook.steps.break_even.economics import economics_at
from referral_playbook.steps.break_even.finding import BreakEvenFinding
from referral_playbook.steps.break_even.verdict import verdict_of_gate

AS_PLANNED = "As planned"
COMPARED = (
    "extra_conversions",
    "probability_by_date",
    "value_result",
    "cash_result",
    "peak_cash_need",
    "cash_payback_month",
)
"""Outcomes that scenarios are compared by."""
NONE_KEPT = "No scenario was kept for this client. Move a slider in a live session, name it, and keep it."


def finding_at(client: Engagement, found: BreakEvenFinding, changes: Mapping[str, Any]) -> BreakEvenFinding:
    """The finding with some parameters changed, computed as the step itself would compute it, on valid referrals.

    Tables that the verdict does not rest on (record, tornado, pilots and others) stay as they are, and parameters that
    only other steps read change nothing here.
    """
    own = {name: value for name, value in changes.items() if name in found.parameters.values}
    return replace(found, **economics_at(client, found.status, found.parameters.with_(**own)))


def scenario_rows(
    client: Engagement, found: BreakEvenFinding, scenarios: tuple[Scenario, ...] | None = None
) -> list[dict[str, Any]]:
    """The plan and each scenario that was kept for the client; no rows where none was kept.

    Rows scenario, changes (in words), who, when, why, verdict, and each outcome with its low and high end.
    """
    stored = read_scenarios(client.client_dir) if scenarios is None else scenarios
    if not stored:
        return []
    plan = _row(found, scenario=AS_PLANNED, changes="", who="", when="", why="")
    return [plan, *(_scenario_row(client, found, scenario) for scenario in stored)]


def _scenario_row(client: Engagement, found: BreakEvenFinding, scenario: Scenario) -> dict[str, Any]:
    return _row(
        finding_at(client, found, scenario.settings),
        scenario=scenario.name,
        changes=settings_text(scenario.settings, found.currency),
        who=scenario.who,
        when=scenario.when.isoformat(),
        why=scenario.why,
    )


def _row(found: BreakEvenFinding, **about: str) -> dict[str, Any]:
    outcomes = {name: found.outcomes[name] for name in COMPARED}
    ends = {f"{name}{end}": value for name, e in outcomes.items() for end, value in _ends(e).items()}
    return {**about, "verdict": verdict_of_gate(found).status, **ends}


def _ends(estimate: Estimate) -> dict[str, float | None]:
    return {"": estimate.value, "_low": estimate.low, "_high": estimate.high}


def side_by_side(found: BreakEvenFinding) -> list[dict[str, str]]:
    """The scenarios as columns for a reader: one row per outcome, one column for the plan and for each scenario."""
    rows, currency, months = found.scenarios, found.currency, found.forecast.timetable.deadline
    lines = {
        "What changes": [row["changes"] or "nothing" for row in rows],
        "Verdict": [str(row["verdict"]).replace("_", " ").capitalize() for row in rows],
        "Who kept it, and why": [
            ", ".join(text for text in (row["who"], row["when"], row["why"]) if text) for row in rows
        ],
        f"Extra customers by month {months}": [_cell(row, "extra_conversions", "count") for row in rows],
        "Probability that all cost is covered": [_cell(row, "probability_by_date", "share") for row in rows],
        f"Value result by month {months}": [_cell(row, "value_result", currency) for row in rows],
        f"Cash result by month {months}": [_cell(row, "cash_result", currency) for row in rows],
        "Peak cash need": [_cell(row, "peak_cash_need", currency) for row in rows],
        "Cash is back in month": [_cell(row, "cash_payback_month", "count") for row in rows],
    }
    names = [row["scenario"] for row in rows]
    if not names:
        return []
    return [{"": what, **dict(zip(names, cells, strict=True))} for what, cells in lines.items()]


def _cell(row: Mapping[str, Any], name: str, unit: str) -> str:
    """A value with its range, to three digits."""
    value, low, high = row[name], row[f"{name}_low"], row[f"{name}_high"]
    if value is None:
        return "not within the months followed" if name == "cash_payback_month" else NOT_KNOWN
    if low == high or low is None:
        return about(value, unit)
    top = "or more" if high is None else f"to {about(high, unit)}"
    return f"{about(value, unit)} ({about(low, unit)} {top})"
