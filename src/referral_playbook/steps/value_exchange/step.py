"""Step 02: what do we give, what do we get, and how far can we go?

A referral is an exchange. What one new customer is worth in margin, what share of friends would not have come
otherwise and how many qualified referrals convert say what the ask is worth; the offer must not be worth more.

`customer_worth` values a customer, `offers` are the rewards, `offer_value` what a referral brings under one of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from referral_playbook.contract.evidence import Estimate, StepResult
from referral_playbook.domain import offers, referred_customers
from referral_playbook.domain.assumptions import Default, stated
from referral_playbook.domain.customer_value import USUAL, Horizon
from referral_playbook.domain.offers import Offer, leads_per_qualified, reward_ceiling, unit_value
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods import economics
from referral_playbook.methods.propagation import combine
from referral_playbook.steps.value_exchange import backtest, hypotheses, liability, referral_value, rewards, sensitivity
from referral_playbook.steps.value_exchange import rewards as reward_rules
from referral_playbook.steps.value_exchange import rewards as reward_segments
from referral_playbook.steps.value_exchange.exchanges import exchanges
from referral_playbook.steps.value_exchange.verdict import actions, headline, reward_chosen, verdict, within_ceiling

STEP = "value_exchange"
FRIENDS = Default(2.0, 1.0, 3.0)
ACCEPTANCE = Default(0.30, 0.15, 0.45)


def value_of_the_ask(
    engagement: Engagement,
    known: Mapping[str, Estimate],
    *,
    friends: float | None = None,
    acceptance: float | None = None,
) -> Estimate:
    """Worth of asking one customer: friends x acceptance x qualified x conversion x incremental share x value."""
    return combine(
        economics.value_of_ask,
        unit=engagement.currency,
        per="customer asked",
        source="friends x acceptance x qualified x conversion x incremental share x customer value, before any reward",
        product=True,
        friends=stated("friends_asked", friends, FRIENDS, unit="friends", per="customer asked"),
        acceptance=stated("acceptance", acceptance, ACCEPTANCE, unit="share", per="friend asked"),
        qualified=known["qualified_share"],
        conversion=known["conversion_rate"],
        incremental_share=known["incremental_share"],
        margin_value=known["customer_value"],
    )


def offer_row(offer: Offer, known: Mapping[str, Estimate]) -> dict[str, Any]:
    """The offer reckoned with, as later steps read it."""
    qualified = known["qualified_share"].value
    return {
        "name": offer.name,
        "trigger": offer.trigger,
        "advocate": offer.cost("advocate"),
        "friend": offer.cost("friend"),
        "hold_survival": offer.hold_survival,
        "leads_per_qualified": leads_per_qualified(qualified) if qualified else None,
    }


def conclude(
    engagement: Engagement,
    *,
    known: Mapping[str, Estimate],
    offer: Offer,
    ask: Estimate,
    horizon: Horizon = USUAL,
    hold_survival: float = 1.0,
    referrals_multiple: float = 2.0,
    acquisition_cost: float | None = None,
    worth_having: float = 0.30,
    confidence: float = 0.95,
) -> StepResult:
    """Everything step 02 hands over.

    Parameters
    ----------
    known, offer, ask
        From `inputs`, `offers.chosen` and `value_of_the_ask`.
    hold_survival : float
        Share of friends still there when a hold ends.
    referrals_multiple : float
        Referrals of a year after the launch, as a multiple of today's: for the liability only.
    acquisition_cost : float or None
        What winning a customer elsewhere costs; None counts nothing as saved.
    worth_having : float
        Smallest relative gain that a test should show.
    """
    unit, ceiling = unit_value(known, offer), reward_ceiling(known)
    found = verdict(known, unit, offer)
    today = liability.referring(engagement, confidence=confidence)
    who = today.times(referrals_multiple)
    options = rewards.options(engagement, known, who, chosen=offer, hold_survival=hold_survival)
    by_segment = reward_segments.segments(engagement, known, offer, horizon=horizon, confidence=confidence)
    planned = hypotheses.planned(engagement, options, offer, worth_having=worth_having, confidence=confidence)
    saving = referral_value.saved(acquisition_cost, engagement.currency)
    friend = referral_value.per_friend(known, offer, saving, share=known["incremental_share"])
    paid = liability.liability(who, known, offer)
    return StepResult(
        step=STEP,
        client=engagement.client,
        as_of=engagement.as_of,
        verdict=found,
        headline=headline(unit, ceiling),
        estimates={
            **known,
            **offers.as_estimates(offer, engagement.currency),
            "value_of_the_ask": ask,
            "reward_ceiling": ceiling,
            "unit_value_per_qualified_referral": unit,
            "plain_customer_value": backtest.plain_value(
                engagement, margin_share=known["gross_margin"], confidence=confidence
            ),
            "customer_referral_value": referral_value.referral_value(known, friend, today),
            "rewards_a_year": liability.rewards_a_year(paid, who, known, offer),
        },
        checks=(
            within_ceiling(known, offer),
            reward_chosen(offer),
            backtest.backtest(engagement),
            referred_customers.check(known["referred_value_difference"]),
            reward_segments.check(by_segment, offer),
        ),
        actions=(*actions(found, offer), *reward_segments.actions(by_segment, offer)),
        tables={
            "offer": [offer_row(offer, known)],
            "exchanges": exchanges(engagement, known, offer, ask),
            "reward_options": options,
            "caps": liability.caps(who, known, offer),
            "segments": by_segment,
            "friends": referral_value.friend_rows(known, offer, saving),
            "referred": referred_customers.rows(engagement, known, confidence=confidence),
            "hypotheses": planned,
            "rules": reward_rules.rules(engagement, known, offer),
            "sensitivity": sensitivity.sensitivity(known, offer),
        },
    )
