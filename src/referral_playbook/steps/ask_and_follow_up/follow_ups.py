"""How often to follow up: contact after contact, until the next one is worth less than it costs.

What a contact brings is the chance of a referral after it, less the chance without it, times what a referral is worth.
Measured from the asks that were written down where there are enough, else assumed.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from referral_playbook.contract.evidence import Basis, Estimate, assumed, undefined, weakest
from referral_playbook.contract.names import Step
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.contract.writing.formatting import number, whole
from referral_playbook.domain.assumptions import Default, assumed_value
from referral_playbook.domain.programme import offers, referral_inputs
from referral_playbook.domain.programme import offers as offer_value
from referral_playbook.domain.programme.money_defaults import stated_money
from referral_playbook.domain.sources import funnel
from referral_playbook.domain.upstream import upstream_estimate
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.proportions import proportion
from referral_playbook.methods.referrals.follow_up import FollowUp, chain_value, follow_up_plan, recency_chain
from referral_playbook.methods.uncertainty.propagation import propagate
from referral_playbook.steps.ask_and_follow_up.contacts import anyway, followed, made_by_customers, ripe

ENOUGH = 30  # asks of a kind, or their share of success is not measured
CONTACTS = 5  # the longest sequence looked at
FIRST, FADES = Default(0.10, 0.05, 0.20), Default(0.50, 0.30, 0.70)


@dataclass(frozen=True, kw_only=True)
class Sequence:
    """Contacts in a row to one customer, until they refer or it no longer pays."""

    # chance that the k-th contact brings a referral that would not have come, one a contact
    extra: tuple[Estimate, ...]
    # money per referral and per contact
    value: Estimate
    cost: Estimate
    days_between: int
    discount_rate: float  # a year

    def _plan(self, chance: str, worth: str, cost: str) -> FollowUp:
        shares = [min(1.0, max(0.0, getattr(e, chance))) for e in self.extra]
        # A sequence that never ends has no value without any discounting: it is counted at one in a thousand a year.
        rate = (1 + max(self.discount_rate, 0.001)) ** (self.days_between / 365.25) - 1
        return follow_up_plan(
            shares, value=getattr(self.value, worth), cost=getattr(self.cost, cost), discount_rate=rate
        )

    @cached_property
    def plan(self) -> FollowUp | None:
        """The plan at the most likely values; None where a referral's value or a contact's cost is not known."""
        return self._plan("value", "value", "value") if self.value.defined and self.cost.defined else None

    def contacts(self) -> Estimate:
        """Contacts that pay, the first ask included; the range has everything at its worst or best."""
        labels: dict[str, Any] = {
            "unit": "contacts",
            "per": "ask",
            "source": "stop when one more contact is worth less than it costs",
        }
        basis = weakest(*self.extra, self.value, self.cost)
        if self.plan is None:
            lacking = self.cost if self.value.defined else self.value
            what = "what a contact costs" if self.value.defined else "what a referral is worth"
            return undefined(f"{what} is not known: {lacking.reason}", basis=basis, **labels)
        low, high = self._plan("low", "low", "high").contacts, self._plan("high", "high", "low").contacts
        value = self.plan.contacts
        n = min((e.n for e in self.extra if e.n is not None), default=None)
        return Estimate(
            value=value, low=min(low, value), high=max(high, value), confidence=None, n=n, basis=basis, **labels
        )

    def rows(self) -> list[dict[str, Any]]:
        """Contact by contact: day, chance of an extra referral, worth less cost with all that follows, send or not."""
        gains = self.plan.gain if self.plan else (None,) * len(self.extra)
        return [
            {
                "contact": k + 1,
                "day": k * self.days_between,
                "extra_referral": e,
                "worth_less_cost": gain,
                "send": None if self.plan is None else k < self.plan.contacts,
            }
            for k, (e, gain) in enumerate(zip(self.extra, gains, strict=True))
        ]

    def recency_rows(self, *, days_between_asks: int = 90) -> list[dict[str, Any]]:
        """Worth of going on asking a customer, by asks since the last referral: V = (I - P/(1+d))^-1 R."""
        if not (self.value.defined and self.cost.defined):
            return []
        shares = [min(1.0, max(0.0, numbers(e)[0])) for e in self.extra]
        rate = (1 + self.discount_rate) ** (days_between_asks / 365.25) - 1
        cost, states = numbers(self.cost)[0], len(shares) + 1
        payoff = np.r_[numbers(self.value)[0] - cost, np.full(states - 2, -cost), 0.0]
        values = chain_value(recency_chain([*shares, 0.0]), payoff, discount_rate=max(rate, 1e-6))
        names = ["has just referred", *(f"{k} asks since without a referral" for k in range(1, states - 1)), "given up"]
        return [{"customer": name, "worth": round(float(v), 2)} for name, v in zip(names, values, strict=True)]

    def words(self) -> list[str | Estimate]:
        """How often to follow up, in words."""
        last = self.contacts()
        if not last.defined:
            return [f"When to stop is not known: {last.reason}."]
        head: list[str | Estimate] = [
            "A referral is worth ",
            self.value,
            " and a contact costs ",
            self.cost,
            ", so ",
            last,
            " pay. ",
        ]
        if last.value == 0:
            seen = " Past asks brought hardly any extra referrals." if measured(self) else ""
            change = "Change how you ask, not how often."
            return [*head, f"At the most likely values not even the first contact pays.{seen} {change}"]
        return [*head, f"Stop after contact {whole(last.value)}, or at the first no."]


def referral_worth(engagement: Engagement, *, stated: float | None = None) -> Estimate:
    """What one referral brings: share that qualifies x worth of a qualified one (steps 04 and 02), or as stated."""
    labels: dict[str, Any] = {"unit": engagement.currency, "per": "referral"}
    if stated is not None:
        return assumed_value("value_of_referral", stated, Default(1.0, 0.5, 1.5), **labels)
    unit = upstream_estimate(
        engagement, Step.VALUE_EXCHANGE, "unit_value_per_qualified_referral", lambda: _unit_value(engagement)
    )
    share = upstream_estimate(engagement, "goal_setting", "qualified_share", lambda: funnel.qualified_share(engagement))
    return propagate(
        lambda u, q: u * q, source="unit value per qualified referral x qualified share", u=unit, q=share, **labels
    )


def _unit_value(engagement: Engagement) -> Estimate:
    return offer_value.unit_value(referral_inputs.inputs(engagement), offers.chosen(engagement))


def ask_success(engagement: Engagement, *, days: int = 30, confidence: float = 0.95) -> list[Estimate]:
    """Share of asks followed by a referral within `days`, by their number since the last referral.

    Empty where too few were asked. Only asks old enough to know. The last entry pools that number with all higher ones.
    """
    touches, made = engagement.fact("touchpoints"), made_by_customers(engagement)
    if touches is None or made is None:
        return []
    asks = ripe(touches[touches["kind"] == "ask"], engagement, days=days)
    if not len(asks):
        return []
    asks = asks.assign(success=followed(asks, made, days=days), k=_number(asks, made)).dropna(subset=["k"])
    sizes = asks["k"].value_counts()
    most = next((k for k in range(CONTACTS, 0, -1) if (asks["k"] >= k).sum() >= ENOUGH and sizes.get(k, 0) > 0), 0)
    grouped = (
        asks.groupby(asks["k"].clip(upper=most))["success"].agg(["sum", "size"])
        if most
        else pd.DataFrame(columns=["sum", "size"])
    )
    if grouped.empty or (grouped["size"] < ENOUGH).any():
        return []
    labels: dict[str, Any] = {
        "per": f"ask, referral within {days} days",
        "source": "touchpoints: kind ask; referrals",
        "confidence": confidence,
    }
    return [proportion(int(k), int(n), **labels) for k, n in zip(grouped["sum"], grouped["size"], strict=True)]


def _number(asks: pd.DataFrame, made: pd.DataFrame) -> pd.Series:
    """The number of each ask since the customer's last referral (1 for the first)."""
    contacts = asks[["customer_id", "on"]].assign(row=asks.index, ask=1)
    events = pd.concat([contacts, made.rename(columns={"referred_on": "on"}).assign(row=-1, ask=0)])
    # on one day the ask comes first: a referral on that day answers it
    events = events.sort_values(["customer_id", "on", "ask"], ascending=[True, True, False], kind="stable")
    since = (1 - events["ask"]).groupby(events["customer_id"]).cumsum()
    events["k"] = events.groupby(["customer_id", since])["ask"].cumsum()
    return events[events["ask"] == 1].set_index("row")["k"].reindex(asks.index)


