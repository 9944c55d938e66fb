"""What was decided in meetings, and the scenarios that were kept beside the plan."""

from __future__ import annotations

from datetime import date

from referral_playbook.contract.names import Step
from referral_playbook.contract.settings.in_words import setting_name, setting_value
from referral_playbook.contract.writing.agreement import agreed
from referral_playbook.contract.writing.dates import day
from referral_playbook.contract.writing.formatting import about, number
from referral_playbook.run.report.memo.blocks import Block, Grid, Section, Text, section
from referral_playbook.run.report.memo.cells import NONE
from referral_playbook.run.report.memo.findings import Findings, Row
from referral_playbook.show.words import STATUS, clean

MOST = 8
"""At most so many decisions, the newest: the memo stays short, and decisions.toml has them all."""
OUTCOMES = {
    "extra_conversions": ("Extra customers", "count"),
    "probability_by_date": ("Chance that all cost is covered", "share"),
    "value_result": ("Value result", ""),
    "cash_result": ("Cash result", ""),
    "peak_cash_need": ("Peak cash need", ""),
    "cash_payback_month": ("Cash is back in month", "count"),
}
"""What scenarios are compared by, with its unit; empty is the client's currency."""


def decided(findings: Findings) -> Section | None:
    """The register of decisions and the comparison of scenarios; None where nobody kept any."""
    blocks: list[Block | None] = [register(findings), _older(findings), scenarios(findings)]
    return section("decided", "What was decided", blocks, Step.BREAK_EVEN)


def register(findings: Findings) -> Grid | None:
    """Every change of the plan: what, from, to, who, when and why."""
    rows = findings.rows(Step.CLIENT_REPORT, "decisions")[-MOST:]
    lines = tuple(_decision(row, findings.currency) for row in rows)
    headings = ("What", "From", "To", "Who", "When", "Why")
    return Grid("Changes of the plan, the newest last", headings, lines) if lines else None


def _decision(row: Row, currency: str) -> tuple[str, ...]:
    name = str(row["parameter"])
    before, after = (clean(setting_value(name, row[key], currency)) for key in ("was", "value"))
    what = setting_name(name)
    return (what[:1].upper() + what[1:], before, after, clean(row["who"]), _day(row["when"]), clean(row["why"]))


def _day(text: str) -> str:
    try:
        return day(date.fromisoformat(text))
    except ValueError:
        return clean(text)


def _older(findings: Findings) -> Text | None:
    more = len(findings.rows(Step.CLIENT_REPORT, "decisions")) - MOST
    text = agreed(f"{number(more)} older decisions are in decisions.toml.")
    return Text(text, soft=True) if more > 0 else None


def scenarios(findings: Findings) -> Grid | None:
    """The plan and the scenarios side by side: a column each."""
    rows = findings.rows(Step.BREAK_EVEN, "scenarios")
    if not rows:
        return None
    lines = [
        ("What changes", *(clean(row["changes"]) or "nothing" for row in rows)),
        ("Verdict", *(STATUS[row["verdict"]] for row in rows)),
    ]
    for name, (label, unit) in OUTCOMES.items():
        lines.append((label, *(_outcome(row, name, unit or findings.currency) for row in rows)))
    headings = ("", *(clean(row["scenario"]) for row in rows))
    return Grid("Scenarios beside the plan", headings, tuple(lines))


def _outcome(row: Row, name: str, unit: str) -> str:
    value = row.get(name)
    return NONE if value is None else about(value, unit)
