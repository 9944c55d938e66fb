"""Whom to follow up: open complaints, detractors and quiet customers, with the margin that each brings a year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from referral_playbook.contract.evidence import Check, Estimate, exact, undefined
from referral_playbook.contract.writing.formatting import written
from referral_playbook.domain.lists.cut import cut
from referral_playbook.facts.engagement import Engagement
from referral_playbook.steps.loyalty_and_upsell.one_list import NOBODY, EarlierLists

COLUMNS = (
    "customer_id",
    "segment",
    "why",
    "nps",
    "last_heard_on",
    "days_quiet",
    "yearly_margin",
    "tenure_months",
    "to_do",
)
TO_DO = {
    "open complaint": "call today: put it right first, ask for nothing",
    "detractor": "call and listen: what would have made it a nine?",
    "quiet": "call without selling: what has changed, and what do they use?",
}


@dataclass(frozen=True, kw_only=True)
class FollowUp:
    """Today's customers to be followed up, each once, by the gravest reason."""

    # COLUMNS, open complaints first, then detractors, then quiet ones; within each by what they bring
    people: pd.DataFrame
    heard_by: str  # what counts as having been heard of, in words; nothing where no table tells
    unknown: tuple[str, ...] = ()  # reasons that no table shows
    lists: EarlierLists = NOBODY  # lists of step 06; who stands on one of them is not on the follow-up list too
    scale: float = 1.0  # customers for whom each row stands
    # of the customers who come first, from whom the list is taken where `people` is a panel
    first: FollowUp | None = None

    @property
    def to_call(self) -> pd.DataFrame:
        """The follow-up list: customers who stand on no list of step 06, cut to what a team can work."""
        return cut((self.first or self)._calls)

    @property
    def _calls(self) -> pd.DataFrame:
        return self.people[~self.people["customer_id"].isin(self.lists.everyone)].reset_index(drop=True)

    def size(self) -> Estimate:
        """Customers on the follow-up list: a count, so without a sampling range."""
        labels: dict[str, Any] = {
            "unit": "customers",
            "per": "month",
            "source": f"nps; complaints; {self.heard_by or 'no contacts'}",
        }
        if len(self.unknown) == len(TO_DO):
            return undefined("neither complaints nor NPS answers nor contacts are known", **labels)
        n = self.calls
        return exact(n, n=n, **labels)

    @property
    def calls(self) -> int:
        """Customers to call, however many rows the list shows."""
        return self._everyone(len(self._calls))

    def _everyone(self, rows: int) -> int:
        return round(rows * self.scale)

    def of(self, why: str) -> list[str]:
        """Customers who are on the list for this reason."""
        people = (self.first or self).people
        return list(people.loc[people["why"] == why, "customer_id"])

    def rows(self) -> list[dict[str, Any]]:
        """By reason: customers, those on this list, their margin a year; missing where no table shows it."""
        return [self._row(why) for why in TO_DO]

    def _row(self, why: str) -> dict[str, Any]:
        if why in self.unknown:
            return {"why": why, "customers": None, "on_the_follow_up_list": None, "margin_a_year": None}
        these = self.people[self.people["why"] == why]
        return {
            "why": why,
            "customers": self._everyone(len(these)),
            "on_the_follow_up_list": self._everyone(int((self._calls["why"] == why).sum())),
            "margin_a_year": self.scale * these["yearly_margin"].sum(min_count=1),
        }

    def check(self) -> Check:
        """Whether each reason could be looked for."""
        if self.unknown:
            text = f"A table is missing, so we cannot see who belongs here for: {', '.join(self.unknown)}."
            return Check(name="follow_up_is_whole", passed=False, text=text)
        elsewhere = self._everyone(len(self.people) - len(self._calls))
        text = f"Customers count as quiet with {self.heard_by}."
        if elsewhere:
            text += f" {written(elsewhere, 'customers')} of these are on a list of complaints or asks already."
        return Check(name="follow_up_is_whole", passed=True, text=text)


def follow_up(
    engagement: Engagement,
    people: pd.DataFrame,
    *,
    recurring: bool,
    quiet_days: int = 180,
    detractor_to: int = 6,
    lists: EarlierLists = NOBODY,
) -> FollowUp:
    """Who of these customers (`customer_money.with_money`) must be followed up, and who stands on earlier lists.

    Quiet are those without a touchpoint for `quiet_days`, or without a purchase where payments do not come by
    themselves (`recurring`).
    """
    as_of = pd.Timestamp(engagement.as_of)
    heard, heard_by = _heard(engagement, people, recurring, quiet_days)
    days = (as_of - heard.fillna(pd.to_datetime(people["joined_on"]))).dt.days
    known_days = days if heard_by else pd.Series(float("nan"), index=people.index)
    dated = people.assign(last_heard_on=heard, days_quiet=known_days)
    complaint = dated["open_complaint"].astype("boolean").fillna(False).astype(bool)
    dated["why"] = "quiet"
    dated.loc[dated["nps"] <= detractor_to, "why"] = "detractor"
    dated.loc[complaint, "why"] = "open complaint"
    chosen = dated[complaint | (dated["nps"] <= detractor_to) | (known_days > quiet_days)]
    chosen = chosen.assign(to_do=chosen["why"].map(TO_DO), grave=chosen["why"].map({w: i for i, w in enumerate(TO_DO)}))
    chosen = chosen.sort_values(["grave", "yearly_margin", "customer_id"], ascending=[True, False, True])
    rows = chosen.reindex(columns=list(COLUMNS)).round({"tenure_months": 1, "yearly_margin": 2})
    unknown = _unknown(people, heard_by)
    return FollowUp(
        people=rows.reset_index(drop=True), heard_by=heard_by, unknown=unknown, lists=lists, scale=engagement.scale
    )


def _heard(engagement: Engagement, people: pd.DataFrame, recurring: bool, quiet_days: int) -> tuple[pd.Series, str]:
    """When each was last heard of, and what counts as that."""
    signs = {"touchpoint": "last_touch_on"} if engagement.has("touchpoints") else {}
    if engagement.has("payments") and not recurring:
        signs["purchase"] = "last_paid_on"
    if not signs or not engagement.real_dates:
        return pd.Series(pd.NaT, index=people.index, dtype="datetime64[ns]"), ""
    last = pd.concat([pd.to_datetime(people[c]) for c in signs.values()], axis=1).max(axis=1)
    return last, f"no {' or '.join(signs)} for more than {quiet_days} days"


def _unknown(people: pd.DataFrame, heard_by: str) -> tuple[str, ...]:
    columns = {
        "open complaint": people["open_complaint"].notna().any(),
        "detractor": people["nps"].notna().any(),
        "quiet": bool(heard_by),
    }
    return tuple(why for why, is_known in columns.items() if not is_known)
