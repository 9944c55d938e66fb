"""Step 10: one decision, at most nine actions, and what the decision rests on."""

from referral_playbook.steps.client_report.step import (
    PLAN_COLUMNS,
    ClientReportFinding,
    build_result,
    change_rows,
    describe_contradictions,
    find,
    is_decided_by_its_gates,
    missing_rows,
    register_rows,
)

__all__ = [
    "PLAN_COLUMNS",
    "ClientReportFinding",
    "build_result",
    "change_rows",
    "describe_contradictions",
    "find",
    "is_decided_by_its_gates",
    "missing_rows",
    "register_rows",
]
