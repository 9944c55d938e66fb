"""The sheet of inputs: the report's value, yours in yellow, low and high, unit, basis and note."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openpyxl.worksheet.worksheet import Worksheet

from referral_playbook.contract.estimate import Basis
from referral_playbook.contract.evidence import StepResult
from referral_playbook.run.report.sheet.cells import SOFT, TITLE, WRAP, YELLOW, headings, text, value, widths
from referral_playbook.show.labels import heading_of

SHEET = "Inputs"
FIRST = 6
"""The row of the first input."""
USED = (
    "baseline_referrals",
    "uplift",
    "new_referrals",
    "qualified_share",
    "conversion_rate",
    "incremental_share",
    "customer_value",
    "reward",
    "lead_reward",
    "monthly_cost",
    "set_up_cost",
)
NEUTRAL = {"new_referrals": 0.0, "reward": 0.0, "lead_reward": 0.0, "monthly_cost": 0.0, "set_up_cost": 0.0}
"""What an input is where the programme has none of it."""
PLAN = {
    "deadline": ("Judged in month", "months", "0"),
    "discount_rate": ("Discount rate", "per year", "0.0%"),
    "payback_months": ("Cash must be back by month", "months", "0"),
    "purse": ("Most cash that may be out (leave empty for no limit)", "", "#,##0"),
}
COSTS = ("reward", "lead_reward", "monthly_cost", "set_up_cost")
"""Inputs of which more is worse."""
HEADINGS = ("What", "In the report", "Yours", "Low", "High", "Unit", "Per", "Basis", "Note")


@dataclass(frozen=True)
class InputCells:
    """Where each input stands: its row on the sheet, and whether it was measured."""

    rows: Mapping[str, int]
    measured: Mapping[str, bool]

    def yours(self, name: str) -> str:
        """The address of the cell to change, for a formula on any sheet."""
        return f"{SHEET}!$C${self.rows[name]}"

    def end(self, name: str, *, good: bool) -> str:
        """The address of the favourable or unfavourable end; of the value itself where it was measured."""
        if self.measured[name]:
            return self.yours(name)
        column = "E" if good != (name in COSTS) else "D"
        return f"{SHEET}!${column}${self.rows[name]}"


def known_inputs(result: StepResult) -> dict[str, dict[str, Any]]:
    """The inputs of the forecast by name; those that a programme may do without are 0."""
    rows = {row["name"]: row for row in result.tables.get("inputs", []) if row.get("value") is not None}
    neutral = {"unit": "", "per": "", "basis": "assumed", "source": "The programme has none."}
    return {
        name: rows.get(name) or {"name": name, "value": NEUTRAL[name], "low": 0.0, "high": 0.0, **neutral}
        for name in USED
        if name in rows or name in NEUTRAL
    }


def plan_values(result: StepResult) -> dict[str, float | None]:
    """Dates, discount rate and thresholds of the plan by name."""
    return {row["name"]: row["value"] for row in result.tables.get("plan", [])}


def write_inputs(sheet: Worksheet, result: StepResult, title: str) -> InputCells:
    """Write the sheet; where each input stands."""
    text(sheet, "A1", title, TITLE)
    text(sheet, "A2", "Change the yellow cells. Every sheet follows; the report's own numbers stay beside yours.", SOFT)
    headings(sheet, FIRST - 1, HEADINGS)
    rows, measured = {}, {}
    for at, (name, row) in enumerate(known_inputs(result).items(), start=FIRST):
        rows[name], measured[name] = at, row["basis"] == Basis.MEASURED
        _write_input(sheet, at, row)
    plan = plan_values(result)
    for at, (name, (words, unit, shape)) in enumerate(PLAN.items(), start=FIRST + len(rows) + 1):
        rows[name], measured[name] = at, True
        text(sheet, f"A{at}", words)
        text(sheet, f"F{at}", unit)
        value(sheet, f"B{at}", plan.get(name), shape)
        value(sheet, f"C{at}", plan.get(name), shape)
        sheet[f"C{at}"].fill = YELLOW
    sheet.freeze_panes = f"B{FIRST}"
    widths(sheet, 40, 14, 14, 12, 12, 12, 24, 12, 80)
    return InputCells(rows, measured)


def _write_input(sheet: Worksheet, at: int, row: Mapping[str, Any]) -> None:
    shape = "0.0%" if row["unit"] == "share" else "#,##0.00"
    text(sheet, f"A{at}", heading_of(row["name"]))
    for letter, key in (("B", "value"), ("C", "value"), ("D", "low"), ("E", "high")):
        value(sheet, f"{letter}{at}", row[key], shape)
    sheet[f"C{at}"].fill = YELLOW
    for letter, key in (("F", "unit"), ("G", "per"), ("H", "basis"), ("I", "source")):
        text(sheet, f"{letter}{at}", str(row.get(key) or ""))
    sheet[f"I{at}"].alignment = WRAP
