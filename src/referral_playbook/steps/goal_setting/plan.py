"""The programme's goal in referrals, new customers and margin, and what moves when the plan does."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

from referral_playbook.contract.evidence import Estimate
from referral_playbook.contract.names import Step
from referral_playbook.domain.assumptions import decided_value
from referral_playbook.domain.lists.goal_band import Outlook, certain_uplift, programme_rate
from referral_playbook.domain.programme import baseline as referral_baseline
from referral_playbook.domain.programme import referral_inputs
from referral_playbook.domain.sources import funnel
from referral_playbook.domain.upstream import upstream_estimate
from referral_playbook.domain.value import customer_value
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.uncertainty.propagation import propagate


def outlook(engagement: Engagement, rate: Estimate, factor: Estimate) -> Outlook:
    """What the next months may bring at the baseline times the uplift; months vary as they did so far."""
    found = referral_baseline.record(engagement)
    same = found is not None and referral_baseline.measured(rate) and len(found.months) > 1
    fitted = referral_baseline.monthly(found).dispersion.value if same and found is not None else None
    return Outlook(rate=rate, factor=factor, dispersion=fitted or 0.0)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """From referrals to margin: the outlook, and what a referral becomes (steps 02 and 04)."""

    outlook: Outlook
    qualified: Estimate
    conversion: Estimate
    share: Estimate
    worth: Estimate

    @property
    def customers(self) -> Estimate:
        """New customers a month who came by referral."""
        return propagate(
            lambda r, q, c: r * q * c,
            unit="customers",
            per="month",
            source="referrals x qualified x conversion",
            r=programme_rate(self.outlook.rate, self.outlook.factor),
            q=self.qualified,
            c=self.conversion,
        )

    @property
    def margin(self) -> Estimate:
        """Margin over the horizon of a month's new customers who would not have come otherwise; before rewards."""
        found = propagate(
            lambda n, s, v: n * s * v,
            unit=self.worth.unit,
            per="month",
            source="new customers x incremental share x customer value",
            n=self.customers,
            s=self.share,
            v=self.worth,
        )
        # Square-and-add may step below nothing where a range is very wide; a product of shares and margins does not.
        return found if found.low is None else found.as_(low=max(found.low, min(0.0, self.worth.low or 0.0)))

    def moved(self, *, uplift: float, qualified: float, conversion: float) -> dict[str, Any]:
        """Outcomes at other settings, each taken as certain: referrals of a month (band), new customers, margin."""
        at = self.at(uplift=uplift, qualified=qualified, conversion=conversion)
        goal = at.outlook.band()
        return {"referrals_a_month": goal, "new_customers_a_month": at.customers, "margin_a_month": at.margin}

    def drawn(self, *, uplift: float, qualified: float, conversion: float) -> dict[str, Any]:
        """The month at other settings beside one without the programme, ready to draw as bars."""
        at = self.at(uplift=uplift, qualified=qualified, conversion=conversion)
        goal, today = at.outlook.band(), replace(self.outlook, factor=certain_uplift(1.0)).band()
        accepted = propagate(
            lambda r, q: r * q, unit="qualified", per="month", source="goal x qualified share", r=goal, q=at.qualified
        )
        stages = {
            "referrals without the programme": today,
            "referrals": goal,
            "qualified": accepted,
            "new customers": at.customers,
        }
        return {"values": stages, "unit": "a month", "xlabel": "a month; without the programme, and at these settings"}

    def at(self, *, uplift: float, qualified: float, conversion: float) -> Plan:
        """The plan at other settings, each taken as certain."""
        return replace(
            self,
            outlook=replace(self.outlook, factor=certain_uplift(uplift)),
            qualified=decided_value("qualified_share", qualified, unit="share", per="referral"),
            conversion=decided_value("conversion_rate", conversion, unit="share", per="qualified referral"),
        )

    def sliders(self) -> dict[str, tuple[float, float, float, float]]:
        """Low, high, step and plan of each setting that a reader may move."""
        factor = round(self.outlook.factor.value or 1.0, 1)
        moved = {"qualified": self.qualified, "conversion": self.conversion}
        return {"uplift": (0.5, max(3.0, factor), 0.1, factor)} | {name: _percents(e) for name, e in moved.items()}

    def sensitivity(self, *, factors: tuple[float, ...] = (1.0, 1.25, 1.5, 2.0, 3.0)) -> list[dict[str, Any]]:
        """The goal at other uplifts: rows uplift, referrals_a_month with its band."""
        goals = [replace(self.outlook, factor=certain_uplift(f)).band() for f in factors]
        return [{"uplift": f, "referrals_a_month": e} for f, e in zip(factors, goals, strict=True)]


def _percents(share: Estimate) -> tuple[float, float, float, float]:
    """Slider over the range of a share, in whole percents; at least one percent wide."""
    low, value, high = (share.low or 0.0, share.value or 0.0, share.high or 0.0)
    least, most = math.floor(100 * low) / 100, math.ceil(100 * high) / 100
    least = min(least, most - 0.01)
    return least, most, 0.01, min(max(round(value, 2), least), most)


def plan(engagement: Engagement, ahead: Outlook, qualified: Estimate) -> Plan:
    """The plan with what step 02 handed over, or what is worked out where it was not run."""

    def worth() -> Estimate:
        return customer_value.customer_value(engagement, margin_share=customer_value.gross_margin(engagement))

    step = Step.VALUE_EXCHANGE
    return Plan(
        outlook=ahead,
        qualified=qualified,
        conversion=upstream_estimate(engagement, step, "conversion_rate", lambda: funnel.conversion_rate(engagement)),
        share=upstream_estimate(engagement, step, "incremental_share", referral_inputs.incremental_share),
        worth=upstream_estimate(engagement, step, "customer_value", worth),
    )