def extra_referrals(
    engagement: Engagement, *, first: float | None = None, days: int = 30, confidence: float = 0.95
) -> tuple[Estimate, ...]:
    """Chance that each contact brings a referral within `days` that would not have come: measured, else assumed.

    Measured where `first` is not stated and at least 30 asks of each number are known. Assumed are 10% for the first
    contact (5% to 20%) and half as much for each further one.
    """
    measured = [] if first is not None else ask_success(engagement, days=days, confidence=confidence)
    base = anyway(engagement, days=days, confidence=confidence)
    if not measured or not base.defined:
        return _assumed(first)
    labels: dict[str, Any] = {
        "unit": "share",
        "per": f"ask, extra referral within {days} days",
        "source": "touchpoints and referrals: after an ask less without one",
    }
    extra = [propagate(lambda after, without: after - without, after=e, without=base, **labels) for e in measured]
    return (*extra, *(_faded(extra[-1], k) for k in range(1, CONTACTS - len(extra) + 1)))


def _assumed(first: float | None) -> tuple[Estimate, ...]:
    begin = assumed_value("first_contact_success", first, FIRST, unit="share", per="contact")
    return (begin, *(_faded(begin, k) for k in range(1, CONTACTS)))


def _faded(last: Estimate, contacts: int) -> Estimate:
    """The chance so many contacts later: half as much with each, assumed to lie from 0.3 to 0.7 times."""
    value, low, high = numbers(last)
    corners = [limit * fade**contacts for limit in (low, high) for fade in (FADES.low, FADES.high)]
    fades = f"({number(FADES.low)} to {number(FADES.high)} times)"
    source = f"{last.source}; then half as much with each contact {fades}, assumed"
    return assumed(value * FADES.value**contacts, min(corners), max(corners), unit="share", per=last.per, source=source)


def sequence(engagement: Engagement, p: Parameters) -> Sequence:
    """The follow-up sequence with what it stands on."""
    first, days, level = p.optional_number("first_contact_success"), p.count("answer_days"), p.number("confidence")
    currency, contact = engagement.currency, p.optional_number("contact_cost")
    return Sequence(
        extra=extra_referrals(engagement, first=first, days=days, confidence=level),
        value=referral_worth(engagement, stated=p.optional_number("value_of_referral")),
        cost=stated_money("contact_cost", contact, currency=currency, rates=engagement.rates, per="contact"),
        days_between=p.count("days_between"),
        discount_rate=p.number("discount_rate"),
    )


def numbers(estimate: Estimate) -> tuple[float, float, float]:
    """Value, low and high of a defined estimate with both limits."""
    return float(estimate.point), float(estimate.lower), float(estimate.upper)


def measured(sequence: Sequence) -> bool:
    """Whether the chance of the first contact comes from the client's own asks."""
    return sequence.extra[0].basis is Basis.MEASURED
