"""What changed since the previous run, in half a page."""

from __future__ import annotations

from referral_playbook.contract.names import Step
from referral_playbook.contract.writing.dates import day
from referral_playbook.contract.writing.wording import counted, listed
from referral_playbook.run.compare import Comparison, compare
from referral_playbook.run.report.memo.blocks import Block, Grid, Section, Text, section
from referral_playbook.run.report.memo.findings import Findings
from referral_playbook.show.words import name

MOST = 5
"""At most so many numbers."""
LEADING = (Step.BREAK_EVEN, Step.GOAL_SETTING, Step.LOYALTY_AND_UPSELL, Step.PMF_CHECK, Step.VALUE_EXCHANGE)
"""Steps whose numbers are shown first."""


def changes(findings: Findings) -> Section | None:
    """The section on what changed; None where there is no earlier run or nothing reads differently."""
    if not findings.previous:
        return None
    comparison = compare(findings.previous, findings.results)
    if not (comparison.verdicts or comparison.numbers):
        return None
    blocks: list[Block | None] = [_summary(comparison), _numbers(comparison)]
    return section("changes", f"What changed since {day(comparison.before)}", blocks)


def _summary(comparison: Comparison) -> Text:
    verdicts = [
        f"{'the decision' if c.step == Step.CLIENT_REPORT else name(c.step)} (from {c.before.lower()} to "
        f"{c.after.lower()})"
        for c in comparison.verdicts
    ]
    told = f"New verdicts: {listed(verdicts)}. " if verdicts else "No verdict changed. "
    moved, noise = len(comparison.beyond_noise), len(comparison.within_noise)
    return Text(f"{told}{counted(moved, 'number')} moved beyond chance; {counted(noise, 'other')} moved within it.")


def _numbers(comparison: Comparison) -> Grid | None:
    """The numbers that moved beyond their noise, those of the decision first."""
    order = {step: i for i, step in enumerate(LEADING)}
    found = sorted(comparison.beyond_noise, key=lambda c: order.get(Step(c.step), len(order)))[:MOST]
    rows = tuple((c.label, c.before, c.after) for c in found)
    return Grid("Beyond what chance explains", ("Number", "Before", "Now"), rows, (1, 2)) if rows else None
