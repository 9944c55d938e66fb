"""The programme's own record: what happened before and since, goals met, and what the plan leaves out."""

from __future__ import annotations

from referral_playbook.contract.evidence import ONLY_CONVERTED, Basis, Estimate, Status
from referral_playbook.contract.names import Step
from referral_playbook.contract.writing.dates import month
from referral_playbook.contract.writing.formatting import interval, number
from referral_playbook.run.report.memo.blocks import Grid, Section, Text, section
from referral_playbook.run.report.memo.cells import NONE, plain
from referral_playbook.run.report.memo.findings import Findings, Row
from referral_playbook.run.report.memo.words import sentence
from referral_playbook.show.words import clean


def programme(findings: Findings) -> Section | None:
    """The section on the programme's record; None where nothing was recorded."""
    shown = (record(findings), _control(findings), forecasts(findings), _today(findings), _flagged(findings))
    blocks = (*shown, goals(findings))
    return section("programme", "What referrals have done so far", blocks, Step.PROGRAMME_REVIEW, Step.GOAL_SETTING)


def record(findings: Findings) -> Grid | None:
    """Referrals and conversions per 1,000 customer-months, by period."""
    rows = findings.first_rows("record", Step.BREAK_EVEN, Step.PROGRAMME_REVIEW)
    if not rows:
        return None
    per = f"per {number(1000)}"
    headings = ("Period", "Customer-months", "Referrals", per, "Conversions", per)
    caption = "The record. It describes what happened; it does not show what the programme caused"
    return Grid(caption, headings, tuple(map(_record_row, rows)), (1, 2, 3, 4, 5))


def _control(findings: Findings) -> Text | None:
    """What the control group shows of the programme, in the range that is right however often it is read."""
    ratio = findings.estimate(Step.PROGRAMME_REVIEW, "uplift_at_every_look")
    if ratio is None or ratio.low is None or ratio.high is None:
        return None
    text = f"Customers who may be asked refer {interval(ratio)} as often as the control group."
    if ratio.low <= 1 <= ratio.high:
        return Text(f"{text} The range includes 1, so the effect of the programme is not shown yet.")
    return Text(f"{text} This is an effect of the programme: the control group was drawn by lot.")


def forecasts(findings: Findings) -> Text | None:
    """How often the ranges of earlier runs held; None until a sealed forecast has been scored."""
    result = findings.result(Step.PROGRAMME_REVIEW)
    checks = result.checks if result else ()
    scored = [check for check in checks if check.name == "earlier_forecasts" and check.passed is not None]
    return Text(sentence(scored[0].text)) if scored else None


def _record_row(row: Row) -> tuple[str, ...]:
    base = row.get("customer_months")
    cells = [_period(row), plain(base)]
    for key in ("referrals", "conversions"):
        count = row.get(key)
        cells += [plain(count), NONE if count is None or not base else number(1000 * count / base)]
    return tuple(cells)


def _period(row: Row) -> str:
    """The period in words, with its months where they are known."""
    words = sentence(str(row.get("period", ""))).rstrip(".")
    if row.get("from") and row.get("to"):
        return f"{words} ({month(str(row['from'])[:7])} to {month(str(row['to'])[:7])})"
    return words


def _today(findings: Findings) -> Text | None:
    rate = findings.estimate(Step.GOAL_SETTING, "referrals_per_month")
    goal = findings.estimate(Step.GOAL_SETTING, "programme_goal")
    if rate is None:
        return None
    text = _rate(rate)
    if goal is not None and findings.status is not Status.STOP:
        low, high = number(goal.low), number(goal.high)
        target = "to keep that rate" if number(goal.value) == number(rate.value) else f"{number(goal.value)} a month"
        text += f" The goal is {target}. We expect {low} to {high} in 8 of 10 months."
    return Text(text)


def _rate(rate: Estimate) -> str:
    """How many referrals come now, and where the tables do not count them, that it is assumed and why."""
    count = interval(rate.as_(unit="count"))
    if not rate.defined or rate.basis is Basis.MEASURED:
        return f"Customers and partners now make {count} valid referrals a month."
    only = f" {sentence(ONLY_CONVERTED)}" if ONLY_CONVERTED in rate.source else ""
    return f"We assume that customers and partners now make {count} referrals a month.{only}"


def _flagged(findings: Findings) -> Text | None:
    share = findings.estimate(Step.PROGRAMME_REVIEW, "flagged_share")
    if share is None or not share.value:
        return None
    owed = findings.estimate(Step.PROGRAMME_REVIEW, "reward_liability")
    text = (
        f"Our fraud rules flag {interval(share)} of referrals. The plan does not count them until someone has looked."
    )
    return Text(text + (f" Rewards still owed: {interval(owed)}." if owed and owed.value else ""))


def goals(findings: Findings) -> Grid | None:
    """The last month of each goal: actual of valid referrals, target, expected range, reading."""
    rows = findings.rows(Step.PROGRAMME_REVIEW, "goals") or findings.rows(Step.GOAL_SETTING, "progress")
    last = {row["metric"]: row for row in rows if row.get("actual") is not None}
    if not last:
        return None
    when = month(max(str(row["month"]) for row in last.values()))
    lines = tuple(_goal_row(row) for row in last.values())
    return Grid(f"Goals, {when}", ("Goal", "Actual", "Target", "Normal range", "Reading"), lines, (1, 2, 3))


def _goal_row(row: Row) -> tuple[str, ...]:
    low, high = row.get("low"), row.get("high")
    expected = NONE if low is None or high is None else f"{number(low)} to {number(high)}"
    return (
        sentence(str(row["metric"])).rstrip("."),
        plain(row.get("without_flagged", row["actual"])),
        plain(row.get("target")),
        expected,
        clean(str(row.get("reading_without_flagged", row.get("reading", "")))),
    )
