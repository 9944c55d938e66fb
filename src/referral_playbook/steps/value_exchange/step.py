"""Step 02: what do we give, what do we get, and how far can we go?

A referral is an exchange. What one new customer is worth in margin, what share of friends would not have come
otherwise and how many qualified referrals convert say what the ask is worth; the offer must not be worth more.

`customer_worth` values a customer, `offers` are the rewards, `offer_value` what a referral brings under one of them.
"""

from collections.abc import Mapping
from typing import Any

from referral_playbook.contract.evidence import Estimate, StepResult
from referral_playbook.contract.names import Step
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.domain.assumptions import Default, assumed_value
from referral_playbook.domain.headcount import customers_now
from referral_playbook.domain.programme import baseline, offers, referral_inputs
from referral_playbook.domain.programme.offers import Offer, leads_per_qualified, unit_value
from referral_playbook.domain.programme.status import programme_status
from referral_playbook.domain.programme.uplift import uplift
from referral_playbook.domain.programme.valid_referrals import valid, with_flagged
from referral_playbook.domain.programme.without_programme import baseline_referrals
from referral_playbook.domain.value import referred_customers
from referral_playbook.domain.value.customer_value import Horizon, describe_model
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.decisions import economics
from referral_playbook.methods.uncertainty.propagation import propagate
from referral_playbook.steps.value_exchange import backtest, hypotheses, liability, referral_value, rewards, sensitivity
from referral_playbook.steps.value_exchange import rewards as reward_segments
from referral_playbook.steps.value_exchange.ceilings import ceilings
from referral_playbook.steps.value_exchange.exchanges import exchanges
from referral_playbook.steps.value_exchange.finding import ValueFinding
from referral_playbook.steps.value_exchange.verdict import (
    actions,
    headline,
    reward_chosen,
    under_ceiling_with_baseline,
    verdict,
    within_ceiling,
)

STEP = Step.VALUE_EXCHANGE
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
    return propagate(
        economics.value_of_ask,
        unit=engagement.currency,
        per="customer asked",
        source="friends x acceptance x qualified x conversion x incremental share x customer value, before any reward",
        product=True,
        friends=assumed_value("friends_asked", friends, FRIENDS, unit="friends", per="customer asked"),
        acceptance=assumed_value("acceptance", acceptance, ACCEPTANCE, unit="share", per="friend asked"),
        qualified=known["qualified_share"],
        conversion=known["conversion_rate"],
        incremental_share=known["incremental_share"],
        margin_value=known["customer_value"],
    )


def offer_row(offer: Offer, known: Mapping[str, Estimate]) -> dict[str, Any]:
    """The offer of the plan, as later steps read it."""
    qualified = known["qualified_share"].value
    return {
        "name": offer.name,
        "trigger": offer.trigger,
        "advocate": offer.cost("advocate"),
        "friend": offer.cost("friend"),
        "hold_survival": offer.hold_survival,
        "leads_per_qualified": leads_per_qualified(qualified) if qualified else None,
    }


def find(engagement: Engagement, parameters: Parameters | None = None) -> ValueFinding:
    """Compute step 02 once, from the facts and the parameters, on valid referrals."""
    p = parameters or engagement.parameters_of(STEP)
    client = valid(engagement)
    horizon = Horizon(months=p.count("horizon_months"), discount_rate=p.number("discount_rate"))
    known, offer = known_inputs(client, p, horizon), offer_of(client, p)
    level = p.number("confidence")
    asked = {"friends": p.optional_number("friends_asked"), "acceptance": p.optional_number("acceptance")}
    ask = value_of_the_ask(client, known, **asked)
    today = liability.referring(client, confidence=level)
    who = today.times(p.number("referrals_multiple"))
    return ValueFinding(
        client=engagement.client,
        currency=engagement.currency,
        as_of=engagement.as_of,
        engagement=client,
        known=known,
        plain=backtest.plain_value(client, margin_share=known["gross_margin"], confidence=level),
        model=describe_model(client),
        horizon=horizon,
        backtest=backtest.backtest(client),
        offer=offer,
        ask=ask,
        ceilings=ceilings(known),
        **_of_friends(known, offer, p.optional_number("acquisition_cost"), today),
        exchanges=exchanges(client, known, offer, ask),
        referred=referred_customers.rows(client, known, confidence=level),
        segments=rewards.segments(client, known, offer, horizon=horizon, confidence=level),
        beside=with_flagged(engagement, client),
        **_of_offer(client, known, offer, who),
        **_options(client, known, offer, who, p),
    )


def _of_friends(
    known: Mapping[str, Estimate], offer: Offer, acquisition_cost: float | None, today: liability.Referring
) -> dict[str, Any]:
    """What a friend is worth, and with that a customer who refers."""
    saving = referral_value.saved(acquisition_cost, known["customer_value"].unit)
    friend = referral_value.per_friend(known, offer, saving, share=known["incremental_share"])
    return {
        "saving": saving,
        "referral_value": referral_value.referral_value(known, friend, today),
        "friends": referral_value.friend_rows(known, offer, saving),
    }


