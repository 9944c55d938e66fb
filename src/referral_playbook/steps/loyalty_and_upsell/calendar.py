"""A rhythm of contact with every customer in which asks, upsell offers and complaints do not collide."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any, NamedTuple

import pandas as pd

from referral_playbook.contract.evidence import Check
from referral_playbook.contract.writing.formatting import number
from referral_playbook.domain.lists import ask_lists
from referral_playbook.domain.lists.cut import cut
from referral_playbook.facts.engagement import Engagement
from referral_playbook.steps.loyalty_and_upsell.quiet import FollowUp
from referral_playbook.steps.loyalty_and_upsell.upsell import UpsellList, last_offers

LISTEN, GIVE, REFER, UPSELL = "listen", "give", "ask for a referral", "offer an upsell"
ASKS = (REFER, UPSELL)
SATURDAY = 5
SOON = {LISTEN: 10, "ask": 22}
"""Working days within which the first contact falls: two weeks for those to listen to, a month for those to ask."""


@dataclass(frozen=True, kw_only=True)
class Rhythm:
    """How often, how long, and how far apart asks must be."""

    every: int = 3  # months from one contact to the next: 1 monthly, 3 quarterly
    months: int = 12  # length of the calendar
    days_between_asks: int = 60  # least number of days between two asks of one customer

    def __post_init__(self) -> None:
        if self.every < 1 or self.months < 1 or self.days_between_asks < 0:
            raise ValueError(f"every and months are 1 or more, days_between_asks 0 or more: {self}")


QUARTERLY = Rhythm()


class Contact(NamedTuple):
    """One planned contact."""

    customer_id: str
    on: date
    purpose: str


def contact_calendar(people: pd.DataFrame, *, as_of: date, rhythm: Rhythm = QUARTERLY) -> pd.DataFrame:
    """Contacts of all customers from the day after `as_of`: customer_id, on (date), purpose; by day and customer.

    First contacts are spread over working days in the order of customer_id: those to listen to over two weeks, those to
    ask over a month, all others over one period of the rhythm. A contact on which no ask is allowed is a gift. `people`
    has customer_id, listen, may_refer, may_upsell (bool), last_asked_on (date or missing: the last ask of either kind).
    """
    contacts: list[Contact] = []
    days_from = cache(lambda first: _days(first, as_of, rhythm))
    rows = people.sort_values("customer_id").to_dict("records")
    for row, first in zip(rows, _first_days(rows, as_of, rhythm), strict=True):
        contacts += _of_one(row, days_from(first), rhythm.days_between_asks)
    return pd.DataFrame(sorted(contacts, key=lambda c: (c.on, c.customer_id)), columns=list(Contact._fields))


def _first_days(rows: list[dict[str, Any]], as_of: date, rhythm: Rhythm) -> list[date]:
    groups = [LISTEN if r["listen"] else "ask" if r["may_refer"] or r["may_upsell"] else "rest" for r in rows]
    workdays = _workdays(as_of, _later(as_of, rhythm.every))
    period = len(workdays)
    lengths = {g: min(SOON.get(g, period), period) for g in set(groups)}
    place = pd.Series(groups, dtype=object).groupby(groups).cumcount() if groups else pd.Series(dtype=int)
    size = {g: groups.count(g) for g in lengths}
    return [workdays[lengths[g] * int(i) // size[g]] for g, i in zip(groups, place, strict=True)]


def _workdays(after: date, until: date) -> list[date]:
    """Mondays to Fridays after a day, up to another."""
    days = (after + timedelta(days=n) for n in range(1, (until - after).days + 1))
    return [day for day in days if day.weekday() < SATURDAY]


def _days(first: date, as_of: date, rhythm: Rhythm) -> list[date]:
    """The first day and one every period after it, each on a working day, within the calendar."""
    days = [_on_a_workday(_later(first, n)) for n in range(0, rhythm.months, rhythm.every)]
    return [day for day in days if day <= _later(as_of, rhythm.months)]


def _on_a_workday(day: date) -> date:
    return day + timedelta(days=max(0, 7 - day.weekday())) if day.weekday() >= SATURDAY else day


def _later(day: date, months: int) -> date:
    """The same day some months later, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _of_one(row: dict[str, Any], days: list[date], apart: int) -> list[Contact]:
    """Listen, or give and ask by turns; an ask only where the last one is far enough back, with a gift between."""
    wanted = [] if row["listen"] else [ask for ask, may in ((REFER, "may_refer"), (UPSELL, "may_upsell")) if row[may]]
    asked = None if pd.isna(row["last_asked_on"]) else pd.Timestamp(row["last_asked_on"]).date()
    contacts, allowed = [], True
    for i, day in enumerate(days):
        free = asked is None or (day - asked).days >= apart
        if row["listen"] and i == 0:
            purpose = LISTEN
        elif wanted and free and allowed:
            purpose, asked = wanted.pop(0), day
        else:
            purpose = GIVE
        allowed = purpose not in ASKS
        contacts.append(Contact(str(row["customer_id"]), day, purpose))
    return contacts


