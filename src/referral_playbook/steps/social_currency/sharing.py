"""The funnel of sharing, from customer to converted friend: rates with their denominators, the steepest drop named."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pandas as pd

from referral_playbook.contract.evidence import Estimate
from referral_playbook.contract.writing.formatting import interval, number
from referral_playbook.domain.assumptions import STATED
from referral_playbook.domain.headcount import of_everyone
from referral_playbook.domain.sources import funnel
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.proportions import proportion
from referral_playbook.methods.rates import poisson_rate
from referral_playbook.methods.uncertainty.bootstrap import bootstrap
from referral_playbook.steps.social_currency.word_of_mouth import invited

ORDER = ("customers", "aware", "enrolled", "sharing", "invites", "qualified", "converted")
ONE = {
    "customers": "customer",
    "aware": "aware customer",
    "enrolled": "enrolled customer",
    "sharing": "sharing customer",
}


@dataclass(frozen=True, kw_only=True)
class Funnel:
    """Counts by stage, the widest first; the rate into each from the one before; stages that are not known, and why."""

    stages: dict[str, int]
    rates: dict[str, Estimate]
    unknown: dict[str, str]

    @property
    def steepest(self) -> str | None:
        """The stage into which the smallest share gets; None where no share is known."""
        shares = {name: e.value for name, e in self.rates.items() if e.value is not None and e.unit == "share"}
        return min(shares, key=shares.__getitem__) if shares else None

    @property
    def sharing_of_all(self) -> Estimate | None:
        """Share of all customers who share; None where it is not known."""
        if not {"customers", "sharing"} <= self.stages.keys():
            return None
        confidence = self.rates["sharing"].confidence or 0.95
        return proportion(
            self.stages["sharing"],
            self.stages["customers"],
            confidence=confidence,
            per="customer",
            source=_source("sharing"),
        )

    def rows(self) -> list[dict[str, object]]:
        """Every stage as a row: stage, count, rate, per (its denominator), note."""
        return [self._row(name) for name in ORDER if name in self.stages or name in self.unknown]

    def _row(self, name: str) -> dict[str, object]:
        rate = self.rates.get(name)
        note = "steepest drop" if name == self.steepest else self.unknown.get(name, "")
        return {
            "stage": name,
            "count": self.stages.get(name),
            "rate": rate,
            "per": rate.per if rate else "",
            "note": note,
        }

    @property
    def words(self) -> str:
        """The steepest drop in words."""
        if self.steepest is None:
            return "No rate of the funnel is known yet."
        rate = self.rates[self.steepest]
        share = f"{interval(rate)} per {rate.per}"
        return f"The steepest drop is into '{self.steepest}': {share}."


def share_funnel(engagement: Engagement, *, enrolled: int | None = None, confidence: float = 0.95) -> Funnel:
    """The stages as far as the tables tell.

    Aware are customers who were asked at least once or who shared: a lower bound. No table says who is enrolled: it is
    stated, and fewer than share, or more than are customers, raise a ValueError. The rates of qualified and converted
    are of ripe rows, so they are not the ratio of the counts.
    """
    rows = invited(engagement)
    joined = None if enrolled is None else round(enrolled / engagement.scale)
    before, unknown = _customers(engagement, rows, joined)
    rates = {
        b: proportion(before[b], before[a], confidence=confidence, per=ONE[a], source=_source(b))
        for a, b in pairwise(before)
    }
    if rows is None:
        unknown |= dict.fromkeys(ORDER[4:], "there is no referrals table")
        return Funnel(stages=_everyone(engagement, before), rates=rates, unknown=unknown)
    after, later = _invites(engagement, rows, before.get("sharing", 0), confidence)
    unknown |= {name: "it was never written down" for name in ORDER[5:] if name not in after}
    return Funnel(stages=_everyone(engagement, before | after), rates=rates | later, unknown=unknown)


def _everyone(engagement: Engagement, stages: dict[str, int]) -> dict[str, int]:
    return {name: of_everyone(engagement, n) for name, n in stages.items()}


def _source(stage: str) -> str:
    sources = {"aware": "touchpoints: kind ask", "enrolled": STATED}
    return sources.get(stage, "referrals, or customers: referrals_made")


def _customers(
    engagement: Engagement, rows: pd.DataFrame | None, enrolled: int | None
) -> tuple[dict[str, int], dict[str, str]]:
    """Counts of customers by stage, and the stages that are not known."""
    profile = engagement.fact("customer_profile")
    if profile is None:
        return {}, dict.fromkeys(ORDER[:4], "there is no customers table")
    counts, why = {"customers": len(profile)}, {}
    made = profile["referrals_made"].fillna(0) > 0
    sharing = made if rows is None else profile["customer_id"].isin(set(rows["referrer_id"]))
    if engagement.has("touchpoints"):
        counts["aware"] = int(((profile["asks"] > 0) | sharing).sum())
    else:
        why["aware"] = "there is no touchpoints table, so who was asked is not known"
    if enrolled is None:
        why["enrolled"] = "no table says it: state how many joined the programme"
    elif misfit := _misfit(enrolled, len(profile), int(sharing.sum())):
        why["enrolled"] = misfit
    else:
        counts["enrolled"] = enrolled
    if rows is not None or profile["referrals_made"].notna().any():
        counts["sharing"] = int(sharing.sum())
    else:
        why["sharing"] = "nobody counts who shares"
    return {name: counts[name] for name in ORDER if name in counts}, why


def _misfit(enrolled: int, customers: int, sharing: int) -> str:
    """Why a stated number of those who joined cannot be right; empty where it can."""
    if sharing <= enrolled <= customers:
        return ""
    return (
        f"{number(enrolled)} are stated to have joined, but {number(sharing)} share and {number(customers)} are "
        "customers: state a number from the one to the other"
    )


def _each(rows: pd.DataFrame, confidence: float) -> Estimate:
    """Invites per sharing customer, by bootstrap: a few make most of them, and Poisson limits would be too narrow."""
    made: dict[str, Any] = {"unit": "invites", "per": "sharing customer", "source": "referrals"}
    counts = rows.groupby("referrer_id").size().to_numpy(float)
    mean = bootstrap(counts, confidence=confidence, **made)
    return mean if mean.defined else poisson_rate(len(rows), len(counts), confidence=confidence, **made)


def _invites(
    engagement: Engagement, rows: pd.DataFrame, sharing: int, confidence: float
) -> tuple[dict[str, int], dict[str, Estimate]]:
    """Counts and rates from the invite on."""
    counts = {"invites": len(rows)}
    rates = {"invites": _each(rows, confidence)} if sharing else {}
    steps = {"qualified": ("invite", "invited_on", rows), "converted": ("qualified referral", "qualified_on", rows)}
    for name, (per, since, begun) in steps.items():
        stage = f"{name}_on"
        if begun[stage].notna().any():
            ripe = funnel.reached(begun[begun[since].notna()], stage, since, engagement)
            counts[name] = int(begun[stage].notna().sum())
            rates[name] = proportion(
                int(ripe.sum()), len(ripe), confidence=confidence, per=per, source=f"referrals: ripe ones, {stage}"
            )
    return counts, rates
