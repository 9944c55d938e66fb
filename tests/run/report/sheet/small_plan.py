"""A programme so small that every month of it can be counted on paper."""

from __future__ import annotations

import io
from typing import Any

from openpyxl import Workbook, load_workbook

from referral_playbook.contract.evidence import StepResult
from referral_playbook.run.report.sheet.book import break_even_sheet
from tests.run.report import sample_results as samples

VALUES = {
    "baseline_referrals": 10.0,
    "uplift": 2.0,
    "new_referrals": 0.0,
    "qualified_share": 0.5,
    "conversion_rate": 0.2,
    "incremental_share": 0.5,
    "customer_value": 600.0,
    "reward": 100.0,
    "lead_reward": 0.0,
    "monthly_cost": 50.0,
    "set_up_cost": 200.0,
}
PLAN = {"deadline": 4, "discount_rate": 0.0, "payback_months": 6, "purse": None, "months_followed": 6}
LAGS = {
    "qualified": (1.0,),
    "converted": (0.5, 0.5),  # half convert in the month, half in the next
    "margin": (0.5, 0.25, 0.25),
    "rewarded": (0.0, 1.0),
}


def small_result(measured: tuple[str, ...] = (), missing: tuple[str, ...] = (), **changes: Any) -> StepResult:
    """Break-even of this programme; a range from half to twice each value, and some of it changed."""
    values, plan = {n: changes.get(n, x) for n, x in VALUES.items()}, {n: changes.get(n, x) for n, x in PLAN.items()}
    inputs = [
        {
            "name": name,
            "value": x,
            "low": x / 2,
            "high": 2 * x,
            "unit": "share" if name in ("qualified_share", "conversion_rate", "incremental_share") else "",
            "per": "month",
            "basis": "measured" if name in measured else "assumed",
            "source": "counted",
        }
        for name, x in values.items()
        if name not in missing
    ]
    lags = [{"months_after": k, **{s: v[k] if k < len(v) else 0.0 for s, v in LAGS.items()}} for k in range(3)]
    tables = {"inputs": inputs, "lags": lags, "plan": [{"name": n, "value": x} for n, x in plan.items()]}
    return samples.break_even(tables=tables)


def small_book(**changes: Any) -> Workbook:
    """The workbook of this programme."""
    return load_workbook(io.BytesIO(break_even_sheet(small_result(**changes))))
