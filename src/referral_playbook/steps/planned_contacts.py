"""The contact calendar of a client: the ask list of step 06, the upsell list, and those to be listened to first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from referral_playbook.contract.evidence import Check
from referral_playbook.facts.engagement import Engagement
from referral_playbook.steps import ask_lists, contact_calendar
from referral_playbook.steps.contact_calendar import QUARTERLY, Rhythm
from referral_playbook.steps.quiet_customers import FollowUp
from referral_playbook.steps.upsell_list import UpsellList, last_offers


@dataclass(frozen=True, kw_only=True)
class Planned:
    """Contacts to come, and what they were planned from.

    Parameters
    ----------
    contacts : DataFrame
        `contact_calendar.contact_calendar`.
    people : DataFrame
        customer_id, listen, may_refer, may_upsell (bool), last_asked_on.
    rhythm : Rhythm
    """

    contacts: pd.DataFrame
    people: pd.DataFrame
    rhythm: Rhythm

    def busy(self) -> pd.DataFrame:
        """Contacts of those who are asked or listened to; the others only hear at the rhythm."""
        these = self.contacts.loc[self.contacts["purpose"] != contact_calendar.GIVE, "customer_id"]
        return self.contacts[self.contacts["customer_id"].isin(these)].reset_index(drop=True)

    def by_month(self) -> list[dict[str, Any]]:
        """Contacts by month and purpose."""
        return contact_calendar.by_month(self.contacts)

    def check(self) -> Check:
        """Whether asks collide."""
        return contact_calendar.collisions(self.contacts, self.people, days=self.rhythm.days_between_asks)


def plan(
    engagement: Engagement,
    people: pd.DataFrame,
    *,
    upsell: UpsellList,
    follow: FollowUp,
    contact_cost: float,
    rhythm: Rhythm = QUARTERLY,
) -> Planned:
    """Plan contacts with today's customers (rows of `customer_money.with_money`).

    An upsell is planned only where it can be expected to bring more than the contact costs.
    """
    ids = people["customer_id"]
    asked, offered = (pd.to_datetime(days) for days in (people["last_ask_on"], ids.map(last_offers(engagement))))
    told = people[["customer_id"]].assign(
        listen=ids.isin(follow.people["customer_id"]),
        may_refer=ids.isin(_to_ask(engagement)),
        may_upsell=ids.isin(upsell.worth_it(contact_cost)),
        last_asked_on=pd.concat([asked, offered], axis=1).max(axis=1),
    )
    contacts = contact_calendar.contact_calendar(told, as_of=engagement.as_of, rhythm=rhythm)
    return Planned(contacts=contacts, people=told, rhythm=rhythm)


def _to_ask(engagement: Engagement) -> set[str]:
    """The ask list of step 06; by its usual rules where it has not been run."""
    earlier = engagement.upstream("ask_and_follow_up")
    if earlier is None:
        return set(ask_lists.lists(engagement).ask["customer_id"])
    return {str(row["customer_id"]) for row in earlier.tables.get("ask_list", ())}