def by_month(planned: pd.DataFrame) -> list[dict[str, Any]]:
    """Contacts by month and purpose: month, listen, give, ask for a referral, offer an upsell, in all."""
    if planned.empty:
        return []
    month = pd.to_datetime(planned["on"]).dt.strftime("%Y-%m")
    counts = pd.crosstab(month, planned["purpose"]).reindex(columns=[LISTEN, GIVE, *ASKS], fill_value=0)
    return [
        {"month": m, **{str(k).replace(" ", "_"): int(v) for k, v in row.items()}, "in_all": int(row.sum())}
        for m, row in counts.iterrows()
    ]


def collisions(planned: pd.DataFrame, people: pd.DataFrame, *, days: int) -> Check:
    """Whether any customer has two asks within `days`, planned or already made."""
    asks = planned[planned["purpose"].isin(ASKS)][["customer_id", "on"]]
    made = people.dropna(subset="last_asked_on")[["customer_id", "last_asked_on"]]
    made = made.rename(columns={"last_asked_on": "on"})
    asked = set(asks["customer_id"])
    both = pd.concat([asks.assign(on=pd.to_datetime(asks["on"])), made[made["customer_id"].isin(asked)]])
    both = both.assign(on=pd.to_datetime(both["on"])).sort_values(["customer_id", "on"])
    gaps = both.groupby("customer_id")["on"].diff().dt.days
    n = int((gaps < days).sum())
    text = (
        f"{number(len(asks))} asks are planned; {number(n)} of them come within {days} days of "
        "another ask of the same customer."
    )
    return Check(name="asks_do_not_collide", passed=n == 0, text=text)


@dataclass(frozen=True, kw_only=True)
class Planned:
    """Contacts to come, and what they were planned from."""

    contacts: pd.DataFrame  # `contact_calendar.contact_calendar`
    people: pd.DataFrame  # customer_id, listen, may_refer, may_upsell (bool), last_asked_on
    rhythm: Rhythm
    scale: float = 1.0  # customers for whom each row stands
    first: Planned | None = None  # contacts with the customers who come first on lists, where `people` is a panel

    def busy(self) -> pd.DataFrame:
        """The first contacts with those who are asked or listened to; the others only hear at the rhythm."""
        contacts = (self.first or self).contacts
        these = contacts.loc[contacts["purpose"] != GIVE, "customer_id"]
        return cut(contacts[contacts["customer_id"].isin(these)].reset_index(drop=True))

    def by_month(self) -> list[dict[str, Any]]:
        """Contacts by month and purpose."""
        rows = by_month(self.contacts)
        return [{k: v if k == "month" else round(v * self.scale) for k, v in row.items()} for row in rows]

    def check(self) -> Check:
        """Whether asks collide."""
        return collisions(self.contacts, self.people, days=self.rhythm.days_between_asks)


def plan(
    engagement: Engagement,
    people: pd.DataFrame,
    *,
    upsell: UpsellList,
    follow: FollowUp,
    contact_cost: float | None,
    rhythm: Rhythm = QUARTERLY,
) -> Planned:
    """Plan contacts with today's customers (rows of `customer_money.with_money`).

    An upsell is planned only where it can be expected to bring more than the contact costs.
    """
    ids = people["customer_id"]
    asked, offered = (pd.to_datetime(days) for days in (people["last_ask_on"], ids.map(last_offers(engagement))))
    planned = people[["customer_id"]].assign(
        listen=ids.isin(set(follow.people["customer_id"]) - follow.lists.to_ask),
        may_refer=ids.isin(_to_ask(engagement)),
        may_upsell=ids.isin(upsell.worth_it(contact_cost)),
        last_asked_on=pd.concat([asked, offered], axis=1).max(axis=1),
    )
    contacts = contact_calendar(planned, as_of=engagement.as_of, rhythm=rhythm)
    return Planned(contacts=contacts, people=planned, rhythm=rhythm, scale=engagement.scale)


def _to_ask(engagement: Engagement) -> set[str]:
    """The ask list of step 06; by its usual rules where it has not been run."""
    asked = engagement.upstream("ask_and_follow_up")
    if asked is None:
        return set(ask_lists.lists(engagement).ask["customer_id"])
    return {str(row["customer_id"]) for row in asked.tables.get("ask_list", ()) if not row.get("control")}
