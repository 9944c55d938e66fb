"""Reward options as the firm wrote them down, and the one that is reckoned with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from referral_playbook.contract.evidence import Estimate
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.economics import Reward
from referral_playbook.steps.given import decided


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A reward option: what the firm pays on which trigger, and what the one who gets it thinks it is worth."""

    name: str
    kind: str
    rewards: tuple[Reward, ...]
    value: float | None = None
    cap: int | None = None
    tier: int | None = None

    def cost(self, side: str) -> float:
        """Cost per reward paid to one side, advocate or friend."""
        return sum(r.cost for r in self.rewards if r.side in (side, "both"))

    @property
    def trigger(self) -> str:
        return self.rewards[0].trigger if self.rewards else "conversion"


NO_OFFER = Offer(name="no reward", kind="none", rewards=())


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
        name=str(row["name"]), kind=str(row["kind"]), rewards=(reward,),
        value=_number(row.get("value")), cap=_whole(row.get("cap")), tier=_whole(row.get("tier")),
    )  # fmt: skip


def _number(x: object) -> float | None:
    return None if x is None or pd.isna(x) else float(x)  # type: ignore[arg-type, call-overload]


def _whole(x: object) -> int | None:
    number = _number(x)
    return None if number is None else int(number)


def chosen(
    engagement: Engagement,
    *,
    name: str | None = None,
    reward_advocate: float | None = None,
    reward_friend: float | None = None,
    trigger: str = "conversion",
    hold_survival: float = 1.0,
) -> Offer:
    """The offer to reckon with: stated amounts, else the named option, else the first one listed, else no reward.

    Raises
    ------
    ValueError
        A name that the rewards table does not have.
    """
    if reward_advocate is not None or reward_friend is not None:
        sides = {"advocate": reward_advocate or 0.0, "friend": reward_friend or 0.0}
        survival = hold_survival if trigger == "hold" else 1.0
        paid = tuple(Reward(cost=c, side=s, trigger=trigger, hold_survival=survival) for s, c in sides.items())  # type: ignore[arg-type]
        return Offer(name="as stated", kind="stated", rewards=paid)
    options = {offer.name: offer for offer in listed(engagement, hold_survival=hold_survival)}
    if name is not None and name not in options:
        raise ValueError(f"chosen_reward = {name!r} is not in the rewards table; it has {', '.join(options) or 'nothing'}")
    return options[name] if name else next(iter(options.values()), NO_OFFER)


def as_estimates(offer: Offer, currency: str) -> dict[str, Estimate]:
    """What each side gets, per reward paid, as evidence."""
    per = f"reward paid on {offer.trigger}"
    return {
        f"reward_{side}": decided(f"{offer.name}, {side}", offer.cost(side), unit=currency, per=per)
        for side in ("advocate", "friend")
    }


def as_row(offer: Offer) -> dict[str, object]:
    """The offer as a row for the result file; `from_row` turns it back."""
    survival = offer.rewards[0].hold_survival if offer.rewards else 1.0
    return {
        "name": offer.name, "kind": offer.kind, "trigger": offer.trigger, "advocate": offer.cost("advocate"),
        "friend": offer.cost("friend"), "hold_survival": survival, "value": offer.value, "cap": offer.cap, "tier": offer.tier,
    }  # fmt: skip


def from_row(row: Mapping[str, Any]) -> Offer:
    """The offer that `as_row` wrote down."""
    how = {"trigger": row["trigger"], "hold_survival": row.get("hold_survival", 1.0)}
    paid = tuple(Reward(cost=row[side], side=side, **how) for side in ("advocate", "friend") if row[side])  # type: ignore[arg-type]
    told = {name: row.get(name) for name in ("value", "cap", "tier")}
    return Offer(name=row["name"], kind=row.get("kind") or "", rewards=paid, **told)
