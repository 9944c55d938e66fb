"""Step 01: are there any referrals to be had? Without product-market fit there are none.

The Ellis test decides (its interval against the threshold, not the point); NPS, CSAT, CES, retention, value and
service stand beside it. NPS speaks of the brand, CSAT and support of the service: kept apart.
`pmf_retention` and `pmf_segments` hold who stays, and who should be asked.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from referral_playbook.contract.evidence import Action, Check, Estimate, Status, StepResult, Verdict, undefined
from referral_playbook.domain import retention, segments
from referral_playbook.domain.referral_clusters import families
from referral_playbook.domain.segments import answers, nps, scored, very_disappointed
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.clusters import clustered_proportion
from referral_playbook.methods.proportions import answers_needed, proportion
from referral_playbook.methods.surveys import nonresponse_bounds

STEP = "pmf_check"
TENFOLD = 10.0


def naive(ellis: Estimate, *, threshold: float) -> str:
    """What a reader of the point alone would say; shown in order to be broken."""
    if not ellis.defined:
        return "none, for nobody was asked."
    side = "at or above" if ellis.value >= threshold else "below"  # type: ignore[operator]
    return f"{ellis.value:.0%}, {side} the mark of {threshold:.0%}, and that would be the end of it."


def further_answers(ellis: Estimate, *, threshold: float, confidence: float = 0.95) -> str:
    """How many more answers would bring the whole interval to one side of the threshold, in words."""
    if not ellis.defined or not ellis.n:
        return f"Nobody has been asked yet. Ask at least {first_sample(threshold, confidence)} users."
    more = answers_needed(round(ellis.value * ellis.n), ellis.n, threshold=threshold, confidence=confidence)  # type: ignore[operator]
    if more == 0:
        return "None: the interval already lies on one side of the mark."
    if more is None:
        return "No number of answers settles it while the share stays exactly at the mark."
    return f"About {more:,} further answers, if the share stays where it is."


def first_sample(threshold: float, confidence: float) -> int:
    """Users to ask at first: what settles a share ten points above the threshold."""
    share = min(0.99, threshold + 0.10)
    for n in range(10, 2000, 5):
        if proportion(round(share * n), n, confidence=confidence).low >= threshold:  # type: ignore[operator]
            return n
    return 2000


def non_response(ellis: Estimate, *, surveyed: int | None) -> str:
    """The share if all who were silent had said the worst, and the best, in words."""
    if surveyed is None or not ellis.defined:
        return "How many were sent the survey is not known, so nothing can be said of those who did not answer."
    bounds = nonresponse_bounds(round(ellis.value * ellis.n), ellis.n, invited=surveyed)  # type: ignore[operator, arg-type]
    return (
        f"{ellis.n:,} of {surveyed:,} answered. Depending on the silent, the share of all who were asked lies "
        f"between {bounds.low:.0%} and {bounds.high:.0%}."
    )


def satisfied(engagement: Engagement, *, confidence: float = 0.95) -> Estimate:
    """CSAT: share of answers in the two best boxes of the scale, 1-5 or 1-7 by the highest answer given."""
    given = scored(answers(engagement, "csat"))
    top = 7 if len(given) and given.index.max() > 5 else 5
    said = f"surveys: question csat, {top - 1} or {top} of {top}"
    return _share_of(given, given.index >= top - 1, said, confidence)


def low_effort(engagement: Engagement, *, confidence: float = 0.95) -> Estimate:
    """CES: share of answers that say it took little effort, 1 or 2 on a scale that begins with 1, no effort."""
    given = scored(answers(engagement, "ces"))
    return _share_of(given, given.index <= 2, "surveys: question ces, 1 or 2 (little effort)", confidence)


def _share_of(given: pd.Series, these: Any, source: str, confidence: float) -> Estimate:
    return proportion(int(given[these].sum()), int(given.sum()), confidence=confidence, per="answer", source=source)


def scores(engagement: Engagement, *, confidence: float = 0.95) -> dict[str, Estimate]:
    """NPS of the brand, CSAT and CES of the service: name to estimate."""
    return {
        "nps": nps(engagement, confidence=confidence),
        "csat": satisfied(engagement, confidence=confidence),
        "ces": low_effort(engagement, confidence=confidence),
    }


SPEAKS_OF = {"nps": "the brand", "csat": "the service", "ces": "the service: little effort"}


def score_rows(found: dict[str, Estimate]) -> list[dict[str, object]]:
    """Scores as table rows: what it speaks of, the estimate, answers."""
    return [
        {"score": name.upper(), "speaks of": SPEAKS_OF[name], "value and range": e, "answers": e.n}
        for name, e in found.items()
    ]


def service(engagement: Engagement) -> pd.DataFrame:
    """Support and complaints by channel: contacts, share resolved (Wilson), days to resolve, satisfied (4-5)."""
    facts = engagement.fact("service")
    columns = ["kind", "channel", "contacts", "resolved", "median_days", "p90_days", "satisfied"]
    if facts is None:
        return pd.DataFrame(columns=columns)
    rows = facts[facts["kind"].isin(["support", "complaint"])].copy()
    per = {"per": "contact", "source": "touchpoints"}
    rows["satisfied"] = [_share(t, n, "scored contact") for t, n in zip(rows["top2"], rows["scored"], strict=True)]
    rows["resolved"] = [
        proportion(int(k), int(n), **per)  # type: ignore[arg-type]
        for k, n in zip(rows["resolved"], rows["contacts"], strict=True)
    ]
    return rows[columns].reset_index(drop=True)


def _share(k: float, n: float, per: str) -> Estimate:
    return proportion(0 if pd.isna(k) else int(k), 0 if pd.isna(n) else int(n), per=per, source="touchpoints: score")


def value_delivered(engagement: Engagement, *, confidence: float = 0.95, times: float = TENFOLD) -> Estimate:
    """Share of customers who put the value at `times` the price or more, of those whose price is known."""
    facts = engagement.fact("value_multiples")
    multiples = pd.Series(dtype=float) if facts is None else facts["multiple"].dropna()
    return proportion(
        int((multiples >= times).sum()), len(multiples), confidence=confidence,
        per="customer who named a value",
        source=f"surveys: question value, over monthly_amount; {times:g} times or more",
    )  # fmt: skip


def organic_referrals(engagement: Engagement, *, confidence: float = 0.95) -> Estimate:
    """Share of customers with a known source who came by referral; those of unknown source are left out.

    Friends come in families, from the few who refer most: the range counts families, not customers one by one.
    """
    profile = engagement.fact("customer_profile")
    per, source = "customer of known source", "customers: source, referred_by"
    if profile is None:
        return undefined("no customers table, so no sources", unit="share", per=per, source=source)
    family = families(profile["customer_id"], engagement.fact("referral_edges")).to_numpy()
    known = profile["referred"].notna().to_numpy()
    referred = profile["referred"][known].astype(bool).groupby(family[known]).agg(["sum", "count"])
    return clustered_proportion(referred["sum"], referred["count"], confidence=confidence, per=per, source=source)


def status(ellis: Estimate, *, threshold: float) -> Status:
    """Go when the lower bound reaches the threshold, stop when the upper is below it, else not enough data."""
    if not ellis.defined:
        return Status.NOT_ENOUGH_DATA
    if ellis.low >= threshold:  # type: ignore[operator]
        return Status.GO
    return Status.STOP if ellis.high < threshold else Status.NOT_ENOUGH_DATA  # type: ignore[operator]


def sensitivity(
    ellis: Estimate, *, marks: tuple[float, ...] = (0.30, 0.35, 0.40, 0.45, 0.50)
) -> list[dict[str, object]]:
    """The verdict at other thresholds: rows mark, verdict."""
    return [{"mark": f"{mark:.0%}", "verdict": status(ellis, threshold=mark).replace("_", " ")} for mark in marks]


def verdict(ellis: Estimate, *, threshold: float, confidence: float = 0.95) -> Verdict:
    """The verdict with its reason in words, the threshold beside it."""
    found = status(ellis, threshold=threshold)
    if not ellis.defined:
        return Verdict(status=found, reason=f"There is no answer to the Ellis question: {ellis.reason}.")
    said = (
        f"{ellis.value:.0%} of {ellis.n:,} users would be very disappointed, range {ellis.low:.0%} to {ellis.high:.0%}"
    )
    ending = {
        Status.GO: f"the whole range is at or above the mark of {threshold:.0%}.",
        Status.STOP: f"the whole range is below the mark of {threshold:.0%}: mend the product first.",
        Status.NOT_ENOUGH_DATA: f"the range holds the mark of {threshold:.0%}, so it cannot be told. "
        + further_answers(ellis, threshold=threshold, confidence=confidence),
    }
    return Verdict(status=found, reason=f"{said}; {ending[found]}")


HEADLINES = {
    Status.GO: "Customers would miss it: there are referrals to be had.",
    Status.STOP: "Too few customers would miss it: a referral programme would ask for what is not there.",
    Status.NOT_ENOUGH_DATA: "Whether customers would miss it is not known yet: ask them before anything else.",
}


def conclude(
    engagement: Engagement,
    *,
    threshold: float = 0.40,
    confidence: float = 0.95,
    months: int = 12,
    surveyed: int | None = None,
) -> StepResult:
    """Everything step 01 hands over.

    Parameters
    ----------
    threshold : float
        Share of users who would be very disappointed; the Ellis mark.
    confidence : float
        Level of all ranges.
    months : int
        Months over which retention is read.
    surveyed : int or None
        People who were sent the survey.
    """
    ellis = very_disappointed(engagement, confidence=confidence)
    found = verdict(ellis, threshold=threshold, confidence=confidence)
    return StepResult(
        step=STEP,
        client=engagement.client,
        as_of=engagement.as_of,
        verdict=found,
        headline=HEADLINES[found.status],
        estimates={
            "very_disappointed_share": ellis,
            **scores(engagement, confidence=confidence),
            **retention.retention(engagement, months=months, confidence=confidence),
            "organic_referral_share": organic_referrals(engagement, confidence=confidence),
            "value_10x_share": value_delivered(engagement, confidence=confidence),
        },
        checks=(
            retention.plateau(engagement, confidence=confidence),
            _sources_known(engagement),
            Check(name="non_response", passed=None, text=non_response(ellis, surveyed=surveyed)),
        ),
        actions=_actions(found.status, ellis, threshold, confidence),
        tables={"segments": segments.segments(engagement, threshold=threshold, confidence=confidence)},
    )


def _sources_known(engagement: Engagement) -> Check:
    facts = engagement.fact("acquisition")
    if facts is None:
        return Check(name="sources_known", passed=None, text="there is no customers table")
    total, unknown = int(facts["customers"].sum()), int(facts.loc[facts["referred"].isna(), "customers"].sum())
    text = f"{unknown:,} of {total:,} customers have no known source; they are left out of the organic baseline"
    return Check(name="sources_known", passed=unknown <= 0.2 * total, text=text)


def _actions(found: Status, ellis: Estimate, threshold: float, confidence: float) -> tuple[Action, ...]:
    if found is Status.GO:
        return (
            Action(
                what="Work out the value exchange (step 02)", why="customers would miss it", owner="consultant", due=14
            ),
        )
    if found is Status.STOP:
        why = "people put their name on what they would miss; rewards do not mend that"
        return (Action(what="Mend the product for the segments that are closest", why=why, owner="client", due=90),)
    what = f"Ask the Ellis question. {further_answers(ellis, threshold=threshold, confidence=confidence)}"
    return (Action(what=what, why="without it the first gate stays shut", owner="client", due=30),)
