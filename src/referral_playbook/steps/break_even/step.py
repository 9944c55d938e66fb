"""Step 05: how many referrals must there be, and how likely is that by the client's date?

`programme_costs` says what the programme costs whether or not anybody is referred, `programme_futures` lets it run
100,000 times. Rewards are charged when they are paid and once; a contribution of zero or less breaks even at no volume.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from referral_playbook.contract.evidence import Action, Check, Estimate, Status, StepResult, Verdict
from referral_playbook.contract.names import Step
from referral_playbook.domain import customer_value as customer_worth
from referral_playbook.domain import funnel, offers, referral_inputs
from referral_playbook.domain.assumptions import decided
from referral_playbook.domain.offers import Offer
from referral_playbook.domain.upstream import taken, told
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods import economics
from referral_playbook.methods.economics import Reward
from referral_playbook.methods.propagation import combine
from referral_playbook.steps.break_even.futures import Programme
from referral_playbook.steps.break_even.volume import ANY_VOLUME, shares, volumes

STEP = "break_even"


def economics_of(
    engagement: Engagement,
    *,
    customer_value: float | None = None,
    incremental_share: float | None = None,
    conversion_rate: float | None = None,
) -> dict[str, Estimate]:
    """customer_value, incremental_share, conversion_rate, fulfilment: stated here, else from step 02, else worked out.

    A stated value replaces the earlier step's and is `assumed`.
    """

    def worth() -> Estimate:
        margin = customer_worth.gross_margin(engagement)
        return customer_worth.customer_value(engagement, margin_share=margin)

    currency = engagement.currency
    free = decided("fulfilment", 0.0, unit=currency, per="conversion")
    from_02: dict[str, Callable[[], Estimate]] = {
        "customer_value": worth,
        "incremental_share": referral_inputs.incremental_share,
        "conversion_rate": lambda: funnel.conversion_rate(engagement),
        "fulfilment": lambda: free,
    }
    known = {name: taken(engagement, Step.VALUE_EXCHANGE, name, instead) for name, instead in from_02.items()}
    if customer_value is not None:
        known["customer_value"] = customer_worth.stated_value(customer_value, currency)
    if incremental_share is not None:
        known["incremental_share"] = referral_inputs.incremental_share(incremental_share)
    if conversion_rate is not None:
        known["conversion_rate"] = funnel.conversion_rate(engagement, given=conversion_rate)
    return known


def offer_of(
    engagement: Engagement,
    *,
    name: str | None = None,
    reward_advocate: float | None = None,
    reward_friend: float | None = None,
) -> Offer:
    """The offer that step 02 reckoned with, unless another is named or stated here."""
    stated_here = name is not None or reward_advocate is not None or reward_friend is not None
    earlier = engagement.upstream(Step.VALUE_EXCHANGE)
    if stated_here or earlier is None or not earlier.tables.get("offer"):
        return offers.chosen(engagement, name=name, reward_advocate=reward_advocate, reward_friend=reward_friend)
    return _offer(earlier.tables["offer"][0])


def _offer(row: Mapping[str, Any]) -> Offer:
    """The offer that step 02 wrote down."""
    how: dict[str, Any] = {"trigger": row["trigger"], "hold_survival": row["hold_survival"]}
    paid = tuple(Reward(cost=row[side], side=side, **how) for side in ("advocate", "friend") if row[side])
    return Offer(name=row["name"], kind=row.get("kind") or "", rewards=paid)


def naive(fixed: Estimate, known: Mapping[str, Estimate]) -> str:
    """What a calculator that divides cost by value would say, in words; shown in order to be broken."""
    value = known["customer_value"]
    if not fixed.defined or not value.defined or value.value <= 0:  # type: ignore[operator]
        return "The naive answer cannot be given either: cost or value is not known."
    return (
        f"The naive answer: cost over customer value, {fixed.value / value.value:,.1f} customers. "  # type: ignore[operator]
        "It takes every friend for one who would "
        "not have come otherwise, and gives the reward away for free."
    )


def unit_contribution(known: Mapping[str, Estimate], offer: Offer, *, leads_per_qualified: float = 2.0) -> Estimate:
    """What one conversion contributes: ``s V - R_advocate - R_friend - fulfilment``, rewards paid on conversion."""

    def worth(conversion: float, margin_value: float, share: float, fulfilment: float) -> float:
        return float(
            economics.unit_contribution(
                conversion=conversion, margin_value=margin_value, incremental_share=share, rewards=offer.rewards,
                fulfilment=fulfilment, leads_per_qualified=leads_per_qualified,
            )
        )  # fmt: skip

    return combine(
        worth,
        unit=known["customer_value"].unit,
        per="conversion",
        source=f"s V - rewards - fulfilment; offer: {offer.name}",
        conversion=known["conversion_rate"],
        margin_value=known["customer_value"],
        share=known["incremental_share"],
        fulfilment=known["fulfilment"],
    )


def verdict(
    probability: Estimate, contribution: Estimate, *, go: float, stop: float, stands_on: tuple[Estimate, ...]
) -> Verdict:
    """Gate on the probability of break-even by the client's date; the thresholds are named."""
    if contribution.defined and contribution.value <= 0:  # type: ignore[operator]
        reason = f"A conversion contributes {contribution.value:,.2f} {contribution.unit}: it {ANY_VOLUME}."
        return Verdict(status=Status.STOP, reason=reason)
    if not probability.defined:
        return Verdict(
            status=Status.NOT_ENOUGH_DATA, reason=f"The chance of break-even is not known: {probability.reason}."
        )
    said = f"The chance to break even by the date is {probability.value:.0%} (go from {go:.0%}, stop up to {stop:.0%})."
    if probability.value >= go:  # type: ignore[operator]
        return Verdict(status=Status.GO, reason=said).capped(*stands_on)
    return Verdict(status=Status.STOP if probability.value <= stop else Status.TEST_SMALL, reason=said)  # type: ignore[operator]


