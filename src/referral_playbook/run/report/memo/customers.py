"""The customers by segment: would they miss it, would they recommend it, do they stay."""

from __future__ import annotations

from referral_playbook.contract.names import Step
from referral_playbook.contract.personal import SMALL_GROUP
from referral_playbook.contract.writing.formatting import interval, share
from referral_playbook.run.report.memo.blocks import Grid, Section, Text, section
from referral_playbook.run.report.memo.cells import ranged
from referral_playbook.run.report.memo.findings import Findings, Row
from referral_playbook.run.report.memo.words import sentence, sentences
from referral_playbook.show.words import clean

POOLED = "Other segments"
COUNTS = ("monthly_retention_n", "nps_n", "very_disappointed_n")


def customers(findings: Findings) -> Section | None:
    """The section on customers; None where neither a survey nor retention is known."""
    blocks = (_fit(findings), segments(findings), _kept(findings))
    return section("customers", "The customers", blocks, Step.PMF_CHECK, Step.LOYALTY_AND_UPSELL)


def _fit(findings: Findings) -> Text | None:
    ellis = findings.estimate(Step.PMF_CHECK, "very_disappointed_share")
    nps = findings.estimate(Step.PMF_CHECK, "nps")
    lines = []
    if ellis is not None:
        lines.append(
            f"{interval(ellis)} of users would be very disappointed without you; the usual threshold is {share(0.4)}."
        )
    if nps is not None:
        lines.append(f"The net promoter score is {interval(nps)}.")
    result = findings.result(Step.PMF_CHECK)
    if not lines and result is not None:
        lines.append(sentence(sentences(result.headline, 1)))
    return Text(" ".join(lines)) if lines else None


def segments(findings: Findings) -> Grid | None:
    """Fit, recommendation and retention by segment; small segments are pooled without their scores."""
    rows = findings.rows(Step.PMF_CHECK, "segments")
    large = [row for row in rows if _people(row) >= SMALL_GROUP]
    small = [row for row in rows if row not in large]
    if not large:
        return None
    lines = [_segment(row) for row in large]
    if small:
        lines.append((POOLED, "too few to show", "", "", ""))
    headings = ("Segment", "Very disappointed", "Net promoter score", "Monthly retention", "Advice")
    return Grid("By segment, with ranges", headings, tuple(lines), (1, 2, 3))


def _people(row: Row) -> int:
    return max((int(row[key]) for key in COUNTS if row.get(key) is not None), default=0)


def _segment(row: Row) -> tuple[str, ...]:
    return (
        clean(str(row["segment"])),
        ranged(row, "very_disappointed", "share"),
        ranged(row, "nps", "NPS"),
        ranged(row, "monthly_retention", "share"),
        clean(str(row.get("sorted_into") or "")),
    )


def _kept(findings: Findings) -> Text | None:
    kept = findings.estimate(Step.LOYALTY_AND_UPSELL, "customers_kept")
    net = findings.estimate(Step.LOYALTY_AND_UPSELL, "nrr")
    sentences = []
    if kept is not None:
        sentences.append(f"{interval(kept)} of the customers of a year ago are still customers.")
    if net is not None:
        sentences.append(f"Net revenue retention over the year is {interval(net)}.")
    return Text(" ".join(sentences)) if sentences else None
