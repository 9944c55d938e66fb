"""The economics of a referral programme against doing nothing.

A programme is credited only with the conversions above the baseline, and it pays its rewards on all conversions that
claim one. The functions take numbers or arrays and return the same. All money is in one currency.

Notation, per month: `b` baseline referrals, `u` uplift (referrals with the programme / baseline), `q` qualified per
referral, `c` conversions per qualified referral, `V` margin value of a customer, `s` share of the extra conversions
that no other channel would have brought, `R` rewards and fulfilment per conversion, `F` cost over `T` months.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from referral_playbook.methods.arguments import Numbers
from referral_playbook.methods.decisions.economics import check_shares
from referral_playbook.methods.doors import door

Answer = Literal["naive", "every_referral", "against_nothing"]
ANY_VOLUME = "cannot break even at any volume"


@door
def monthly_contribution(
    *,
    baseline: Numbers,
    qualified: Numbers,
    conversion: Numbers,
    uplift: Numbers,
    value: Numbers,
    incremental_share: Numbers = 1.0,
    reward: Numbers = 0.0,
    running_cost: Numbers = 0.0,
) -> Any:
    """Contribution of one month against doing nothing: ``b q c [(u - 1) s V - u R] - f``.

    Parameters
    ----------
    baseline : float or array
        Referrals a month that come without the programme.
    qualified, conversion, incremental_share : float or array
        Shares from 0 to 1.
    uplift : float or array
        Referrals with the programme divided by the baseline; below 1 the programme does harm.
    value, reward : float or array
        Money per conversion.
    running_cost : float or array
        Money per month.

    Returns
    -------
    float or array
        Money per month.

    Examples
    --------
    >>> round(monthly_contribution(baseline=10, qualified=0.5, conversion=0.2, uplift=1.5, value=400, reward=50,
    ...                            incremental_share=0.8, running_cost=60), 6)
    25.0
    """
    check_shares(qualified=qualified, conversion=conversion, incremental_share=incremental_share)
    conversions = baseline * qualified * conversion
    return conversions * ((uplift - 1) * incremental_share * value - uplift * reward) - running_cost


@door
@dataclass(frozen=True, kw_only=True)
class Plan:
    """What the three answers are computed from; every field is a plain number."""

    fixed_cost: float  # F: set-up and running cost over the `months`, in money
    months: float  # T: months to the date
    baseline: float  # b: referrals a month without the programme
    qualified: float
    conversion: float
    value: float  # V: money per conversion
    incremental_share: float = 1.0
    reward: float = 0.0  # R: money per conversion

    def __post_init__(self) -> None:
        check_shares(qualified=self.qualified, conversion=self.conversion, incremental_share=self.incremental_share)
        numbers = (self.fixed_cost, self.months, self.baseline, self.value, self.reward)
        if not all(map(math.isfinite, numbers)) or min(self.fixed_cost, self.baseline, self.reward) < 0:
            raise ValueError(f"costs, rewards and the baseline are finite and not below zero: {self}")
        if self.months <= 0:
            raise ValueError(f"months is {self.months}: give a number above zero")

    @property
    def margin(self) -> float:
        """What one more conversion leaves after its reward: ``s V - R``."""
        return self.incremental_share * self.value - self.reward

    @property
    def baseline_conversions(self) -> float:
        """Conversions until the date that come without the programme: ``b q c T``."""
        return self.baseline * self.qualified * self.conversion * self.months

    @property
    def extra_cost(self) -> float:
        """What the extra conversions must cover: ``F + b q c T R``."""
        return self.fixed_cost + self.baseline_conversions * self.reward


@dataclass(frozen=True, kw_only=True)
class Volume:
    """One of the three answers."""

    answer: Answer  # naive, every_referral or against_nothing
    exact: float | None = None  # conversions before rounding up; None where no volume is enough, and `reason` says why
    # whole conversions; the naive answer is left as the fraction that a calculator shows
    conversions: float | None = None
    referrals: float | None = None  # referrals in all over the period, from which these conversions come
    uplift: float | None = None  # these referrals divided by the baseline's; None without a baseline
    reason: str = ""

    def per(self, heads: float) -> float | None:
        """Referrals in all per month, advocate or customer; None where there is nobody to share them."""
        return None if self.referrals is None or heads <= 0 else self.referrals / heads


def three_answers(plan: Plan) -> tuple[Volume, Volume, Volume]:
    """The naive answer, every referral credited, and the answer against doing nothing.

    1. naive: ``F / V``; 2. every referral credited: ``ceil(F / (s V - R))``; 3. against doing nothing, in extra
    conversions: ``N* = ceil((F + b q c T R) / (s V - R))``. Without a baseline the third equals the second.

    Examples
    --------
    >>> plan = Plan(fixed_cost=3000, months=12, baseline=10, qualified=0.5, conversion=0.2, value=400,
    ...             incremental_share=0.75, reward=50)
    >>> [a.conversions for a in three_answers(plan)]
    [7.5, 12.0, 15.0]
    >>> round(three_answers(plan)[2].referrals), round(three_answers(plan)[2].uplift, 2)
    (270, 2.2)
    """
    return (
        _volume("naive", plan, plan.fixed_cost, plan.value),
        _volume("every_referral", plan, plan.fixed_cost, plan.margin),
        _volume("against_nothing", plan, plan.extra_cost, plan.margin),
    )


def _volume(answer: Answer, plan: Plan, cost: float, margin: float) -> Volume:
    if cost <= 0:
        exact = 0.0
    elif margin <= 0:
        return Volume(answer=answer, reason=ANY_VOLUME)
    else:
        exact = cost / margin
    conversions = exact if answer == "naive" else round_up(exact)
    beside = plan.baseline_conversions if answer == "against_nothing" else 0.0
    return Volume(
        answer=answer,
        exact=exact,
        conversions=conversions,
        referrals=_divide(conversions + beside, plan.qualified * plan.conversion),
        uplift=_divide(exact + beside, plan.baseline_conversions),
    )


def _divide(numerator: float, denominator: float) -> float | None:
    return numerator / denominator if denominator > 0 else None


@door
def break_even_uplift(
    *,
    fixed_cost_per_month: Numbers,
    baseline: Numbers,
    qualified: Numbers,
    conversion: Numbers,
    value: Numbers,
    incremental_share: Numbers = 1.0,
    reward: Numbers = 0.0,
) -> Any:
    """The uplift at which the programme breaks even: ``u* = (s V + f_T / (b q c)) / (s V - R)``, with ``f_T = F / T``.

    Returns
    -------
    float or array
        Infinite where there is no baseline or where a conversion leaves nothing (``s V <= R``).

    Examples
    --------
    >>> round(break_even_uplift(fixed_cost_per_month=250, baseline=10, qualified=0.5, conversion=0.2, value=400,
    ...                         incremental_share=0.75, reward=50), 6)
    2.2
    """
    check_shares(qualified=qualified, conversion=conversion, incremental_share=incremental_share)
    incremental_value = np.asarray(incremental_share * value, dtype=float)
    margin, flow = incremental_value - reward, np.asarray(baseline * qualified * conversion, dtype=float)
    possible = (margin > 0) & (flow > 0)
    with np.errstate(over="ignore"):  # next to no baseline: the uplift is as good as infinite
        cost = fixed_cost_per_month / np.where(flow > 0, flow, 1.0)
    uplift = np.where(possible, (incremental_value + cost) / np.where(possible, margin, 1.0), np.inf)
    return uplift if uplift.ndim else float(uplift)


@door
def what_would_have_to_change(*, value: float, incremental_share: float, reward: float) -> dict[str, float]:
    """For a conversion that leaves nothing: the value of each input, alone, at which ``s V`` equals ``R``.

    Returns
    -------
    dict
        value (needs to be above), incremental_share (above; left out where even a share of 1 is not enough) and reward
        (below). Empty where a conversion leaves something already.

    Examples
    --------
    >>> what_would_have_to_change(value=100, incremental_share=0.4, reward=60)
    {'reward': 40.0, 'value': 150.0, 'incremental_share': 0.6}
    """
    if incremental_share * value > reward:
        return {}
    changes = {"reward": max(0.0, incremental_share * value)} if value > 0 else {}
    if incremental_share > 0:
        changes["value"] = reward / incremental_share
    if value > reward:
        changes["incremental_share"] = reward / value
    return changes


@door
def round_up(exact: float) -> float:
    """Round up to a whole number, but not for the last bit of a float: 1.1 / 0.1 is 11, not 12.

    Examples
    --------
    >>> round_up(1.1 / 0.1), round_up(11.01)
    (11.0, 12.0)
    """
    return float(math.ceil(exact - 1e-9 * max(1.0, exact)))


CALCULATOR_ERRORS = ("every referral is credited", "unconverted referrals are charged", "the reward is deducted twice")


def calculator_errors(plan: Plan) -> dict[str, float | None]:
    """Conversions needed according to the three errors of public calculators, each made alone.

    Credit every referral: ``F / (s V - R)``. Charge the reward on referrals that do not convert: the margin becomes
    ``s V - R / (q c)``. Deduct the reward twice, from the value and as a cost: ``s V - 2 R``. The last two are compared
    with the right answer against doing nothing. None where the error makes break-even impossible.

    Examples
    --------
    >>> plan = Plan(fixed_cost=3000, months=12, baseline=10, qualified=0.5, conversion=0.2, value=400,
    ...             incremental_share=0.75, reward=50)
    >>> list(calculator_errors(plan).values())
    [12.0, None, 18.0]
    """
    incremental_value, flow = plan.incremental_share * plan.value, plan.qualified * plan.conversion
    unconverted = incremental_value - plan.reward / flow if flow > 0 else -math.inf
    needed = (
        _volume("every_referral", plan, plan.fixed_cost, plan.margin),
        _volume("against_nothing", plan, plan.extra_cost, unconverted),
        _volume("against_nothing", plan, plan.extra_cost, incremental_value - 2 * plan.reward),
    )
    return {error: volume.conversions for error, volume in zip(CALCULATOR_ERRORS, needed, strict=True)}
