"""The inputs of the programme's economics, each with its range and its basis."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from referral_playbook.contract.evidence import Estimate
from referral_playbook.contract.names import Step
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.domain.assumptions import Default, assumed_value, decided_value
from referral_playbook.domain.lists.goal_band import certain_uplift
from referral_playbook.domain.programme import baseline, offers, referral_inputs
from referral_playbook.domain.programme.costs import costs
from referral_playbook.domain.programme.money_defaults import stated_money
from referral_playbook.domain.programme.new_referrals import NOTHING_TO_MULTIPLY, new_referrals, starts_from_nothing
from referral_playbook.domain.programme.offers import Offer
from referral_playbook.domain.programme.status import ProgrammeStatus
from referral_playbook.domain.programme.uplift import uplift
from referral_playbook.domain.programme.without_programme import baseline_referrals
from referral_playbook.domain.sources import funnel
from referral_playbook.domain.upstream import upstream_estimate
from referral_playbook.domain.value import customer_value
from referral_playbook.domain.value.value_terms import Horizon
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.decisions.economics import Reward
from referral_playbook.methods.proportions import proportion
from referral_playbook.methods.uncertainty.propagation import propagate

CLAIM = Default(1.0, 0.75, 1.25)


@dataclass(frozen=True, kw_only=True)
class ProgrammeInputs:
    """Everything that the economics stand on."""

    # customer_value, incremental_share, conversion_rate, qualified_share, baseline_referrals, uplift, new_referrals,
    # reward (money per conversion, both sides, claims and fulfilment), lead_reward (money per qualified referral),
    # monthly_cost, set_up_cost
    known: Mapping[str, Estimate]
    beside: Mapping[str, Estimate]  # referrals_per_month (today), claim_share, fulfilment, hourly_rate, gross_margin
    offer: Offer

    @property
    def unknown(self) -> str:
        """Why the programme cannot be followed, or nothing."""
        return "; ".join(dict.fromkeys(e.reason for e in self.known.values() if not e.defined))

    @property
    def from_nothing(self) -> bool:
        """Whether no referral comes without the programme, so that new referrals are counted and no uplift."""
        return self.known["uplift"].source == NOTHING_TO_MULTIPLY

    @property
    def loses_on_every_sale(self) -> bool:
        """Whether the gross margin is at or below zero over its whole range: then no volume is enough."""
        margin = self.beside.get("gross_margin")
        return margin is not None and margin.high is not None and margin.high <= 0

    @property
    def currency(self) -> str:
        return self.known["customer_value"].unit

    def reward_per_conversion(self) -> Estimate:
        """Reward and fulfilment per conversion; a reward per lead is spread over the conversions that follow."""
        if not self.known["lead_reward"].value:
            return self.known["reward"]
        return propagate(
            lambda r, lead, c: r + lead / c,
            unit=self.currency,
            per="conversion",
            source="rewards per conversion + rewards per qualified referral / conversion rate",
            open_above=True,
            r=self.known["reward"],
            lead=self.known["lead_reward"],
            c=self.known["conversion_rate"],
        )


def programme_inputs(engagement: Engagement, status: ProgrammeStatus, p: Parameters) -> ProgrammeInputs:
    """Read or compute every input: stated, else from an earlier step, else measured, else assumed."""
    offer = offer_of(engagement, p)
    known = _economics(engagement, p) | _referrals(engagement, status, p)
    today = known.pop("referrals_per_month")
    fulfilment = decided_value("fulfilment", p.number("fulfilment"), unit=engagement.currency, per="conversion")
    claim = claim_share(engagement, stated=p.optional_number("claim_share"), confidence=p.number("confidence"))
    known |= rewards_paid(offer, claim, fulfilment, known["qualified_share"]) | running_costs(engagement, status, p)
    return ProgrammeInputs(
        known=known,
        beside={
            "referrals_per_month": today,
            "claim_share": claim,
            "fulfilment": fulfilment,
            "hourly_rate": stated_money(
                "hourly_rate",
                p.optional_number("hourly_rate"),
                currency=engagement.currency,
                rates=engagement.rates,
                per="hour",
            ),
            "gross_margin": upstream_estimate(
                engagement, Step.VALUE_EXCHANGE, "gross_margin", lambda: _worked_out(engagement, p)["gross_margin"]
            ),
        },
        offer=offer,
    )


def _worked_out(engagement: Engagement, p: Parameters) -> dict[str, Estimate]:
    """What step 02 would find with the client's parameters, where it has not been run."""
    there = engagement.parameters_of(Step.VALUE_EXCHANGE)
    return referral_inputs.inputs(
        engagement,
        horizon=Horizon(months=there.count("horizon_months"), discount_rate=p.number("discount_rate")),
        gross_margin=there.optional_number("gross_margin"),
        confidence=p.number("confidence"),
    )


def _economics(engagement: Engagement, p: Parameters) -> dict[str, Estimate]:
    """customer_value, incremental_share and conversion_rate."""

    def worth(stated: float | None) -> Estimate:
        if stated is not None:
            return customer_value.stated_value(stated, engagement.currency)
        return _worked_out(engagement, p)["customer_value"]

    makers: dict[str, Callable[[float | None], Estimate]] = {
        "customer_value": worth,
        "incremental_share": lambda x: referral_inputs.incremental_share(
            engagement, x, confidence=p.number("confidence")
        ),
        "conversion_rate": lambda x: funnel.conversion_rate(engagement, stated=x, confidence=p.number("confidence")),
    }
    return {name: _stated_or(p, name, make, engagement, Step.VALUE_EXCHANGE) for name, make in makers.items()}


