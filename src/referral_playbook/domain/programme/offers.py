"""Reward options as the firm wrote them down, the one that the plan uses, and the value of a referral under it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from referral_playbook.contract.evidence import Estimate, undefined
from referral_playbook.contract.settings.declarations import declarations
from referral_playbook.domain.assumptions import decided_value
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.decisions.economics import Reward, Trigger
from referral_playbook.methods.survival.estimators import kaplan_meier
from referral_playbook.methods.uncertainty.propagation import propagate

DAYS = 30.4375  # a month
PAID_ON_LEADS = 0.1  # share of rewards without a conversion from which they are taken to be paid per lead


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A reward option: what the firm pays on which trigger, and what the one who gets it thinks it is worth.

    `tier` is the rewarded referral of an advocate from which on it is paid, `cap` the most that one advocate gets; both
    count within a year. None: from the first, and without end.
    """

    name: str
    kind: str
    rewards: tuple[Reward, ...]
    value: float | None = None
    cap: int | None = None
    tier: int | None = None
    note: str = ""

    def __post_init__(self) -> None:
        if len({(r.trigger, r.hold_survival) for r in self.rewards}) > 1:
            raise ValueError(f"{self.name}: both sides are paid on one trigger; write two offers and compare them")

    def cost(self, side: str) -> float:
        """Cost per reward paid to one side, advocate or friend."""
        return sum(r.cost for r in self.rewards if r.side in (side, "both"))

    @property
    def both_sides(self) -> float:
        """Cost of both sides together, each time rewards are paid."""
        return self.cost("advocate") + self.cost("friend")

    @property
    def side(self) -> str:
        """advocate, friend, both or nobody."""
        paid = [s for s in ("advocate", "friend") if self.cost(s) > 0]
        return "both" if len(paid) == 2 else paid[0] if paid else "nobody"

    @property
    def trigger(self) -> str:
        return self.rewards[0].trigger if self.rewards else "conversion"

    @property
    def hold_survival(self) -> float:
        """Share of converted friends for whom the reward is paid in the end; 1 where nothing is held back."""
        return self.rewards[0].hold_survival if self.trigger == "hold" else 1.0

    def scaled(self, share: float) -> tuple[Reward, ...]:
        """The rewards as they cost on average where only this share of them is paid (tiers and caps)."""
        return tuple(replace(r, cost=r.cost * share) for r in self.rewards)


NO_OFFER = Offer(name="no reward", kind="none", rewards=())


def paying(offer: Offer, both_sides: float) -> Offer:
    """The offer with another amount on both sides together, split as it is; without a reward so far, half and half.

    Examples
    --------
    >>> paying(NO_OFFER, 50.0).cost("friend")
    25.0
    """
    if both_sides == offer.both_sides:
        return offer
    if offer.both_sides:
        return replace(offer, rewards=offer.scaled(both_sides / offer.both_sides))
    return replace(offer, name="as moved", kind="stated", rewards=(Reward(cost=both_sides / 2, side="both"),))


def moved_parameters(offer: Offer, settings: Mapping[str, float], *, trigger: str | None = None) -> dict[str, Any]:
    """The parameters that sliders stand for; both sides of a reward keep their split, and what it is paid on.

    `trigger` is what a stated reward is paid on so far.
    """
    changes: dict[str, Any] = dict(settings)
    if "reward_both_sides" not in settings:
        return changes
    paid = paying(offer, changes.pop("reward_both_sides"))
    sides = {f"reward_{side}": round(paid.cost(side), 2) for side in ("advocate", "friend")}
    usual = declarations()["reward_trigger"].default
    same = paid.trigger == usual and trigger in (None, usual)
    return changes | sides | ({} if same else {"reward_trigger": paid.trigger})


def listed(engagement: Engagement, *, hold_survival: float = 1.0) -> list[Offer]:
    """The options of the rewards table, in its order; empty where there is none.

    `hold_survival` is the share of friends still customers when the hold ends.
    """
    table = engagement.fact("rewards")
    if table is None:
        return []
    return [_offer(row, hold_survival) for row in table.to_dict("records")]


