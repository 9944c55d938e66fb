"""Equally likely futures of a programme's cash: how likely it pays back, when, and how bad it can be.

Only sums and one row a future are kept, never the matrix of draws by months: a million futures of three
years need about 30 MiB.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from referral_playbook.contract.evidence import Basis, Estimate, undefined
from referral_playbook.methods.decisions.cash import CashPlan, complete, monthly_cash
from referral_playbook.methods.doors import door
from referral_playbook.methods.proportions import binomial_limits
from referral_playbook.methods.uncertainty.distributions import Distribution, Floats
from referral_playbook.methods.uncertainty.futures import CHUNK, futures

LEVELS = (0.1, 0.5, 0.9)


class _Rows(NamedTuple):
    """What is written for every future, a chunk of rows at a time."""

    result: Floats
    at_deadline: Floats
    worst: Floats
    pay_back: NDArray[np.float32]


@dataclass(frozen=True, kw_only=True, eq=False)
class CashFutures:
    """What is kept of the futures: one row a future, or one row a month; money discounted.

    Parameters
    ----------
    result, at_deadline, worst : array of shape (draws,)
        Cumulative result at the end, at the deadline, and the deepest it was on the way (0 where it never was below).
    pay_back : array of shape (draws,)
        Month from which the cumulative result stays at 0 or above until the deadline; for a future that is below 0
        there, until the end; infinity where it never does. A month up to the deadline means: covered at the deadline.
    ahead : array of shape (months,)
        Share of futures whose cumulative result is 0 or more at the end of the month.
    expected, low, middle, high : array of shape (months,)
        Cumulative result: mean, p10, p50 and p90 (quantiles averaged over chunks).
    """

    result: Floats
    at_deadline: Floats
    worst: Floats
    pay_back: NDArray[np.float32]
    ahead: Floats
    expected: Floats
    low: Floats
    middle: Floats
    high: Floats

    def probability_by(self, month: int, *, basis: Basis) -> Estimate:
        """Share of futures that are at or above zero at the end of a month; the range is simulation error."""
        if not 1 <= month <= len(self.ahead):
            raise ValueError(f"month is 1 to {len(self.ahead)}, not {month}")
        p, n = float(self.ahead[month - 1]), len(self.result)
        low, high = binomial_limits(round(p * n), n)
        return Estimate(
            value=p,
            low=low,
            high=high,
            confidence=0.95,
            n=None,
            unit="share",
            per="future",
            basis=basis,
            source=f"{n:,} futures; range is simulation error",
        )

    def months_to_break_even(self, *, basis: Basis) -> Estimate:
        """Month of pay-back: median, with one future in ten sooner and one in ten later.

        Without upper limit where that one in ten does not pay back within the months looked at; undefined where half do
        not.
        """
        low, value, high = (float(x) for x in np.quantile(self.pay_back, LEVELS, method="inverted_cdf"))
        months, source = len(self.ahead), f"median, p10 and p90 of {len(self.result):,} futures"
        if math.isinf(value):
            share = float(np.isfinite(self.pay_back).mean())
            reason = f"only {share:.0%} of the futures pay back within {months} months: there is no median month"
            return undefined(reason, unit="months", per="programme", basis=basis, source=source)
        late = f"more than one future in ten has not paid back within the {months} months looked at"
        return Estimate(
            value=value,
            low=low,
            high=None if math.isinf(high) else high,
            confidence=0.8,
            n=None,
            unit="months",
            per="programme",
            basis=basis,
            source=source,
            reason=late if math.isinf(high) else "",
        )

    def worst_decile(self, *, unit: str, basis: Basis) -> Estimate:
        """Mean result at the deadline of the worst tenth of futures; the range is from p1 to p10 of all."""
        low, high = (float(x) for x in np.quantile(self.at_deadline, (0.01, 0.1)))
        tail = np.sort(self.at_deadline)[: max(1, len(self.at_deadline) // 10)]
        value = float(tail.mean())
        return Estimate(
            value=value,
            low=min(low, value),
            high=max(high, value),
            confidence=None,
            n=None,
            unit=unit,
            per="programme",
            basis=basis,
            source=f"mean of the worst tenth of {len(self.result):,} futures; range p1 to p10",
        )


@door
def cash_futures(
    inputs: Mapping[str, Distribution],
    plan: CashPlan,
    *,
    draws: int = 100_000,
    seed: int = 0,
    correlations: Mapping[tuple[str, str], float] | None = None,
    chance: bool = False,
    deadline: int | None = None,
    chunk: int = CHUNK,
) -> CashFutures:
    """Equally likely futures of a plan's cash.

    Parameters
    ----------
    inputs : mapping of str to distribution
        By the names of `monthly_cash`.
    draws, seed, correlations, chunk
        As in `uncertainty.futures`: the same seed is the same futures, whatever the option.
    chance : bool
        Draw whole conversions too (Poisson), beside what is not known of the rates.
    deadline : int, optional
        The client's date in months; the end of the plan by default.

    Examples
    --------
    >>> from referral_playbook.methods.decisions.cash import CashPlan
    >>> from referral_playbook.methods.uncertainty.distributions import Beta, Known, Pert
    >>> inputs = {"contacts": Known(value=200), "qualified_rate": Beta.from_counts(30, 200),
    ...     "conversion_rate": Beta.from_counts(12, 120), "value": Pert(low=200, mode=400, high=800),
    ...     "fixed_cost": Known(value=800), "set_up": Known(value=2_000)}
    >>> found = cash_futures(inputs, CashPlan(months=24, converted_after=(0.2, 0.5, 0.3)), draws=20_000)
    >>> found.probability_by(12, basis=Basis.ASSUMED).value > 0.5
    True
    """
    complete({name: np.zeros(1) for name in inputs})
    date = plan.months if deadline is None else deadline
    if not 1 <= date <= plan.months:
        raise ValueError(f"the deadline lies in the plan, from 1 to {plan.months} months, not {date}")
    kept = _Rows(np.empty(draws), np.empty(draws), np.empty(draws), np.empty(draws, dtype=np.float32))
    by_month = np.zeros((plan.months, 5))
    luck = np.random.default_rng([seed, 1]) if chance else None
    start = 0
    for drawn in futures(inputs, draws=draws, seed=seed, correlations=correlations, chunk=chunk):
        stop = start + len(next(iter(drawn.values())))
        rows = _Rows(
            kept.result[start:stop],
            kept.at_deadline[start:stop],
            kept.worst[start:stop],
            kept.pay_back[start:stop],
        )
        _follow(drawn, plan, date, luck, rows, by_month)
        start = stop
    ahead, expected, low, middle, high = (by_month / draws).T
    return CashFutures(**kept._asdict(), ahead=ahead, expected=expected, low=low, middle=middle, high=high)


def _follow(
    drawn: Mapping[str, Floats],
    plan: CashPlan,
    date: int,
    luck: np.random.Generator | None,
    kept: _Rows,
    by_month: Floats,
) -> None:
    """One chunk through the months; fills its rows of `kept` and adds to the sums of `by_month`."""
    in_time = np.empty(0)
    total = -np.broadcast_to(complete(drawn)["set_up"], kept.result.shape).astype(float)
    worst, pay_back = np.minimum(total, 0.0), np.ones(total.size, dtype=np.float32)
    for t, cash in enumerate(monthly_cash(drawn, plan, chance=luck)):
        total += cash * plan.discount[t]
        np.minimum(worst, total, out=worst)
        below = total < 0
        pay_back[below] = t + 2  # not before next month
        if t + 1 == date:
            kept.at_deadline[:], in_time = total, np.where(below, np.inf, pay_back)
        by_month[t] += [total.size - below.sum(), total.sum(), *np.quantile(total, LEVELS) * total.size]
    pay_back[total < 0] = np.inf
    pay_back = np.where(np.isfinite(in_time), in_time, pay_back)
    kept.result[:], kept.worst[:], kept.pay_back[:] = total, worst, pay_back