def _referrals(engagement: Engagement, status: ProgrammeStatus, p: Parameters) -> dict[str, Estimate]:
    """referrals_per_month (today), qualified_share, uplift and baseline_referrals."""
    setting, level = p.optional_text("uplift_setting"), p.number("confidence")

    def either(name: str, make: Callable[[float | None], Estimate]) -> Estimate:
        return _stated_or(p, name, make, engagement, Step.GOAL_SETTING)

    today = either("referrals_per_month", lambda x: baseline.baseline(engagement, stated=x, confidence=level))
    qualified = either("qualified_share", lambda x: baseline.qualified_share(engagement, stated=x, confidence=level))
    factor = either("uplift", lambda x: uplift(engagement, stated=x, setting=setting, confidence=level))
    without = baseline_referrals(
        engagement,
        status=status,
        uplift=factor,
        now=today,
        stated=p.optional_number("baseline_referrals"),
        confidence=level,
    )
    new = either("new_referrals", lambda x: new_referrals(engagement, baseline=without, status=status, stated=x))
    if starts_from_nothing(without, status):
        factor = certain_uplift(1.0).as_(source=NOTHING_TO_MULTIPLY)
    return {
        "referrals_per_month": today,
        "qualified_share": qualified,
        "uplift": factor,
        "new_referrals": new,
        "baseline_referrals": without,
    }


def _stated_or(
    p: Parameters, name: str, make: Callable[[float | None], Estimate], engagement: Engagement, step: str
) -> Estimate:
    stated = p.optional_number(name)
    return make(stated) if stated is not None else upstream_estimate(engagement, step, name, lambda: make(None))


def claim_share(engagement: Engagement, *, stated: float | None = None, confidence: float = 0.95) -> Estimate:
    """Share of conversions that claim a reward: measured where rewards are noted, else all of them.

    Counted are the conversions since the first reward was paid.
    """
    labels: dict[str, Any] = {"unit": "share", "per": "conversion"}
    if stated is not None:
        return assumed_value("claim_share", stated, CLAIM, **labels)
    rows = engagement.fact("referrals")
    paid = None if rows is None else rows[rows["rewarded_on"].notna()]
    if rows is None or paid is None or paid.empty:
        every = decided_value("claim_share", 1.0, **labels)
        return every.as_(source="no rewards are noted, so every conversion is taken to claim one")
    since = rows[rows["converted_on"] >= paid["converted_on"].min()]
    claimed = (since["reward"].fillna(0) > 0) | since["rewarded_on"].notna()
    return proportion(
        int(claimed.sum()),
        len(since),
        confidence=confidence,
        per="conversion",
        source="referrals: conversions with a reward since the first one was paid",
    )


def rewards_paid(offer: Offer, claim: Estimate, fulfilment: Estimate, qualified: Estimate) -> dict[str, Estimate]:
    """What rewards cost: `reward` per conversion with fulfilment, and `lead_reward` per qualified referral.

    A reward per lead is paid on every referral, so on 1 / qualified share of them per qualified one.
    """
    paid = offer.both_sides * offer.hold_survival
    source = f"{offer.name}, both sides, x share of conversions that claim it"
    labels: dict[str, Any] = {"unit": fulfilment.unit, "source": source}
    if offer.trigger != "lead":
        none = decided_value("lead_reward", 0.0, unit=fulfilment.unit, per="qualified referral")
        return {
            "reward": propagate(lambda k, f: k * paid + f, per="conversion", k=claim, f=fulfilment, **labels),
            "lead_reward": none.as_(source="no reward is paid per lead"),
        }
    per_lead = propagate(
        lambda k, q: k * paid * offers.leads_per_qualified(q), per="qualified referral", k=claim, q=qualified, **labels
    )
    return {"reward": fulfilment, "lead_reward": per_lead}


def running_costs(engagement: Engagement, status: ProgrammeStatus, p: Parameters) -> dict[str, Estimate]:
    """monthly_cost and set_up_cost; the set-up of a programme that runs is spent, and no decision brings it back."""
    estimates = costs(
        engagement,
        hourly_rate=p.optional_number("hourly_rate"),
        hours_per_month=p.optional_number("hours_per_month"),
        software_per_month=p.optional_number("software_per_month"),
        set_up=p.optional_number("set_up"),
        confidence=p.number("confidence"),
    )
    if p.optional_number("monthly_cost") is not None:
        estimates["monthly_cost"] = decided_value(
            "monthly_cost", p.number("monthly_cost"), unit=engagement.currency, per="month"
        )
    if status.running and p.optional_number("set_up") is None:
        sunk = decided_value("set_up", 0.0, unit=engagement.currency, per="programme")
        estimates["set_up_cost"] = sunk.as_(source="already spent: the programme runs")
    return estimates


def offer_of(engagement: Engagement, p: Parameters) -> Offer:
    """The offer of step 02, unless another is named or stated here."""
    stated_here = any(p.values[name] is not None for name in ("chosen_reward", "reward_advocate", "reward_friend"))
    exchange = engagement.upstream(Step.VALUE_EXCHANGE)
    if stated_here or exchange is None or not exchange.tables.get("offer"):
        return offers.chosen(
            engagement,
            name=p.optional_text("chosen_reward"),
            reward_advocate=p.optional_number("reward_advocate"),
            reward_friend=p.optional_number("reward_friend"),
            trigger=p.text("reward_trigger"),
            hold_survival=offers.held_share(engagement, days=p.count("hold_days"), confidence=p.number("confidence")),
        )
    row: Mapping[str, Any] = exchange.tables["offer"][0]
    how: dict[str, Any] = {"trigger": row["trigger"], "hold_survival": row["hold_survival"]}
    paid = tuple(Reward(cost=row[side], side=side, **how) for side in ("advocate", "friend") if row[side])
    return Offer(name=row["name"], kind=row.get("kind") or "", rewards=paid)
