"""What a referral is worth and what may be given for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from referral_playbook.methods.arguments import Numbers
from referral_playbook.methods.doors import door

Trigger = Literal["lead", "conversion", "hold"]
Side = Literal["advocate", "friend", "both"]


@door
@dataclass(frozen=True, kw_only=True)
class Reward:
    """One reward: `cost` to the firm per reward and side; who gets it and what it is paid on.

    ``hold_survival`` is the share of converted friends who are still customers when the hold ends.
    """

    cost: float
    side: Side = "advocate"
    trigger: Trigger = "conversion"
    hold_survival: float = 1.0

    def __post_init__(self) -> None:
        if not (self.cost >= 0 and 0 <= self.hold_survival <= 1):
            raise ValueError(f"a reward costs 0 or more and hold_survival is a share: {self}")

    @property
    def given(self) -> int:
        """Rewards a paid referral gives: two where both sides get one."""
        return 2 if self.side == "both" else 1


@door
def reward_cost(rewards: Sequence[Reward], *, conversion: Numbers, leads_per_qualified: Numbers = 1.0) -> Any:
    """Expected cost of the rewards per qualified referral, each charged when it is paid.

    Paid per lead: ``cost * leads_per_qualified``, converted or not; on conversion ``cost * c``; after a hold
    ``cost * c * hold_survival``. "both" counts twice.

    Parameters
    ----------
    conversion : float or array
        Share of qualified referrals that convert.
    leads_per_qualified : float or array
        Rewarded leads behind one qualified referral.

    Examples
    --------
    >>> reward_cost([Reward(cost=50), Reward(cost=5, side="friend", trigger="lead")], conversion=0.1)
    10.0
    """
    check_shares(conversion=conversion)
    paid = {"lead": lambda r: leads_per_qualified, "conversion": lambda r: conversion}
    paid["hold"] = lambda r: conversion * r.hold_survival
    return sum((r.given * r.cost * paid[r.trigger](r) for r in rewards), 0.0 * conversion)


@door
def unit_value(
    *, conversion: Numbers, margin_value: Numbers, incremental_share: Numbers, rewards: Sequence[Reward] = (),
    fulfilment: Numbers = 0.0, leads_per_qualified: Numbers = 1.0,
) -> Any:  # fmt: skip
    """Unit value per qualified referral: ``u = c * (s * V - fulfilment) - rewards``, in money.

    With every reward paid on conversion this is ``c * (s * V - R_adv - R_friend - fulfilment)``. The reward of a
    referral that does not convert is charged only where it is paid per lead, and none is charged twice.

    Parameters
    ----------
    conversion : float or array
        c, per qualified referral.
    margin_value : float or array
        V, margin value of a new customer.
    incremental_share : float or array
        s, share of converted friends who would not have come otherwise.
    fulfilment : float or array
        Cost of handling, per conversion.
    leads_per_qualified : float or array
        Rewarded leads behind one qualified referral.

    Examples
    --------
    >>> both = [Reward(cost=25), Reward(cost=25, side="friend")]
    >>> round(unit_value(conversion=0.1, margin_value=400, incremental_share=0.8, rewards=both, fulfilment=10), 9)
    26.0
    """
    check_shares(conversion=conversion, incremental_share=incremental_share)
    gross = conversion * (incremental_share * margin_value - fulfilment)
    return gross - reward_cost(rewards, conversion=conversion, leads_per_qualified=leads_per_qualified)


@door
def unit_contribution(
    *, conversion: Numbers, margin_value: Numbers, incremental_share: Numbers, rewards: Sequence[Reward] = (),
    fulfilment: Numbers = 0.0, leads_per_qualified: Numbers = 1.0,
) -> Any:  # fmt: skip
    """Contribution per conversion: unit value per qualified referral / conversion, in money.

    Parameters as in `unit_value`. With every reward paid on conversion it is ``s * V - R_adv - R_friend - fulfilment``,
    whatever the conversion. Raises a ValueError for a conversion of 0: nothing converts, so there is no "per
    conversion".

    Examples
    --------
    >>> float(unit_contribution(conversion=0.1, margin_value=400, incremental_share=0.8, rewards=[Reward(cost=50)]))
    270.0
    """
    check_shares(conversion=conversion)
    if np.any(np.asarray(conversion) == 0):
        raise ValueError("conversion is 0: a contribution per conversion is undefined")
    per_referral = unit_value(
        conversion=conversion, margin_value=margin_value, incremental_share=incremental_share,
        rewards=rewards, fulfilment=fulfilment, leads_per_qualified=leads_per_qualified,
    )  # fmt: skip
    return per_referral / conversion


@door
def value_of_ask(
    *,
    friends: Numbers,
    acceptance: Numbers,
    qualified: Numbers,
    conversion: Numbers,
    incremental_share: Numbers,
    margin_value: Numbers,
) -> Any:
    """Value of asking one customer: friends x acceptance x qualified x conversion x s x V, before any reward.

    Parameters
    ----------
    friends : float or array
        Friends named or asked per ask.
    acceptance, qualified, conversion, incremental_share : float or array
        Shares, each of the one before.
    margin_value : float or array
        Margin value of a new customer.

    Examples
    --------
    >>> round(value_of_ask(friends=3, acceptance=0.3, qualified=0.5, conversion=0.1, incremental_share=0.8,
    ...                    margin_value=400), 6)
    14.4
    """
    check_shares(acceptance=acceptance, qualified=qualified, conversion=conversion, incremental_share=incremental_share)
    return friends * acceptance * qualified * conversion * incremental_share * margin_value


@door
def return_on_reward(*, value_gap: Numbers, reward: Numbers) -> Any:
    """Return on a reward: ``(value_gap - reward) / reward``, as a share.

    Parameters
    ----------
    value_gap : float or array
        What a referred customer is worth more than one who was not, in money.
    reward : float or array
        Money, above 0.

    References
    ----------
    Schmitt, Skiera & Van den Bulte (2011) Journal of Marketing 75(1):46-59.

    Examples
    --------
    >>> return_on_reward(value_gap=40, reward=25)
    0.6
    """
    return relative_difference(value_gap, reference=reward)


@door
def relative_difference(value: Numbers, *, reference: Numbers) -> Any:
    """``(value - reference) / reference``, as a share: a margin gap, a fall in churn.

    Examples
    --------
    >>> round(relative_difference(0.07, reference=0.19), 4)
    -0.6316
    """
    if np.any(np.asarray(reference) <= 0):
        raise ValueError(f"the reference is above 0, not {reference}: a share of it is undefined")
    return (value - reference) / reference


def check_shares(**given: Any) -> None:
    """Refuse (ValueError) what is not a share from 0 to 1.

    Examples
    --------
    >>> check_shares(conversion=0.1)
    """
    for name, x in given.items():
        a = np.asarray(x, dtype=float)
        if not np.all((a >= 0) & (a <= 1)):
            raise ValueError(f"{name} is a share from 0 to 1, not {x}")
