"""Tiers to climb: what each asks of an advocate in a year, what it costs, and how many get there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from referral_playbook.contract.evidence import Estimate, undefined
from referral_playbook.contract.names import Step
from referral_playbook.contract.writing.formatting import number
from referral_playbook.domain.headcount import of_everyone
from referral_playbook.domain.programme import offers
from referral_playbook.facts.engagement import Engagement
from referral_playbook.steps.goal_setting.advocate_goals import Engaged

YEAR = 12  # months
STEPS = (1, 3, 5)


@dataclass(frozen=True, kw_only=True)
class Rung:
    """One tier: its name, the referrals in a year at which it begins, what it costs the firm (None: not known)."""

    name: str
    referrals: int
    cost: float | None


def ladder(
    engagement: Engagement, *, steps: Sequence[int] | None = None, costs: Sequence[float] | None = None
) -> list[Rung]:
    """The tiers as stated, else from the rewards table, else 1, 3 and 5 referrals in a year.

    From the rewards table: the offer that step 02 uses at the first referral, then those with a tier. Steps that do not
    rise from 1, or costs that are not one a step, raise a ValueError.
    """
    if steps is None:
        return _from_rewards(engagement) or [
            Rung(name=f"tier {i + 1}", referrals=x, cost=None) for i, x in enumerate(STEPS)
        ]
    if not steps or list(steps) != sorted(set(steps)) or steps[0] < 1:
        raise ValueError(f"tier_steps = {list(steps)}: give whole numbers that rise from 1 or more")
    if costs is not None and len(costs) != len(steps):
        raise ValueError(f"tier_costs = {list(costs)}: give one cost for each of the {len(steps)} tiers")
    paid = list(costs) if costs is not None else [None] * len(steps)
    return [Rung(name=f"tier {i + 1}", referrals=x, cost=c) for i, (x, c) in enumerate(zip(steps, paid, strict=True))]


def _from_rewards(engagement: Engagement) -> list[Rung]:
    listed = offers.listed(engagement)
    if not listed:
        return []
    rungs = [_rung(o, o.tier) for o in sorted(listed, key=lambda o: o.name) if o.tier and o.tier > 1]
    first = _planned(engagement) or next((_rung(o, 1) for o in listed if not o.tier), None)
    found: dict[int, Rung] = {}
    for rung in ([first] if first else []) + sorted(rungs, key=lambda r: r.referrals):
        found.setdefault(rung.referrals, rung)
    return list(found.values())


def _rung(offer: offers.Offer, referrals: int) -> Rung:
    return Rung(name=offer.name, referrals=referrals, cost=offer.cost("advocate"))


def _planned(engagement: Engagement) -> Rung | None:
    """The offer that step 02 uses, as the first tier."""
    exchange = engagement.upstream(Step.VALUE_EXCHANGE)
    rows = [] if exchange is None else exchange.tables.get("offer", [])
    return Rung(name=rows[0]["name"], referrals=1, cost=rows[0]["advocate"]) if rows else None


def rows(found: Engaged, rungs: Sequence[Rung], *, currency: str, advocates: int) -> list[dict[str, Any]]:
    """The ladder as rows: name, referrals (in a year), cost, probability (share who get there), expected_cost a year.

    A tier's cost is paid once to each who reaches it, on top of the tiers below. Referrals count; a reward that waits
    for a conversion costs less.
    """
    return [_row(found, rung, currency, advocates) for rung in rungs]


def _row(found: Engaged, rung: Rung, currency: str, advocates: int) -> dict[str, Any]:
    chance = found.reached(rung.referrals)
    return {
        "name": rung.name,
        "referrals": rung.referrals,
        "cost": rung.cost,
        "probability": chance if chance.defined else None,
        "expected_cost": _expected(chance, rung.cost, currency, advocates),
    }


def _expected(chance: Estimate, cost: float | None, currency: str, advocates: int) -> Estimate:
    labels: dict[str, Any] = {
        "unit": currency,
        "per": "year",
        "source": f"{number(advocates)} advocates x share who get there x cost",
    }
    if cost is None or not chance.defined:
        return undefined(chance.reason or "what the tier costs was not said", **labels)
    value, low, high = (advocates * cost * x for x in (chance.point, chance.lower, chance.upper))
    return chance.as_(value=value, low=low, high=high, **labels)


def engaged_now(engagement: Engagement) -> int:
    """Active customers who referred in the year to the as-of date."""
    made, profile = engagement.fact("referrals"), engagement.fact("customer_profile")
    if made is None or profile is None:
        return 0
    recent = made.loc[made["referred_on"] > pd.Timestamp(engagement.as_of) - pd.DateOffset(years=1), "referrer_id"]
    engaged = profile.loc[~profile["left"].astype(bool), "customer_id"].isin(set(recent))
    return of_everyone(engagement, int(engaged.sum()))
