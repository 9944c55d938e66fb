"""What must be true of every client's run, whatever is odd about the client."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator
from html import unescape
from itertools import pairwise

from agreement import contradictions
from clocks import without_a_clock

from monkey.chain import CRASHED, REFUSED, Outcome
from monkey.plan import plan_faults
from monkey.sections import disagreements
from referral_playbook.contract.evidence import Estimate, Status, StepResult
from referral_playbook.contract.settings.declarations import declarations

SECONDS = 20.0
"""CPU seconds that one step may take for a small client."""
FORBIDDEN = {
    "nan": re.compile(r"\b(?:nan|NaT)\b"),
    "NaN": re.compile(r"\bNaN\b"),
    "None": re.compile(r"\bNone\b(?= ?[,;:.)%<]|$)"),
    "inf": re.compile(r"(?<![\w])-?inf\b"),
    "0 of 0": re.compile(r"\b0 of 0\b"),
    "1 and a plural": re.compile(
        r"(?<![\d.,])1 (?:customers|months|referrals|conversions|rows|people|friends|leads|arms)\b"
    ),
    "(no range)": re.compile(r"\(no range\)"),
}
PARAMETERS = re.compile(rf"\b({'|'.join(name for name in declarations() if '_' in name)})\b")
DENIED = {
    Status.GO: re.compile(r"not enough data|cannot break even", re.I),
    Status.STOP: re.compile(r"not enough data", re.I),
}
"""What the reason of a verdict cannot say."""


def faults(outcome: Outcome, *, must_be_refused: bool = False, ids: Collection[str] = ()) -> list[str]:
    """Everything that is wrong with a run; nothing where all is well. `ids` look like forbidden text and are none."""
    if outcome.code == CRASHED:
        return [f"crash: {outcome.message}"]
    if outcome.code == REFUSED:
        return [] if outcome.message.strip() else ["refused without a word"]
    found = ["a value beyond its bounds was taken"] if must_be_refused else []
    for step, result in outcome.results.items():
        found += [f"{step}: {fault}" for fault in _of_result(result)]
    found += disagreements(outcome.results)
    found += plan_faults(outcome.results)
    found += [f"{step}, shown: {fault}" for step, html in outcome.shown for fault in _of_text(_text(html))]
    found += [f"contradiction: {fault}" for fault in contradictions(outcome.results)]
    found += [f"two texts of one number: {fault}" for fault in outcome.two_ways]
    slow = [f"{step}: took {took:.0f} CPU seconds" for step, took in outcome.seconds.items() if took > SECONDS]
    return [fault for fault in dict.fromkeys(found + slow) if not any(f"{who} in: " in fault for who in ids)]


def _of_result(result: StepResult) -> Iterator[str]:
    reasons = {check.name: check.text for check in result.checks}
    for name, estimate in result.estimates.items():
        yield from _of_estimate(name, estimate, reasons)
    for text in sentences_of(result):
        yield from _of_text(text)
        if raw := PARAMETERS.search(text):
            yield f"a parameter's raw name, {raw.group()}: {text[:160]}"
        yield from (f"pay-back without a clock: {sentence}" for sentence in without_a_clock(text))
    if (denied := DENIED.get(result.verdict.status)) and denied.search(result.verdict.reason):
        yield f"the verdict {result.verdict.status} with the reason: {result.verdict.reason}"


def _of_estimate(name: str, estimate: Estimate, reasons: dict[str, str]) -> Iterator[str]:
    numbers = [x for x in (estimate.low, estimate.value, estimate.high) if x is not None]
    if not all(map(math.isfinite, numbers)):
        yield f"{name} is not finite: {numbers}"
    if any(a > b + 1e-9 * max(1, abs(b)) for a, b in pairwise(numbers)):
        yield f"{name} lies outside its range: {numbers}"
    if not estimate.defined and not reasons.get(f"{name}_defined", "").strip():
        yield f"{name} is null without a reason"


def sentences_of(result: StepResult) -> Iterator[str]:
    """Every sentence that a result hands over, outside its tables."""
    yield from (result.headline, result.verdict.reason)
    yield from (check.text for check in result.checks)
    yield from (text for action in result.actions for text in (action.what, action.why))


def _of_text(text: str) -> Iterator[str]:
    for what, pattern in FORBIDDEN.items():
        if hit := pattern.search(text):
            yield f"{what} in: ...{text[max(0, hit.start() - 80) : hit.end() + 60]}..."


def _text(html: str) -> str:
    return unescape(re.sub(r"<style.*?</style>|<svg.*?</svg>|<[^>]+>", " ", html, flags=re.S))
