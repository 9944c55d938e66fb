"""The published formula of customer referral value, that the worth of a friend is held against."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from referral_playbook.methods.doors import door


@door
@dataclass(frozen=True, kw_only=True)
class FriendFlow:
    """What one friend brings in one period (money; `period` counts from 0, the first is not discounted)."""

    period: float
    margin: float = 0.0
    referral_cost: float = 0.0
    marketing: float = 0.0
    acquisition_saving: float = 0.0


@dataclass(frozen=True, kw_only=True)
class ReferralValue:
    """Customer referral value and its two parts, in money per advocate."""

    type_one: float
    type_two: float

    @property
    def total(self) -> float:
        return self.type_one + self.type_two


@door
def customer_referral_value(
    *, type_one: Sequence[FriendFlow], type_two: Sequence[FriendFlow], discount_rate: float
) -> ReferralValue:
    """Value of an advocate's friends: those who would not have come otherwise, and those who would.

    ``CRV = sum over type-one (margin - referral_cost - marketing + acquisition_saving) / (1+d)^t + sum over type-two
    (acquisition_saving - referral_cost) / (1+d)^t``. A type-two friend would have come anyway and so brings no margin;
    the reward paid for one is charged, which the published formula leaves out. Raises a ValueError for a discount rate
    of -1 or less, or a type-two friend with margin or marketing cost.

    Parameters
    ----------
    type_one, type_two : sequences of FriendFlow
        One row a friend and period.
    discount_rate : float
        Per period.

    References
    ----------
    Kumar, Petersen & Leone (2010) Journal of Marketing 74(5):1-17.

    Examples
    --------
    >>> one = FriendFlow(period=1, margin=200, referral_cost=25, marketing=20, acquisition_saving=60)
    >>> two = FriendFlow(period=1, acquisition_saving=60)
    >>> round(customer_referral_value(type_one=[one], type_two=[two], discount_rate=0.1).total, 6)
    250.0
    """
    if discount_rate <= -1:
        raise ValueError(f"discount_rate is above -1, not {discount_rate}")
    if any(f.margin or f.marketing for f in type_two):
        raise ValueError("a type-two friend would have come anyway: give its acquisition_saving and referral_cost only")

    def worth(flows: Sequence[FriendFlow]) -> float:
        return math.fsum(
            (f.margin - f.referral_cost - f.marketing + f.acquisition_saving) / (1 + discount_rate) ** f.period
            for f in flows
        )

    return ReferralValue(type_one=worth(type_one), type_two=worth(type_two))