def _of_offer(
    client: Engagement, known: Mapping[str, Estimate], offer: Offer, who: liability.Referring
) -> dict[str, Any]:
    """What the offer costs in a year, and what its result depends on."""
    return {
        "unit": unit_value(known, offer),
        "rewards_a_year": liability.rewards_a_year(liability.liability(who, known, offer), who, known, offer),
        "ways": sensitivity.ways(known, offer),
        "caps": liability.caps(who, known, offer),
        "rules": rewards.rules(client, known, offer),
        "swings": sensitivity.sensitivity(known, offer),
    }


def _options(
    client: Engagement, known: Mapping[str, Estimate], offer: Offer, who: liability.Referring, p: Parameters
) -> dict[str, Any]:
    """The rewards to choose from, and the experiments that would compare them."""
    worth_having, confidence = p.number("worth_having"), p.number("confidence")
    stay = offers.held_share(client, days=p.count("hold_days"), confidence=confidence)
    options = rewards.options(client, known, who, chosen=offer, hold_survival=stay)
    planned = hypotheses.plans(
        hypotheses.picked(options, offer),
        hypotheses.refer_share(client, confidence=confidence),
        hypotheses.asked_a_week(client, confidence=confidence),
        customers=customers_now(client),
        worth_having=worth_having,
        alpha=1 - confidence,
    )
    return {"options": options, "hypotheses": planned}


def known_inputs(engagement: Engagement, p: Parameters, horizon: Horizon) -> dict[str, Estimate]:
    """The inputs of the economics, with the uplift and the baseline that the reward ceiling needs."""
    level = p.number("confidence")
    known = referral_inputs.inputs(
        engagement,
        horizon=horizon,
        gross_margin=p.optional_number("gross_margin"),
        customer_value=p.optional_number("customer_value"),
        share=p.optional_number("incremental_share"),
        conversion_rate=p.optional_number("conversion_rate"),
        fulfilment=p.number("fulfilment"),
        confidence=level,
    )
    known["qualified_share"] = baseline.qualified_share(
        engagement, stated=p.optional_number("qualified_share"), confidence=level
    )
    goal = engagement.parameters_of(Step.GOAL_SETTING)
    status = programme_status(engagement, programme_start=goal.optional_text("programme_start"))
    factor = uplift(
        engagement, stated=p.optional_number("uplift"), setting=goal.optional_text("uplift_setting"), confidence=level
    )
    now = baseline.baseline(engagement, stated=p.optional_number("referrals_per_month"), confidence=level)
    without = baseline_referrals(
        engagement,
        status=status,
        uplift=factor,
        now=now,
        stated=goal.optional_number("baseline_referrals"),
        confidence=level,
    )
    return {**known, "uplift": factor, "baseline_referrals": without}


def offer_of(engagement: Engagement, p: Parameters) -> Offer:
    """The offer that the plan uses."""
    return offers.chosen(
        engagement,
        name=p.optional_text("chosen_reward"),
        reward_advocate=p.optional_number("reward_advocate"),
        reward_friend=p.optional_number("reward_friend"),
        trigger=p.text("reward_trigger"),
        hold_survival=offers.held_share(engagement, days=p.count("hold_days"), confidence=p.number("confidence")),
    )


def build_result(f: ValueFinding) -> StepResult:
    """What step 02 hands over: the finding in the form of the contract."""
    decision = verdict(f.known, f.unit, f.offer)
    return StepResult(
        step=STEP,
        client=f.client,
        as_of=f.as_of,
        verdict=decision,
        headline=headline(f.unit, f.ceilings.that_counts),
        estimates=estimates(f),
        checks=(
            within_ceiling(f.known, f.offer),
            under_ceiling_with_baseline(f.ceilings, f.offer),
            reward_chosen(f.offer),
            f.backtest,
            referred_customers.check(f.known["referred_value_difference"]),
            reward_segments.check(f.segments, f.offer),
        ),
        actions=(*actions(decision, f.offer), *reward_segments.actions(f.segments, f.offer)),
        tables=tables(f),
    )


def estimates(f: ValueFinding) -> dict[str, Estimate]:
    """Every estimate by its contract name."""
    return {
        **f.known,
        **offers.as_estimates(f.offer, f.currency),
        "value_of_the_ask": f.ask,
        "reward_ceiling": f.ceilings.that_counts,
        "reward_ceiling_without_baseline": f.ceilings.without_baseline,
        "reward_ceiling_naive": f.ceilings.naive,
        "unit_value_per_qualified_referral": f.unit,
        "plain_customer_value": f.plain,
        "customer_referral_value": f.referral_value,
        "rewards_a_year": f.rewards_a_year,
    }


def tables(f: ValueFinding) -> dict[str, Any]:
    """The tables of the contract, and those that the notebook shows beside them."""
    return {
        "offer": [offer_row(f.offer, f.known)],
        "ceilings": f.ceilings.rows(),
        "exchanges": f.exchanges,
        "reward_options": f.options,
        "caps": f.caps,
        "segments": f.segments,
        "friends": f.friends,
        "referred": f.referred,
        "hypotheses": f.hypotheses,
        "rules": f.rules,
        "sensitivity": f.swings,
        "valid_referrals": f.beside,
    }