def conclude(
    engagement: Engagement,
    *,
    known: Mapping[str, Estimate],
    offer: Offer,
    programme: Programme,
    fixed: Estimate,
    contribution: Estimate,
    channels: Sequence[dict[str, Any]] = (),
    go: float = 0.80,
    stop: float = 0.20,
) -> StepResult:
    """Everything step 05 hands over; `channels` as `channel_costs.compare_channels` gives them."""
    needed = volumes(fixed, contribution, known["conversion_rate"])
    ran = programme.estimates()
    found = verdict(
        ran["probability_by_date"], contribution, go=go, stop=stop,
        stands_on=(known["customer_value"], known["conversion_rate"], programme.baseline),
    )  # fmt: skip
    return StepResult(
        step=STEP,
        client=engagement.client,
        as_of=engagement.as_of,
        verdict=found,
        headline=_headline(needed, ran["probability_by_date"], programme.months, contribution),
        estimates={
            **{name: known[name] for name in ("monthly_cost", "set_up_cost") if name in known},
            "fixed_cost": fixed,
            "unit_contribution": contribution,
            **needed,
            **shares(engagement, needed, programme),
            **ran,
        },
        checks=(told(engagement, Step.VALUE_EXCHANGE, "goal_setting"), _positive(contribution)),
        actions=_actions(found, programme),
        tables={
            "inputs": programme.input_rows(fixed),
            "tornado": programme.tornado_rows(),
            "futures": programme.future_rows(),
            "cash_flow": programme.cash_rows(),
            "flips": programme.flip_rows(),
            "channels": list(channels),
        },
    )


def _headline(needed: Mapping[str, Estimate], probability: Estimate, months: int, contribution: Estimate) -> str:
    conversions, referrals = needed["break_even_conversions"], needed["break_even_referrals"]
    if contribution.defined and contribution.value <= 0:  # type: ignore[operator]
        return f"This programme {ANY_VOLUME}: each conversion costs more than it brings."
    if not conversions.defined or not referrals.defined:
        return "How many referrals it takes is not known yet."
    chance = f" The chance of that by month {months} is {probability.value:.0%}." if probability.defined else ""
    return (
        f"It takes {conversions.value:,.0f} conversions, or {referrals.value:,.0f} qualified referrals, "
        f"to break even.{chance}"
    )


def _positive(contribution: Estimate) -> Check:
    if not contribution.defined:
        return Check(name="contribution_positive", passed=None, text=contribution.reason)
    passed = bool(contribution.low > 0)  # type: ignore[operator]
    text = (
        "every conversion contributes, over the whole range"
        if passed
        else f"within its range a conversion may contribute nothing: then the programme {ANY_VOLUME}"
    )
    return Check(name="contribution_positive", passed=passed if contribution.value > 0 else False, text=text)  # type: ignore[operator]


def _actions(found: Verdict, programme: Programme) -> tuple[Action, ...]:
    if found.status is Status.STOP:
        return (
            Action(what="Change what would flip the decision, or leave it", why=found.reason, owner="client", due=30),
        )
    if found.status is Status.NOT_ENOUGH_DATA:
        return (
            Action(
                what="Bring what is missing for customer value and referrals", why=found.reason, owner="client", due=30
            ),
        )
    if found.status is Status.TEST_SMALL:
        return (Action(what=programme.pilot_words(), why=found.reason, owner="consultant", due=30),)
    return (
        Action(
            what="Launch, with the goals of step 04 and the band to watch", why=found.reason, owner="client", due=30
        ),
    )
