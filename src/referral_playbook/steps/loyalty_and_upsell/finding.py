"""Everything that step 08 computes, once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd

from referral_playbook.contract.evidence import Check, Estimate, Verdict
from referral_playbook.domain.value.recurring_revenue import Recurring
from referral_playbook.steps.loyalty_and_upsell import feedback
from referral_playbook.steps.loyalty_and_upsell.advocacy import Advocacy
from referral_playbook.steps.loyalty_and_upsell.calendar import Planned
from referral_playbook.steps.loyalty_and_upsell.cohorts import Cohorts
from referral_playbook.steps.loyalty_and_upsell.loyal import Loyal
from referral_playbook.steps.loyalty_and_upsell.quiet import FollowUp
from referral_playbook.steps.loyalty_and_upsell.upsell import UpsellList
from referral_playbook.steps.loyalty_and_upsell.upsell_offers import Offers


@dataclass(frozen=True, kw_only=True)
class Growth:
    """What can be sold on top."""

    offers: Offers  # how often offers are taken, and by how much revenue then rises
    offer_value: Estimate  # margin that one offer brings, as a share of a year's revenue
    upsell: UpsellList
    contact_cost: float | None  # in the client's currency; None where it is not known

    def estimates(self, currency: str) -> dict[str, Estimate]:
        """upsell_taken, upsell_rise, upsell_margin (of the list, a year), upsell_list_size."""
        return {
            "upsell_taken": self.offers.taken,
            "upsell_rise": self.offers.rise,
            "upsell_margin": self.upsell.margin(self.offer_value, currency),
            "upsell_list_size": self.upsell.size(),
        }


@dataclass(frozen=True, kw_only=True)
class Care:
    """Who is loyal, who advocates, whom to follow up, what customers write, and when each is contacted."""

    loyal: Loyal
    advocacy: Advocacy
    follow: FollowUp
    themes: Sequence[dict[str, Any]]
    comments: int
    planned: Planned

    def estimates(self) -> dict[str, Estimate]:
        """loyal_share, loyal_revenue_share, advocates_share, follow_up_size."""
        return {
            "loyal_share": self.loyal.share(),
            "loyal_revenue_share": self.loyal.revenue_share(),
            "advocates_share": self.advocacy.share(),
            "follow_up_size": self.follow.size(),
        }


@dataclass(frozen=True, kw_only=True)
class LoyaltyFinding:
    """What step 08 found."""

    client: str
    currency: str
    as_of: date
    keep_from: float
    keep_below: float
    revenue: Recurring  # recurring revenue now and a year ago
    # retention_rate, churn_rate, customers_kept, kept_at_horizon, bought_again, gross_margin, customer_value, and the
    # ratios of `revenue`
    retained: Mapping[str, Estimate]
    cohorts: Cohorts = field(repr=False)
    values: Sequence[dict[str, Any]] = field(repr=False)  # from the plain lifetime value to the model's, step by step
    spend: Mapping[str, Estimate]  # cost and value of loyalty spend
    growth: Growth = field(repr=False)
    care: Care = field(repr=False)
    verdict: Verdict
    checks: tuple[Check, ...]

    @property
    def estimates(self) -> dict[str, Estimate]:
        """What the step hands over, by its contract name."""
        return {
            **self.retained,
            "plain_lifetime_value": self.values[0]["worth"],
            **self.spend,
            **self.care.estimates(),
            **self.growth.estimates(self.currency),
        }

    @property
    def shown_upsells(self) -> pd.DataFrame:
        """The upsell list with the columns that a reader needs."""
        columns = ["customer_id", "segment", "what", "why_now"]
        money = ["expected_margin", "expected_margin_low", "expected_margin_high"]
        return self.growth.upsell.offer[[*columns, *money]]

    def complaints_offered(self) -> int:
        """Customers with an open complaint who are on the upsell list: none, or the list is wrong."""
        return len(set(self.growth.upsell.offer["customer_id"]) & set(self.care.follow.of("open complaint")))

    def worst_theme(self) -> dict[str, Any] | None:
        """The theme with most at risk that unhappy customers of today wrote about."""
        themes = self.care.themes
        return next((row for row in themes if row["unhappy_today"] and row["theme"] != feedback.OTHER), None)
