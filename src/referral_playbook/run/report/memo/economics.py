"""The economics: what one conversion brings, what it takes to break even, what may come, and what moves it."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from referral_playbook.contract.estimate import Basis, Estimate
from referral_playbook.contract.evidence import Status
from referral_playbook.contract.names import Step
from referral_playbook.contract.writing.formatting import about, number, share, times, two_digits
from referral_playbook.contract.writing.wording import counted
from referral_playbook.run.report.memo.blocks import Block, Chart, Grid, Section, Text, section
from referral_playbook.run.report.memo.cells import NONE
from referral_playbook.run.report.memo.findings import Findings, Row
from referral_playbook.run.report.memo.words import sentences
from referral_playbook.show.break_even_charts import ON_BASELINE, conversion_bars, driver_rows, future_values
from referral_playbook.show.challenged import memo_lines
from referral_playbook.show.labels import label_of
from referral_playbook.show.words import clean, name

ANSWERS = {
    "naive": "Cost divided by customer value",
    "every_referral": "Every referral credited to the programme",
    "against_nothing": "Against doing nothing (used here)",
}
REACH = re.compile(r"of which the programme reaches (\S+%)")
FROM = {
    Basis.MEASURED: "measured in your data",
    Basis.BENCHMARK: "taken from published studies",
    Basis.ASSUMED: "assumed",
}
TESTS = {"value": "Value", "cash": "Cash", "evidence": "Evidence"}
OUTCOME = {True: "passed", False: "not passed", None: "not known"}


def economics(findings: Findings) -> Section | None:
    """The section on money; None where break-even was not run."""
    blocks: Sequence[Block | None] = (
        _uplift(findings),
        answers(findings),
        gate(findings),
        parts(findings),
        dots(findings),
        drivers(findings),
        _worth_knowing(findings),
        put_to_the_test(findings),
    )
    return section("economics", "The economics", blocks, Step.BREAK_EVEN, Step.VALUE_EXCHANGE)


def put_to_the_test(findings: Findings) -> Text | None:
    """How many changes to the data the decision survives; None unless the challenge began with this decision."""
    result, challenge = findings.result(Step.BREAK_EVEN), findings.challenge
    if result is None or challenge is None:
        return None
    same = challenge.base.verdicts.get(Step.BREAK_EVEN) == result.verdict.status.value
    return Text(" ".join(memo_lines(challenge))) if same else None


def _uplift(findings: Findings) -> Text | None:
    needed = findings.estimate(Step.BREAK_EVEN, "break_even_uplift")
    uplift = findings.estimate(Step.BREAK_EVEN, "uplift")
    chance = findings.estimate(Step.BREAK_EVEN, "probability_by_date")
    sentences = []
    if needed is not None:
        sentences.append(
            f"To break even, referrals must rise to {_times(needed)} what would come without the programme."
        )
    if uplift is not None:
        sentences.append(f"We expect {_times(uplift)}; this number is {FROM[uplift.basis]}.")
        if reach := REACH.search(uplift.source):
            sentences.append(f"The programme reaches {reach.group(1)} of all referrals; the others stay as they are.")
    if chance is not None:
        value, low, high = (about(x, "share") for x in (chance.value, chance.low, chance.high))
        sentences.append(f"The chance that the value of extra customers covers all costs by the date is {value}.")
        if low != high:
            sentences.append(f"It could be anything from {low} to {high}, depending on the least certain input.")
    return Text(" ".join(sentences)) if sentences else None


def _times(estimate: Estimate) -> str:
    """A factor with its range, to two digits."""
    value, low, high = estimate.value, estimate.low, estimate.high
    if value is None or low is None or low == high:
        return times(value)
    top = "or more" if high is None else f"to {two_digits(high)}"
    return f"{times(value)} ({two_digits(low)} {top})"


def answers(findings: Findings) -> Grid | None:
    """The three answers to how many referrals it takes, naive first."""
    rows = findings.rows(Step.BREAK_EVEN, "three_answers")
    if not rows:
        return None
    lines = tuple((_answer(row), _whole(row, "conversions"), _whole(row, "referrals")) for row in rows)
    return Grid("What it takes to break even", ("Counted how", "Conversions", "Referrals in all"), lines, (1, 2))


def _whole(row: Row, key: str) -> str:
    """A count that is needed: the next whole number."""
    value = row.get(key)
    return NONE if value is None else number(math.ceil(round(value, 6)))


def _answer(row: Row) -> str:
    return ANSWERS.get(str(row.get("answer")), name(clean(str(row.get("answer", "")))))


def gate(findings: Findings) -> Grid | None:
    """The three tests that decide."""
    rows = findings.rows(Step.BREAK_EVEN, "gate")
    if not rows:
        return None
    lines = tuple((_test(row), _result(row), OUTCOME.get(row.get("passed"), "")) for row in rows)
    return Grid("The three tests behind the decision", ("Test", "Result", "Outcome"), lines)


def _test(row: Row) -> str:
    key = str(row.get("test", ""))
    return TESTS.get(key, name(key))


def _result(row: Row) -> str:
    """What a test found: the step's own sentence, else its value beside the threshold."""
    if row.get("text"):
        return sentences(str(row["text"]), 2)
    return f"{_gate_cell(row.get('value'))}, threshold {_gate_cell(row.get('threshold'))}"


