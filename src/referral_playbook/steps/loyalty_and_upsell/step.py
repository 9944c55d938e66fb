"""Step 08: keep, then grow. What is kept of last year's revenue decides whether we may ask customers for more.

`recurring_revenue`, `customer_cohorts` and `kept` say what is kept, `plain_value` what a customer is worth,
`loyal_customers` and `advocacy_actions` who is loyal and shows it, `loyalty_spend` whether spending on it pays,
`upsell_offers` and `upsell_list` who may be offered more, `quiet_customers` and `feedback_themes` who must be listened
to, and `planned_contacts` keeps the asks of steps 06 and 08 apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from referral_playbook.contract.evidence import Action, Check, Estimate, Status, StepResult, Verdict
from referral_playbook.domain.recurring_revenue import Recurring
from referral_playbook.domain.upstream import told
from referral_playbook.facts.engagement import Engagement
from referral_playbook.steps.loyalty_and_upsell import feedback
from referral_playbook.steps.loyalty_and_upsell.advocacy import Advocacy
from referral_playbook.steps.loyalty_and_upsell.calendar import Planned
from referral_playbook.steps.loyalty_and_upsell.cohorts import Cohorts
from referral_playbook.steps.loyalty_and_upsell.loyal import Loyal
from referral_playbook.steps.loyalty_and_upsell.quiet import FollowUp
from referral_playbook.steps.loyalty_and_upsell.retention_summary import KEPT, what_is_kept
from referral_playbook.steps.loyalty_and_upsell.upsell import UpsellList
from referral_playbook.steps.loyalty_and_upsell.upsell_offers import Offers

STEP = "loyalty_and_upsell"


def verdict(found: Mapping[str, Estimate], *, keep_from: float, keep_below: float) -> Verdict:
    """Go when all of the range reaches `keep_from`, stop when all of it is below `keep_below`, else test small."""
    name, kept = what_is_kept(found)
    if not kept.defined:
        return Verdict(status=Status.NOT_ENOUGH_DATA, reason=_not_known(kept, found["bought_again"]))
    said = f"{kept.value:.0%} ({kept.low:.0%} to {kept.high:.0%}) {KEPT[name].format(per=kept.per)}"
    if kept.low >= keep_from:  # type: ignore[operator]
        return Verdict(status=Status.GO, reason=f"{said}: all of it at or above {keep_from:.0%}.").capped(kept)
    if kept.high < keep_below:  # type: ignore[operator]
        return Verdict(status=Status.STOP, reason=f"{said}: all of it below {keep_below:.0%}. Keep first, then grow.")
    return Verdict(
        status=Status.TEST_SMALL,
        reason=f"{said}: neither all at or above {keep_from:.0%} (go) nor all below {keep_below:.0%} (stop).",
    )


def _not_known(kept: Estimate, again: Estimate) -> str:
    reason = f"What is kept from one year to the next is not known: {kept.reason}."
    if not again.defined:
        return reason
    return f"{reason} Of earlier buyers {again.value:.0%} bought again ({again.low:.0%} to {again.high:.0%})."


def sensitivity(
    found: Mapping[str, Estimate], *, marks: tuple[float, ...] = (0.95, 0.90, 0.85, 0.80, 0.75, 0.70, 0.60)
) -> list[dict[str, object]]:
    """The verdict at other marks to go from, with the mark to stop below 20 points lower: rows go_from, verdict."""
    return [
        {"go_from": f"{m:.0%}", "stop_below": f"{m - 0.2:.0%}",
         "verdict": verdict(found, keep_from=m, keep_below=m - 0.2).status.replace("_", " ")}
        for m in marks
    ]  # fmt: skip


HEADLINES = {
    Status.GO: "Customers stay: now offer more to those who have a reason to want it.",
    Status.TEST_SMALL: "Some stay and some leave: offer more to a few, and mend why the others go.",
    Status.STOP: "More is lost than can be sold on top: keep first, then grow.",
    Status.NOT_ENOUGH_DATA: "Who stays is not known yet: write down who leaves and what is paid.",
}


@dataclass(frozen=True, kw_only=True)
class Growth:
    """What can be sold on top: the offers, what one is worth (share of a year's revenue), and the list."""

    offers: Offers
    worth: Estimate
    upsell: UpsellList
    contact_cost: float

    def estimates(self, currency: str) -> dict[str, Estimate]:
        """upsell_taken, upsell_rise, upsell_margin (of the list, a year), upsell_list_size."""
        return {
            "upsell_taken": self.offers.taken,
            "upsell_rise": self.offers.rise,
            "upsell_margin": self.upsell.margin(self.worth, currency),
            "upsell_list_size": self.upsell.size(),
        }


@dataclass(frozen=True, kw_only=True)
class Care:
    """Who is loyal, who advocates, who must be followed up, what customers write, and when each is contacted."""

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


def conclude(
    engagement: Engagement,
    *,
    revenue: Recurring,
    found: Mapping[str, Estimate],
    cohorts: Cohorts,
    values: Sequence[dict[str, Any]],
    spend: Mapping[str, Estimate],
    growth: Growth,
    care: Care,
    keep_from: float = 0.85,
    keep_below: float = 0.65,
) -> StepResult:
    """Everything step 08 hands over, from what its parts found (see the notebook)."""
    kept = {**found, **revenue.estimates}
    ruled = verdict(kept, keep_from=keep_from, keep_below=keep_below)
    return StepResult(
        step=STEP,
        client=engagement.client,
        as_of=engagement.as_of,
        verdict=ruled,
        headline=HEADLINES[ruled.status],
        estimates={
            **kept,
            "plain_lifetime_value": values[0]["worth"],
            **spend,
            **care.estimates(),
            **growth.estimates(engagement.currency),
        },
        checks=_checks(engagement, revenue, growth, care),
        actions=actions(ruled, growth.upsell, care),
        tables=_tables(revenue, cohorts, values, growth.upsell, care),
    )


def _checks(engagement: Engagement, revenue: Recurring, growth: Growth, care: Care) -> tuple[Check, ...]:
    complaints = set(growth.upsell.offer["customer_id"]) & set(care.follow.of("open complaint"))
    return (
        told(engagement, "pmf_check", "value_exchange", "ask_and_follow_up"),
        revenue.negative_churn(),
        growth.offers.unasked,
        growth.upsell.worth_a_contact(growth.contact_cost, engagement.currency),
        Check(
            name="nobody_with_a_complaint_is_offered_more",
            passed=None if growth.upsell.reason else not complaints,
            text=growth.upsell.reason or f"{len(complaints)} customers with an open complaint are on the upsell list",
        ),
        care.planned.check(),
        care.follow.told(),
        care.advocacy.written_down(),
        feedback.themes_found(care.themes, care.comments),
    )


def _tables(
    revenue: Recurring, cohorts: Cohorts, values: Sequence[dict[str, Any]], upsell: UpsellList, care: Care
) -> dict[str, Any]:
    return {
        "mrr": revenue.movements(),
        "cohorts": cohorts.rows,
        "values": values,
        "loyal": care.loyal.against_the_rest(),
        "advocacy": care.advocacy.rows(),
        "advocates": care.advocacy.advocates(),
        "upsell_list": upsell.offer,
        "upsell_check_first": upsell.check_first,
        "follow_up_by_reason": care.follow.rows(),
        "follow_up": care.follow.people,
        "feedback": care.themes,
        "calendar_months": care.planned.by_month(),
        "contact_calendar": care.planned.busy(),
    }


def actions(ruled: Verdict, upsell: UpsellList, care: Care) -> tuple[Action, ...]:
    """What follows for the client: listen first, then offer, and write down what is missing."""
    made = []
    if len(care.follow.people):
        what = f"Ring the {len(care.follow.people):,} on the follow-up list, complaints first"
        made.append(Action(what=what, why="who is unhappy or silent is the next to leave", due=14))
    worst = next((row for row in care.themes if row["unhappy_today"] and row["theme"] != feedback.OTHER), None)
    if worst:
        why = f"{worst['unhappy_today']:,} customers of today wrote of it when unhappy"
        made.append(Action(what=f"Name an owner for the theme {worst['theme']!r}", why=why, due=30))
    if len(upsell.offer) and ruled.status is not Status.STOP:
        what = f"Offer more to the first {min(len(upsell.offer), 20):,} of the {len(upsell.offer):,} on the upsell list"
        made.append(Action(what=what, why="each has a reason now, and no complaint is open", due=30))
    if ruled.status is Status.NOT_ENOUGH_DATA:
        what = "Write down who leaves and when, and each payment with its kind"
        made.append(Action(what=what, why=ruled.reason, due=30))
    return tuple(made)
