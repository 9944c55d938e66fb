"""The decision: the three tests of break-even, held back by the fit of the product and by the reward."""

from dataclasses import dataclass
from typing import Any

from referral_playbook.contract.evidence import Status, Verdict
from referral_playbook.contract.names import Step
from referral_playbook.contract.writing.formatting import times, two_digits, written
from referral_playbook.contract.writing.units import TIMES, is_symbol
from referral_playbook.steps.client_report.results import Results, estimate, label, rows

GATES = {
    Step.PMF_CHECK: "Would customers miss you?",
    Step.VALUE_EXCHANGE: "Is a referral worth its reward?",
    Step.BREAK_EVEN: "Does the programme pay against doing nothing?",
}
TESTS = {
    "value": "Does the value of extra customers cover all cost?",
    "cash": "Is the cash need within the purse, and is it paid back in time?",
    "evidence": "Does it still pay with each unmeasured input at its unfavourable end?",
}
"""The three tests of break-even, as questions."""
NOT_RUN = "This step was not run."
LONGEST_LIST = 3
"""Things that would change the decision: more than three are no advice."""


@dataclass(frozen=True, kw_only=True)
class Decision:
    """The decision with its sentence and its reason, each one sentence or two."""

    verdict: Verdict
    sentence: str

    @property
    def status(self) -> Status:
        return self.verdict.status

    def row(self) -> dict[str, Any]:
        """The row of ``tables.decision``."""
        return {"status": self.status, "sentence": self.sentence, "why": self.verdict.reason}


def gate_verdicts(results: Results) -> dict[str, Verdict]:
    """Verdict of each gate; a step that was not run has none, and says so."""
    missing = Verdict(status=Status.NOT_ENOUGH_DATA, reason=NOT_RUN)
    return {step: results[step].verdict if step in results else missing for step in GATES}


def decide(results: Results) -> Decision:
    """Decide from the gates.

    Stop where any gate says stop. Otherwise break-even decides, for its three tests ask whether the programme pays;
    where customers might not miss the product, or the reward is in doubt, the best is a small test.
    """
    verdicts = gate_verdicts(results)
    stopped = [verdict for verdict in verdicts.values() if verdict.status is Status.STOP]
    if stopped:
        return _decided(results, Status.STOP, " ".join(verdict.reason for verdict in stopped))
    even = verdicts[Step.BREAK_EVEN]
    doubts = [v.reason for step, v in verdicts.items() if step != Step.BREAK_EVEN and v.status is not Status.GO]
    if even.status is Status.GO and doubts:
        return _decided(results, Status.TEST_SMALL, f"The economics carry a programme, but: {' '.join(doubts)}")
    return _decided(results, even.status, even.reason)


def _decided(results: Results, status: Status, reason: str) -> Decision:
    return Decision(verdict=Verdict(status=status, reason=reason), sentence=_sentence(results, status))


def is_running(results: Results) -> bool:
    """Whether a programme already runs, as the break-even step recognised it."""
    result = results.get(Step.BREAK_EVEN)
    return result is not None and any(check.name == "programme_runs" for check in result.checks)


def _sentence(results: Results, status: Status) -> str:
    running = is_running(results)
    if status is Status.GO:
        return "Continue the programme." if running else "Start the programme."
    if status is Status.STOP:
        return "Stop the programme as it is." if running else "Do not start a programme now."
    if status is Status.NOT_ENOUGH_DATA:
        return "There is not enough data to decide."
    if not _has_pilot(results) and _nothing_to_learn(results):
        return (
            "Change the programme before you spend more on it."
            if running
            else "Change the offer or its cost before you start."
        )
    if not _has_pilot(results):
        return (
            "Keep the programme at its size and measure before you spend more."
            if running
            else "Measure before you start."
        )
    return "Turn the programme into a test before you spend more on it." if running else "Test it small first."


def _has_pilot(results: Results) -> bool:
    """Whether a hold-out test is worth its cost; where none is, something else has to be measured."""
    return any((row.get("net") or 0.0) > 0 for row in rows(results, Step.BREAK_EVEN, "pilots"))


def _nothing_to_learn(results: Results) -> bool:
    """Whether break-even asks for a test and no measurement would teach anything."""
    if gate_verdicts(results)[Step.BREAK_EVEN].status is not Status.TEST_SMALL:
        return False
    named = any(row.get("named") for row in rows(results, Step.BREAK_EVEN, "measurements"))
    return bool(rows(results, Step.BREAK_EVEN, "pilots")) and not named


def gate_rows(results: Results) -> list[dict[str, Any]]:
    """The gates as rows: gate, step, verdict, reason; break-even by its three tests where they could be run."""
    verdicts = gate_verdicts(results)
    tests = rows(results, Step.BREAK_EVEN, "gate")
    whole = [
        {"gate": question, "step": step, "verdict": verdicts[step].status, "reason": verdicts[step].reason}
        for step, question in GATES.items()
        if step != Step.BREAK_EVEN or not tests
    ]
    return whole + [
        {
            "gate": TESTS.get(row["test"], row["test"]),
            "step": Step.BREAK_EVEN,
            "verdict": "passed" if row["passed"] else "not passed",
            "reason": row.get("text", ""),
        }
        for row in tests
    ]


def would_change(results: Results) -> list[dict[str, Any]]:
    """What would change the decision: rows what (a sentence), input, now, at, unit; at most three.

    First come the inputs that were not measured, for these a client can find out.
    """
    flips = [row for row in rows(results, Step.BREAK_EVEN, "flips") if row.get("value") is not None]
    flips.sort(key=lambda row: _is_measured(results, row["input"]))
    result = estimate(results, Step.BREAK_EVEN, "value_result")
    median = -1.0 if result is None else result.value or 0.0
    expected = next((r["value"] for r in rows(results, Step.BREAK_EVEN, "plan") if r["name"] == EXPECTED), median)
    return [
        {
            "what": _flip(row, pays=expected >= 0, on_average=(expected >= 0) != (median >= 0)),
            "input": row["input"],
            "now": row["now"],
            "at": row["value"],
            "unit": row["unit"],
        }
        for row in flips[:LONGEST_LIST]
    ]


def _is_measured(results: Results, name: str) -> bool:
    estimate_ = estimate(results, Step.BREAK_EVEN, name)
    return estimate_ is not None and estimate_.basis == "measured"


def _short(x: float, unit: str) -> str:
    """A number of the plan: counts to two digits, for nobody decides on the third."""
    return written(x, unit) if is_symbol(unit) or abs(x) >= 100 else f"{two_digits(x)} {unit}"


EXPECTED = "result_at_values"
"""The result whose sign the flips change; where a few large futures raise it, the median has another sign."""


def _flip(row: dict[str, Any], *, pays: bool, on_average: bool = False) -> str:
    """Where one input would have to be for the programme to pay, or to pay no longer."""
    unit, at_value, now_value = str(row["unit"]), float(row["value"]), float(row["now"])
    at, now = _short(at_value, unit), _short(now_value, unit)
    if unit == TIMES:
        at, now = times(at_value), times(now_value)
    would = "no longer pay" if pays else "pay"
    moved = "fell" if at_value < now_value else "rose"
    programme = "On average over all futures, the programme" if on_average else "The programme"
    # Where both read the same, a third digit would be no more certain than the second.
    end = "only a little" if at == now else f"to {at}"
    return f"{programme} would {would} if the {label(row['input'])} {moved} {end} (now {now})."