def _gate_cell(value: object) -> str:
    """A value of the gate: text as it is, a share below 1 as a percentage."""
    if isinstance(value, str):
        return clean(value)
    if not isinstance(value, (int, float)):
        return NONE
    return share(value) if 0 <= value <= 1 else number(value)


def parts(findings: Findings) -> Chart | None:
    """What one extra conversion brings and what is taken from it."""
    result = findings.result(Step.BREAK_EVEN)
    bars = conversion_bars(result) if result else {}
    if len(bars) < 2 or not findings.currency:
        return None
    total = sum(bars.values())
    return findings.chart("conversion", _left_over(total, bars.get(ON_BASELINE), findings.currency))


def _left_over(total: float, on_baseline: float | None, currency: str) -> str:
    """What one extra conversion leaves, before and after the rewards on referrals that come anyway."""
    if not on_baseline:
        return f"One extra conversion leaves {about(total, currency)} after rewards and fulfilment."
    own = f"One extra conversion leaves {about(total - on_baseline, currency)} after its own reward and fulfilment"
    all_of_them = f"{about(total, currency)} after the rewards paid on referrals that come anyway"
    return f"{own}, and {all_of_them}. Amounts are rounded."


def dots(findings: Findings) -> Chart | None:
    """Fifty equally likely futures against doing nothing."""
    result = findings.result(Step.BREAK_EVEN)
    values = future_values(result) if result else []
    if not values or not findings.currency:
        return None
    good = _of_all(sum(x >= 0 for x in values), len(values))
    counted_futures = f"Each dot is one of {len(values)} equally likely futures"
    return findings.chart("futures", f"{counted_futures}; in {good} the value of customers won covers all costs.")


def _of_all(count: int, all_of_them: int) -> str:
    return {0: "none of them", all_of_them: "all of them"}.get(count, f"{count} of them")


def drivers(findings: Findings) -> Chart | None:
    """What moves the result: one input at a time, with the line at which it turns to a loss."""
    result = findings.result(Step.BREAK_EVEN)
    rows = driver_rows(result) if result else []
    if not rows or not findings.currency:
        return None
    first = label_of(str(max(rows, key=lambda r: abs(r["high_result"] - r["low_result"]))["input"]))
    return findings.chart(
        "drivers",
        f"The {first} moves the result most. Each bar moves one input over the range that holds 8 of 10 futures, "
        "with the others at their expected values.",
    )


def _worth_knowing(findings: Findings) -> Text | None:
    rows = [row for row in findings.rows(Step.BREAK_EVEN, "knowledge") if row.get("evppi")]
    if not rows or not findings.currency:
        return None
    best = _named(findings, rows) or max(rows, key=lambda row: row["evppi"])
    gain = about(best["evppi"], findings.currency)
    what = label_of(str(best["input"]))
    cost = next((m.get("cost") for m in findings.rows(Step.BREAK_EVEN, "measurements") if m.get("named")), None)
    if findings.status is Status.STOP and cost is None:
        return None  # nothing that can be measured would change the decision
    if cost is not None and cost > best["evppi"]:
        price = about(cost, findings.currency)
        return Text(
            f"The decision waits for the {what}. Measuring it costs about {price}, more than the answer is worth on "
            f"average (up to {gain}), but without it there is too little evidence for a start."
        )
    return Text(f"The most useful thing to measure is the {what}. Knowing it before deciding is worth up to {gain}.")


def _named(findings: Findings, rows: Sequence[Row]) -> Row | None:
    """The input whose measurement the verdict names, so that the memo names no other."""
    named = {row["input"] for row in findings.rows(Step.BREAK_EVEN, "measurements") if row.get("named")}
    return next((row for row in rows if row["input"] in named), None)


def pilot(findings: Findings) -> Text | None:
    """The size of the hold-out test that is worth most after its cost."""
    rows = [row for row in findings.rows(Step.BREAK_EVEN, "pilots") if row.get("net") is not None]
    if not rows or not findings.currency:
        return None
    best = max(rows, key=lambda row: row["net"])
    if best["net"] <= 0 and (decides := _test_that_decides(findings)):
        return Text(decides)
    if best["net"] <= 0:
        return Text("No hold-out test of the uplift pays for itself: what it could teach is worth less than it costs.")
    asked, held = counted(best["asked"], "customer"), number(best["held_out"])
    cost, gain = (about(best[key], findings.currency) for key in ("cost", "evsi"))
    months = counted(best["months"], "month")
    return Text(
        f"The best test asks {asked}, holds out {held} and runs for {months}. It costs about {cost}, and what it "
        f"teaches is worth about {gain}."
    )


def _test_that_decides(findings: Findings) -> str:
    """The hold-out test that the decision waits for although it costs more than it is worth; empty where there is none.

    Without it the memo would ask for a test in one place and say in another that no test pays.
    """
    rows = findings.rows(Step.BREAK_EVEN, "measurements")
    row = next((row for row in rows if row.get("named") and row.get("held_out")), None)
    if row is None or not findings.currency:
        return ""
    who = f"{counted(row['size'], 'customer')}, holds out {number(row['held_out'])}"
    cost, gain = (about(row[key], findings.currency) for key in ("cost", "evsi"))
    return (
        f"The test that decides asks {who} and runs for {counted(row['months'], 'month')}. It costs about {cost}, and "
        f"what it teaches is worth about {gain} on average: less than its cost, but without it nobody can say go."
    )