def _offer(row: dict[str, object], hold_survival: float) -> Offer:
    survival = hold_survival if row["trigger"] == "hold" else 1.0
    reward = Reward(cost=float(row["cost"]), side=row["side"], trigger=row["trigger"], hold_survival=survival)  # type: ignore[arg-type]
    return Offer(
        name=str(row["name"]),
        kind=str(row["kind"]),
        rewards=(reward,),
        value=_number(row.get("value")),
        cap=_whole(row.get("cap")),
        tier=_whole(row.get("tier")),
    )


def _number(x: object) -> float | None:
    return None if x is None or pd.isna(x) else float(x)  # type: ignore[arg-type]


def _whole(x: object) -> int | None:
    number = _number(x)
    return None if number is None else int(number)


def hold_survival(engagement: Engagement, *, days: int = 60, confidence: float = 0.95) -> Estimate:
    """Share of new customers who are still there `days` after they converted, Kaplan-Meier over all customers."""
    per, profile = f"new customer, after {days} days", engagement.fact("customer_profile")
    if profile is None or profile.empty:
        return undefined("no customers table, so nobody's stay is known", unit="share", per=per)
    curve = kaplan_meier(profile["tenure_months"], profile["left"].astype(bool), confidence=confidence)
    return curve.at(days / DAYS, per=per, source="customers: joined_on, left_on (or tenure and status)")


def held_share(engagement: Engagement, *, days: int, confidence: float) -> float:
    """Share of converted friends for whom a held reward is paid in the end; 1 where nobody's stay is known."""
    stay = hold_survival(engagement, days=days, confidence=confidence)
    return 1.0 if stay.value is None else stay.value


def chosen(
    engagement: Engagement,
    *,
    name: str | None = None,
    reward_advocate: float | None = None,
    reward_friend: float | None = None,
    trigger: str = "conversion",
    hold_survival: float = 1.0,
) -> Offer:
    """The offer that the plan uses: stated amounts, else the named option, else client.toml's, else the first listed.

    Without any of them it is the reward that was paid so far, and where none was, no reward at all. That is also so
    where a name was given and there is no rewards table, which `note` says. A name that is not in the rewards table
    that there is raises a ValueError.
    """
    if reward_advocate is not None or reward_friend is not None:
        return _stated(reward_advocate or 0.0, reward_friend or 0.0, trigger, hold_survival)
    options = {offer.name: offer for offer in listed(engagement, hold_survival=hold_survival)}
    name = name or engagement.parameters.get("chosen_reward")
    if name is None:
        return next(iter(options.values()), None) or paid_so_far(engagement)
    if not options:
        return replace(NO_OFFER, note=f"{name} was chosen, but no rewards table says what it costs")
    if name not in options:
        raise ValueError(f"chosen_reward = {name!r} is not in the rewards table; it has {', '.join(options)}")
    return options[name]


def paid_so_far(engagement: Engagement) -> Offer:
    """What advocates got per reward so far, on average; no reward where the referrals have none.

    It is paid on conversion, or per lead where a tenth and more of the rewards were paid without a conversion.
    """
    rows = engagement.fact("referrals")
    if rows is None:
        return NO_OFFER
    own = rows["referrer_type"].fillna("").str.lower().isin(["", "customer"])  # no commission of a partner
    paid = rows[own & (rows["reward"].astype(float) > 0) & (rows["converted_on"].notna() | rows["rewarded_on"].notna())]
    if paid.empty:
        return NO_OFFER
    trigger: Trigger = "lead" if paid["converted_on"].isna().mean() >= PAID_ON_LEADS else "conversion"
    reward = Reward(cost=float(paid["reward"].astype(float).mean()), side="advocate", trigger=trigger)
    return Offer(name="the reward paid so far", kind="as paid", rewards=(reward,))


