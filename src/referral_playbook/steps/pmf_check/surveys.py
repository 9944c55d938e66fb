"""What survey answers say: the Ellis test, NPS of the brand, CSAT and CES of the service, and the value received."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from referral_playbook.contract.evidence import Estimate, undefined
from referral_playbook.contract.writing.formatting import number, quantity, share
from referral_playbook.domain.lists.segments import NO_LONGER_USE, VERY_DISAPPOINTED, answers, nps, scored
from referral_playbook.domain.value.stated_amounts import priced_multiples
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.proportions import answers_needed, proportion
from referral_playbook.methods.surveys import nonresponse_bounds

TENFOLD = 10.0
SPEAKS_OF = {"nps": "the brand", "csat": "the service", "ces": "the service: little effort"}


def very_disappointed_active(engagement: Engagement, *, confidence: float = 0.95) -> Estimate:
    """Ellis share of the customers of today only: of each, the last answer."""
    profile = engagement.fact("customer_profile")
    source = "surveys: question pmf; customers: left_on"
    labels: dict[str, Any] = {"per": "answer of a customer of today", "source": source}
    if profile is None:
        reason = "there is no customers table, so we do not know who is still a customer"
        return undefined(reason, unit="share", **labels)
    today = profile.loc[~profile["left"].astype(bool), "pmf"].dropna()
    users = today[today != NO_LONGER_USE]
    if users.empty:
        return undefined("no answer comes from a customer of today whom we can identify", unit="share", **labels)
    return proportion(int((users == VERY_DISAPPOINTED).sum()), len(users), confidence=confidence, **labels)


def describe_naive(ellis: Estimate, *, threshold: float) -> str:
    """What a reader of the share alone would say; shown in order to be broken."""
    if ellis.value is None:
        return "There is none: nobody was asked."
    if ellis.value >= threshold:
        return f"{quantity(ellis)} is above the {share(threshold)} threshold, so a naive reader would stop here."
    return f"{quantity(ellis)} is below the {share(threshold)} threshold, so a naive reader would give up here."


def describe_further_answers(ellis: Estimate, *, threshold: float, confidence: float = 0.95) -> str:
    """How many more answers would bring the whole interval to one side of the threshold, in words."""
    if ellis.value is None or not ellis.n:
        return f"Nobody has been asked yet. Ask at least {first_sample(threshold, confidence)} users."
    yes = round(ellis.value * ellis.n)
    more = answers_needed(yes, ellis.n, threshold=threshold, confidence=confidence)
    if more == 0:
        return "No further answers are needed: the whole interval is on one side of the threshold."
    if more is None:
        return "No number of answers settles it as long as the share is exactly at the threshold."
    return f"About {number(more)} further answers would settle it, if the share stays where it is."


def first_sample(threshold: float, confidence: float) -> int:
    """Users to ask at first: what settles a share ten points above the threshold."""
    hoped = min(0.99, threshold + 0.10)
    for n in range(10, 2000, 5):
        if proportion(round(hoped * n), n, confidence=confidence).lower >= threshold:
            return n
    return 2000


def describe_non_response(ellis: Estimate, *, surveyed: int | None) -> str:
    """The share if all non-respondents had given the worst answer, and the best, in words."""
    if surveyed is None or ellis.value is None or not ellis.n:
        return "We do not know how many people were sent the survey, so we cannot say what non-respondents change."
    if surveyed < ellis.n:
        return (
            f"{number(ellis.n)} people answered, but only {number(surveyed)} are said to have been sent the survey. "
            "Check the parameter 'surveyed'."
        )
    bounds = nonresponse_bounds(round(ellis.value * ellis.n), ellis.n, invited=surveyed)
    return (
        f"{number(ellis.n)} of {number(surveyed)} people answered. Non-respondents may feel "
        "differently: the share of all who were "
        f"asked lies between {share(bounds.low)} (all of them gave another answer) and {share(bounds.high)} "
        "(all of them would be very disappointed)."
    )


def declared_scale(engagement: Engagement, question: str) -> tuple[int, int] | None:
    """The lowest and the highest answer that client.toml declares for a question; None where it declares none."""
    for row in engagement.quality["tables"]:
        if row["table"] == "surveys" and (scale := row.get("scale", {}).get(question)):
            return int(scale[0]), int(scale[1])
    return None


def satisfied(engagement: Engagement, *, confidence: float = 0.95) -> Estimate:
    """CSAT: share of answers in the two best boxes of the declared scale."""
    return _in_two_boxes(engagement, "csat", confidence, lambda scale: (scale[1] - 1, f"of {scale[1]}"))


def low_effort(engagement: Engagement, *, confidence: float = 0.95) -> Estimate:
    """CES: share of answers in the two lowest boxes of the declared scale: it took little effort."""
    return _in_two_boxes(engagement, "ces", confidence, lambda scale: (scale[0], "(little effort)"))


def _in_two_boxes(
    engagement: Engagement, question: str, confidence: float, boxes: Callable[[tuple[int, int]], tuple[int, str]]
) -> Estimate:
    """Share of answers in two boxes at one end of the declared scale; `boxes` says the lower one, and what they are."""
    counts, scale = scored(answers(engagement, question)), declared_scale(engagement, question)
    n, source = int(counts.sum()), f"surveys: question {question}"
    if counts.empty:
        return undefined("nobody was asked", unit="share", per="answer", source=source, n=0)
    if scale is None:
        reason = (
            f"the scale of {question} is not declared, and {number(n)} answers cannot tell it; "
            f'declare it in client.toml, for example scale = {{ {question} = "1-5" }} in [tables.surveys]'
        )
        return undefined(reason, unit="share", per="answer", source=source, n=n)
    first, what = boxes(scale)
    inside = int(counts[counts.index.isin([first, first + 1])].sum())
    source = f"{source}, {first} or {first + 1} {what}"
    return proportion(inside, n, confidence=confidence, per="answer", source=source)


def scores(engagement: Engagement, *, confidence: float = 0.95) -> dict[str, Estimate]:
    """NPS of the brand, CSAT and CES of the service: name to estimate."""
    return {
        "nps": nps(engagement, confidence=confidence),
        "csat": satisfied(engagement, confidence=confidence),
        "ces": low_effort(engagement, confidence=confidence),
    }


def score_rows(found: Mapping[str, Estimate]) -> list[dict[str, object]]:
    """Scores as table rows: what each speaks of, the estimate, answers."""
    return [
        {"score": name.upper(), "speaks of": SPEAKS_OF[name], "value and range": e, "answers": e.n}
        for name, e in found.items()
    ]


def value_delivered(engagement: Engagement, *, confidence: float = 0.95, times: float = TENFOLD) -> Estimate:
    """Share of customers who put the value at `times` the price or more, of those whose price is known."""
    facts = priced_multiples(engagement)
    multiples = pd.Series(dtype=float) if facts is None else facts["multiple"].dropna()
    if multiples.empty:
        reason = "no customer said what the product is worth to them, or their price is not known"
        return undefined(reason, unit="share", per="customer who named a value", source="surveys: question value", n=0)
    return proportion(
        int((multiples >= times).sum()),
        len(multiples),
        confidence=confidence,
        per="customer who named a value",
        source=f"surveys: question value, over monthly_amount; {number(times)} times or more",
    )
