"""How many conversions and referrals cover a fixed cost, every referral credited (see also `against_nothing`)."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from referral_playbook.methods.decisions.economics import check_shares
from referral_playbook.methods.doors import door


@dataclass(frozen=True, kw_only=True)
class BreakEven:
    """Volume at which fixed cost (and a target profit) is covered; None with `reason` where there is none."""

    fixed_cost: float
    contribution: float
    target_profit: float = 0.0
    exact: float | None = None
    conversions: int | None = None
    referrals: int | None = None
    reason: str = ""

    def profit(self, conversions: float) -> float:
        """Profit at a number of conversions; at 0 it is minus the fixed cost."""
        return self.contribution * conversions - self.fixed_cost

    def margin_of_safety(self, conversions: float) -> float | None:
        """Conversions that can be lost before profit falls below the target."""
        return None if self.exact is None else conversions - self.exact

    def operating_leverage(self, conversions: float) -> float | None:
        """Percent change of profit for one percent of volume; None at a profit of 0."""
        profit = self.profit(conversions)
        return None if profit == 0 else self.contribution * conversions / profit


@door
def break_even(
    *, fixed_cost: float, contribution: float, conversion: float | None = None, target_profit: float = 0.0
) -> BreakEven:
    """Conversions, and qualified referrals, needed to cover fixed cost and a target profit.

    ``N* = ceil((F + target) / contribution)``; ``referrals = ceil(N* / c)``.

    Parameters
    ----------
    fixed_cost, target_profit : float
        Money over the period looked at.
    contribution : float
        Money per conversion (`unit_contribution`; or price less variable cost).
    conversion : float, optional
        Share of qualified referrals that convert; without it `referrals` is None.

    Returns
    -------
    BreakEven
        With None and "cannot break even at any volume" where the contribution is 0 or less and there is something to
        cover; "no conversion" where c is 0.

    Examples
    --------
    >>> found = break_even(fixed_cost=20_000, contribution=150, conversion=0.1)
    >>> found.conversions, found.referrals
    (134, 1340)
    >>> break_even(fixed_cost=100, contribution=-5).reason
    'cannot break even at any volume'
    """
    if not all(map(math.isfinite, (fixed_cost, contribution, target_profit))) or fixed_cost < 0:
        raise ValueError(f"fixed_cost is 0 or more and all are finite: {fixed_cost}, {contribution}, {target_profit}")
    base = BreakEven(fixed_cost=fixed_cost, contribution=contribution, target_profit=target_profit)
    needed = max(0.0, fixed_cost + target_profit)
    if contribution <= 0 and needed > 0:
        return replace(base, reason="cannot break even at any volume")
    exact = needed / contribution if needed else 0.0
    conversions = _whole(exact)
    if conversion is None:
        return replace(base, exact=exact, conversions=conversions)
    check_shares(conversion=conversion)
    if conversion == 0 and conversions:
        return replace(base, exact=exact, conversions=conversions, reason="no conversion: no number is enough")
    return replace(base, exact=exact, conversions=conversions, referrals=_whole(conversions / (conversion or 1.0)))


def _whole(x: float) -> int:
    """Round up, but not for the last bit of a float: 1.1 / 0.1 is 11, not 12."""
    return math.ceil(x - 1e-9 * max(1.0, x))
