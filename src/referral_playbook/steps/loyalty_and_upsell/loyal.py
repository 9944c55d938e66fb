"""Who is loyal by the client's own measures: tenure, spend, margin, frequency, delight, segment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from referral_playbook.contract.evidence import Estimate, undefined
from referral_playbook.contract.writing.formatting import whole, written
from referral_playbook.domain.value.customer_money import with_money
from referral_playbook.domain.value.recurring_revenue import kept_ratio
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.proportions import proportion
from referral_playbook.methods.survival.retention import at_most_one


@dataclass(frozen=True, kw_only=True)
class LoyalRule:
    """What makes a customer loyal: every limit that is given must be reached; None asks for nothing."""

    tenure: float | None = 12.0  # months as a customer
    # in the client's currency, a year
    spend: float | None = None
    margin: float | None = None
    frequency: float | None = None  # payments per month as a customer
    nps: int | None = None  # last NPS answer, 0 to 10
    segments: Sequence[str] = ()  # only these, for instance the larger teams; none takes all

    def tests(self, currency: str) -> dict[str, tuple[str, float]]:
        """Each limit in words: column and least value."""
        limits = {
            "a customer for {} or more": ("tenure_months", self.tenure, "months"),
            "pays {} or more a year": ("yearly_amount", self.spend, currency),
            "has a margin of {} or more a year": ("yearly_margin", self.margin, currency),
            "{} a month or more": ("frequency", self.frequency, "payments"),
            "last NPS answer {} or more": ("nps", self.nps, "count"),
        }
        return {
            label.format(written(least, unit)): (column, least)
            for label, (column, least, unit) in limits.items()
            if least is not None
        }


USUAL = LoyalRule()


@dataclass(frozen=True, kw_only=True)
class Loyal:
    """Today's customers, and who of them is loyal."""

    people: pd.DataFrame  # `customer_money.with_money`, with `loyal` (bool)
    passes: Mapping[str, int]  # each limit in words, and how many reach it
    confidence: float
    reason: str = ""  # why nobody can be called loyal, or nothing
    scale: float = 1.0  # customers for whom each row stands

    def share(self) -> Estimate:
        """Share of today's customers who are loyal, Wilson."""
        labels: dict[str, Any] = {"per": "customer today", "source": f"customers who are {'; '.join(self.passes)}"}
        if self.reason:
            return undefined(self.reason, unit="share", **labels)
        return proportion(int(self.people["loyal"].sum()), len(self.people), confidence=self.confidence, **labels)

    def revenue_share(self) -> Estimate:
        """Share of a year's revenue that comes from loyal customers, with its range over customers."""
        labels: dict[str, Any] = {"per": "unit of revenue a year", "source": "customers: loyal against all"}
        priced = self.people[self.people["yearly_amount"].notna()]
        if self.reason or priced.empty:
            return undefined(self.reason or "no table shows what a customer pays", unit="share", **labels)
        amount = priced["yearly_amount"].to_numpy(float)
        theirs = amount * priced["loyal"].to_numpy(bool)
        return at_most_one(kept_ratio(theirs, amount, confidence=self.confidence, **labels))

    def words(self) -> str:
        """Who counts as loyal, and how many reach each limit."""
        if self.reason:
            return f"We do not know who is loyal: {self.reason}."
        return "Loyal customers: " + "; ".join(f"{label} ({whole(n * self.scale)})" for label, n in self.passes.items())

    def against_the_rest(self) -> list[dict[str, Any]]:
        """Loyal customers and the others: customers, mean amount a year, mean NPS answer, referrals per customer."""
        if self.reason:
            return []
        groups = {"loyal": self.people[self.people["loyal"]], "others": self.people[~self.people["loyal"]]}
        return [
            {
                "group": name,
                "customers": round(len(g) * self.scale),
                "amount_a_year": g["yearly_amount"].mean(),
                "mean_nps_answer": g["nps"].mean(),
                "referrals_per_customer": g["referrals_made"].mean(),
            }
            for name, g in groups.items()
        ]


def loyal(
    engagement: Engagement, *, rule: LoyalRule = USUAL, margin_share: Estimate, confidence: float = 0.95
) -> Loyal:
    """Who of today's customers is loyal by the rule; undefined where a limit asks for what no table tells."""
    people = with_money(engagement, margin_share=margin_share)
    people["frequency"] = people["payments"] / people["tenure_months"].clip(lower=1)
    limits = rule.tests(engagement.currency)
    reason = _missing(people, rule, limits)
    passes, loyal_so_far = {}, pd.Series(True, index=people.index)
    for label, (column, least) in limits.items():
        reached = people[column] >= least
        passes[label], loyal_so_far = int(reached.sum()), loyal_so_far & reached
    if rule.segments:
        inside = people["segment"].isin(list(rule.segments))
        passes[f"in {' or '.join(rule.segments)}"], loyal_so_far = int(inside.sum()), loyal_so_far & inside
    people = people.assign(loyal=loyal_so_far)
    return Loyal(people=people, passes=passes, confidence=confidence, reason=reason, scale=engagement.scale)


def _missing(people: pd.DataFrame, rule: LoyalRule, limits: Mapping[str, tuple[str, float]]) -> str:
    if people.empty:
        return "there is no customer today whose data are known"
    if not limits and not rule.segments:
        return "no limit was set, so loyal customers cannot be distinguished"
    unknown = [label for label, (column, _) in limits.items() if people[column].isna().all()]
    return f"no table shows who is {'; '.join(unknown)}" if unknown else ""