def _stated(advocate: float, friend: float, trigger: str, hold_survival: float) -> Offer:
    survival = hold_survival if trigger == "hold" else 1.0
    paid = tuple(
        Reward(cost=cost, side=side, trigger=trigger, hold_survival=survival)  # type: ignore[arg-type]
        for side, cost in (("advocate", advocate), ("friend", friend))
    )
    return Offer(name="as stated", kind="stated", rewards=paid)


def as_estimates(offer: Offer, currency: str) -> dict[str, Estimate]:
    """What each side gets, per reward paid, as evidence."""
    per = f"reward paid on {offer.trigger}"
    return {
        f"reward_{side}": decided_value(f"{offer.name}, {side}", offer.cost(side), unit=currency, per=per)
        for side in ("advocate", "friend")
    }


PAID_PER = {"lead": "referral", "conversion": "conversion", "hold": "conversion held"}


def leads_per_qualified(qualified: float) -> float:
    """Referrals behind one qualified referral, where a reward is paid for each of them.

    Examples
    --------
    >>> leads_per_qualified(0.5)
    2.0
    """
    if qualified <= 0:
        raise ValueError("no referral qualifies, so the leads behind a qualified one have no number")
    return 1 / qualified


def brought(known: Mapping[str, Estimate], *, less: float = 0.0) -> Estimate:
    """What one conversion brings before rewards, less an amount: incremental share x customer value - fulfilment."""
    unit = known["customer_value"].unit
    gross = propagate(
        lambda s, v: s * v,
        unit=unit,
        per="conversion",
        source="incremental share x customer value",
        product=True,
        s=known["incremental_share"],
        v=known["customer_value"],
    )
    source = f"{gross.source} - fulfilment" + " - rewards" * bool(less)
    return propagate(
        lambda g, f: g - f - less, unit=unit, per="conversion", source=source, g=gross, f=known["fulfilment"]
    )


def unit_value(known: Mapping[str, Estimate], offer: Offer, *, rewarded: float = 1.0) -> Estimate:
    """What one qualified referral brings after rewards: each reward is charged when it is paid, and once.

    ``u = c (s V - fulfilment) - rewards``: c x reward on conversion, c x share still there after a hold, and per lead
    the referrals behind a qualified one, converted or not.

    Parameters
    ----------
    known : mapping
        customer_value, incremental_share, conversion_rate, fulfilment, qualified_share.
    rewarded : float
        Share of the rewards that is paid under tiers and caps; 1 charges them all.
    """
    paid = rewarded * offer.both_sides
    per_lead = offer.trigger == "lead"
    left = brought(known, less=0.0 if per_lead else paid * offer.hold_survival)
    unit, per = left.unit, "qualified referral"
    source = f"c (s V - fulfilment) - rewards when paid; offer: {offer.name}"
    value = propagate(
        lambda c, k: c * k, unit=unit, per=per, source=source, product=True, c=known["conversion_rate"], k=left
    )
    if not per_lead:
        return value
    return propagate(
        lambda w, q: w - paid * leads_per_qualified(q),
        unit=unit,
        per=per,
        source=source,
        w=value,
        q=known["qualified_share"],
    )


def reward_ceiling(
    known: Mapping[str, Estimate], *, trigger: str = "conversion", hold_survival: float = 1.0
) -> Estimate:
    """Most that both sides together may get each time rewards are paid, so that none costs more than it brings.

    On conversion: incremental share x customer value - fulfilment. Held back, it is paid for fewer; per lead, for more.
    """
    most = brought(known)
    source = f"{most.source}, both sides together"
    labels: dict[str, Any] = {"unit": most.unit, "per": PAID_PER[trigger], "source": source}
    if trigger == "hold":
        if hold_survival <= 0:
            raise ValueError(
                "no customer stays through the waiting period, so no reward is paid and none has a ceiling"
            )
        return propagate(lambda k: k / hold_survival, k=most, product=True, **labels)
    if trigger == "lead":
        labels |= {"c": known["conversion_rate"], "q": known["qualified_share"]}
        return propagate(lambda k, c, q: k * c * q, k=most, product=True, **labels)
    return most.as_(**labels)
