"""The verdict of step 01: the Ellis interval decides; leaving customers and an outdated record hold it back."""

from collections.abc import Sequence

import pandas as pd

from referral_playbook.contract.evidence import Action, Check, Estimate, Status, Verdict
from referral_playbook.contract.writing.formatting import interval, number, share
from referral_playbook.domain.lists.segments import FIX, LEAVE
from referral_playbook.methods.proportions import answers_needed
from referral_playbook.steps.pmf_check.surveys import describe_further_answers

MANY_LEAVE = "Customers say that they would miss you, but many leave: test small first."
MOST_ANSWERS = 1_000
"""Further answers beyond which nobody should wait for a survey to settle it."""
HALF = 0.5
"""A client that keeps less than this share of its revenue over a year does not pass on the survey alone."""
MAIN_FROM = 0.2
"""Share of all answers from which a segment is a main segment."""
HEADLINES = {
    Status.GO: "Customers would miss you, so there are referrals to be had.",
    Status.TEST_SMALL: (
        "Customers say that they would miss you, but the record ends too early to show whether they stay."
    ),
    Status.STOP: "Too few customers would miss you for a referral programme to work.",
    Status.NOT_ENOUGH_DATA: "We do not know yet whether customers would miss you.",
}


def status(ellis: Estimate, *, threshold: float) -> Status:
    """Go when the lower bound reaches the threshold, stop when the upper is below it, else not enough data."""
    if ellis.low is None or ellis.high is None:
        return Status.NOT_ENOUGH_DATA
    if ellis.low >= threshold:
        return Status.GO
    return Status.STOP if ellis.high < threshold else Status.NOT_ENOUGH_DATA


def verdict(
    ellis: Estimate, *, threshold: float, confidence: float = 0.95, kept: tuple[str, Estimate] | None = None
) -> Verdict:
    """The verdict with its reason in words, the threshold beside it.

    Where less than half is kept over a year (`kept` says of what, and how much), a go becomes test small.
    """
    reached = status(ellis, threshold=threshold)
    if ellis.value is None:
        return Verdict(status=reached, reason="Nobody has answered the Ellis question.")
    sentence = f"{interval(ellis)} of {number(ellis.n)} users would be very disappointed without it"
    mark = share(threshold)
    ending = {
        Status.GO: f"the whole range is at or above the {mark} threshold.",
        Status.STOP: f"the whole range is below the {mark} threshold. Fix the product first.",
        Status.NOT_ENOUGH_DATA: f"the range includes the {mark} threshold, so we cannot tell. "
        + describe_further_answers(ellis, threshold=threshold, confidence=confidence),
    }
    ruled = Verdict(status=reached, reason=f"{sentence}; {ending[reached]}")
    return ruled if kept is None else _capped_by_kept(ruled, *kept)


def _capped_by_kept(ruled: Verdict, what: str, kept: Estimate) -> Verdict:
    if ruled.status is not Status.GO or not many_leave(kept):
        return ruled
    left = f"only {interval(kept)} of {what} remained after a year"
    reason = f"{ruled.reason} But {left}: test small until more stay."
    return Verdict(status=Status.TEST_SMALL, reason=reason)


def keeps_half(what: str, kept: Estimate) -> Check:
    """Whether the client keeps at least half of its revenue (or customers) over a year."""
    name = "keeps_half_over_a_year"
    if kept.value is None:
        return Check(name=name, passed=None, text=f"We do not know how much stays over a year: {kept.reason}.")
    text = f"{interval(kept)} of {what} remained after a year."
    return Check(name=name, passed=kept.value >= HALF, text=text)


def failing_segments(segments: pd.DataFrame) -> list[tuple[str, Estimate]]:
    """Main segments whose Ellis share is below the threshold, by the corrected test."""
    answers = sum(e.n or 0 for e in segments["very_disappointed"])
    rows = segments[segments["sorted_into"].isin([FIX, LEAVE])]
    return [
        (str(row.segment), row.very_disappointed)
        for row in rows.itertuples()
        if (row.very_disappointed.n or 0) >= MAIN_FROM * answers
    ]


def many_leave(kept: Estimate | None) -> bool:
    """Whether less than half is known to have been kept over a year; what is not known is no leaving."""
    return kept is not None and kept.value is not None and kept.value < HALF


def headline(
    ruled: Verdict,
    failing: Sequence[tuple[str, Estimate]],
    active: Estimate,
    threshold: float,
    *,
    kept: Estimate | None = None,
) -> str:
    """The result in a sentence or two; an average that passes while a main segment fails is said here."""
    if ruled.status not in (Status.GO, Status.TEST_SMALL):
        return HEADLINES[ruled.status]
    held_back = ruled.status is Status.TEST_SMALL and many_leave(kept)
    lines = [MANY_LEAVE if held_back else HEADLINES[ruled.status]]
    if failing:
        named = " and ".join(f"{name} ({interval(e)})" for name, e in failing)
        lines.append(f"But not in {named}: fix the product there before you ask.")
    if active.high is not None and active.high < threshold:
        lines.append(f"Of the customers of today only {interval(active)} would.")
    return " ".join(lines)


def sensitivity(
    ellis: Estimate, *, thresholds: tuple[float, ...] = (0.30, 0.35, 0.40, 0.45, 0.50)
) -> list[dict[str, object]]:
    """What the survey alone would say at other thresholds: rows threshold, verdict."""
    return [{"threshold": share(t), "verdict": status(ellis, threshold=t).replace("_", " ")} for t in thresholds]


def actions(
    ruled: Verdict, ellis: Estimate, *, threshold: float, confidence: float, kept: Estimate | None = None
) -> tuple[Action, ...]:
    """What follows for the client."""
    if ruled.status is Status.GO:
        what, why = "Work out the value exchange (step 02)", "customers would miss it"
        return (Action(what=what, why=why, owner="consultant", due=14),)
    if ruled.status is Status.STOP:
        why = "people recommend what they would miss themselves, and rewards do not change that"
        return (Action(what="Fix the product for the segments that are closest to the threshold", why=why, due=90),)
    if ruled.status is Status.TEST_SMALL:
        what = "Talk to ten customers who left" if many_leave(kept) else "Bring exports up to the as-of date"
        return (Action(what=what, why="the survey is good, but what customers do is not clear", due=30),)
    further = describe_further_answers(ellis, threshold=threshold, confidence=confidence)
    what = f"Ask customers how they would feel without you (the Ellis question). {further}"
    if ellis.value is not None and (_needed(ellis, threshold, confidence) or MOST_ANSWERS + 1) > MOST_ANSWERS:
        what = "Ask ten customers who left what they missed, for more survey answers would not settle it"
    return (Action(what=what, why="this decides whether a referral programme makes sense at all", due=30),)


def _needed(ellis: Estimate, threshold: float, confidence: float) -> int | None:
    """Further answers that would settle it; None where no number does."""
    n = ellis.n or 0
    return answers_needed(round((ellis.value or 0.0) * n), n, threshold=threshold, confidence=confidence)
