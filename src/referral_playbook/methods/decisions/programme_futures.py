"""Equally likely futures of a referral programme against doing nothing, on two clocks.

The value clock credits the whole margin value of an extra customer in the month of the conversion. The cash clock
counts margin only when it comes in, and rewards only when they are paid. Both subtract all that the programme costs.
The months of a chunk of futures are computed together, 20,000 futures at a time.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from referral_playbook.methods.doors import door
from referral_playbook.methods.uncertainty.distributions import Distribution, Floats
from referral_playbook.methods.uncertainty.futures import CHUNK, futures
from referral_playbook.methods.uncertainty.luck import poisson_counts

Number = TypeVar("Number", Floats, Floats | float)
LEVELS = (0.1, 0.5, 0.9)
NEEDED = ("baseline", "uplift", "qualified_share", "conversion_rate", "customer_value")
COUNTED = "referrals_with"
"""Referrals a month with the programme, in place of the baseline: where these were counted, the baseline is what they
are over the uplift, low where the uplift is high."""
OPTIONAL = {
    "new_referrals": 0.0,  # a month, that the programme brings on top of uplift x baseline: where none come without it
    "incremental_share": 1.0,  # of extra conversions: no other channel would have brought them
    "reward": 0.0,  # money per conversion, both sides and fulfilment, times the share that claims it
    "lead_reward": 0.0,  # money per qualified referral
    "monthly_cost": 0.0,  # money per month
    "set_up_cost": 0.0,  # money, once, before month 1; 0 where it is already paid
}


@door
@dataclass(frozen=True, kw_only=True)
class Timetable:
    """What is the same in every future: how long the programme is followed, and how long each stage takes.

    Examples
    --------
    >>> Timetable(months=4, deadline=4, converted_after=(0, 1)).converted.tolist()
    [0.0, 1.0, 1.0, 1.0]
    """

    months: int  # months followed; month 1 is the first with the programme
    deadline: int  # the client's date in months, at which both results are read
    # share that happens 0, 1, 2, ... months after the stage before it: referral to qualified, qualified to converted,
    # and, after the conversion, margin coming in and rewards being paid. Each sums to 1.
    qualified_after: tuple[float, ...] = (1.0,)
    converted_after: tuple[float, ...] = (1.0,)
    margin_after: tuple[float, ...] = (1.0,)
    rewarded_after: tuple[float, ...] = (1.0,)
    # per year, effective. It applies to the value clock; the cash clock counts money as it stands on the account.
    discount_rate: float = 0.0

    def __post_init__(self) -> None:
        if not 1 <= self.deadline <= self.months or self.discount_rate <= -1:
            raise ValueError(f"the deadline is a month from 1 to {self.months} and the discount rate above -1: {self}")
        for name in ("qualified_after", "converted_after", "margin_after", "rewarded_after"):
            shares = getattr(self, name)
            if not shares or min(shares) < 0 or not math.isclose(sum(shares), 1, abs_tol=1e-9):
                raise ValueError(f"{name} must be shares of 0 or more that sum to 1, not {shares}")

    @cached_property
    def qualified(self) -> Floats:
        """Qualified referrals by month, for one that would qualify per month."""
        return np.asarray(np.convolve(np.ones(self.months), self.qualified_after)[: self.months])

    @cached_property
    def converted(self) -> Floats:
        """Conversions by month, for one that would convert per month."""
        return np.asarray(np.convolve(self.qualified, self.converted_after)[: self.months])

    @cached_property
    def discount(self) -> Floats:
        return np.asarray((1 + self.discount_rate) ** (-np.arange(1, self.months + 1) / 12))

    @cached_property
    def nominal(self) -> float:
        """Margin that comes in over time, for one unit of margin value in the month of the conversion."""
        discount = (1 + self.discount_rate) ** (-np.arange(len(self.margin_after)) / 12)
        return 1.0 / float(np.dot(self.margin_after, discount))

    def in_value(self, month: int) -> tuple[Floats, Floats, Floats]:
        """What a unit of margin value, of reward and of running cost in each month counts in value by `month`."""
        counted = np.where(np.arange(self.months) < month, self.discount, 0.0)
        return counted, counted, counted

    def in_cash(self, month: int) -> tuple[Floats, Floats, Floats]:
        """The same in cash: margin and rewards count as far as they have come in and been paid by `month`."""
        received, paid = (self.later(shares)[:month].sum(axis=0) for shares in (self.margin_after, self.rewarded_after))
        return self.nominal * received, paid, np.where(np.arange(self.months) < month, 1.0, 0.0)

    def later(self, shares: tuple[float, ...]) -> Floats:
        """Matrix of shape (months, months) that moves a flow by a lag."""
        lag = np.zeros((self.months, self.months))
        for k, share in enumerate(shares[: self.months]):
            lag += share * np.eye(self.months, k=-k)
        return lag


def complete(drawn: Mapping[str, Floats | float]) -> dict[str, Floats]:
    """Inputs by name in one shape, with those not given at their neutral value.

    Raises a ValueError for an input that is missing, or one with an unknown name.

    Examples
    --------
    >>> inputs = {"baseline": 10, "uplift": 1.5, "qualified_share": 0.5, "conversion_rate": 0.2, "customer_value": 400}
    >>> complete(inputs)["reward"].tolist()
    [0.0]
    """
    drawn = with_baseline(drawn)
    missing, unknown = set(NEEDED) - set(drawn), set(drawn) - set(NEEDED) - set(OPTIONAL)
    if missing or unknown:
        raise ValueError(f"programme inputs: missing {sorted(missing)}, unknown {sorted(unknown)}")
    names = (*NEEDED, *OPTIONAL)
    values = np.broadcast_arrays(*(np.atleast_1d(np.asarray(drawn.get(n, OPTIONAL.get(n)), float)) for n in names))
    return dict(zip(names, values, strict=True))


def with_baseline(drawn: Mapping[str, Number]) -> Mapping[str, Number]:
    """The inputs with the baseline where the referrals with the programme were counted: these over the uplift.

    Examples
    --------
    >>> with_baseline({"referrals_with": 30.0, "uplift": 1.5})
    {'uplift': 1.5, 'baseline': 20.0}
    """
    if COUNTED not in drawn or "uplift" not in drawn:
        return drawn
    return {**{n: x for n, x in drawn.items() if n != COUNTED}, "baseline": drawn[COUNTED] / drawn["uplift"]}


def referrals_with(x: Mapping[str, Floats]) -> Floats:
    """Referrals a month with the programme: uplift x baseline, and those that come where there is no baseline."""
    return x["uplift"] * x["baseline"] + x["new_referrals"]


def extra_referrals(x: Mapping[str, Floats]) -> Floats:
    """Referrals a month above the baseline; below 0 where the programme drives them away."""
    return (x["uplift"] - 1) * x["baseline"] + x["new_referrals"]


def expected_value_result(drawn: Mapping[str, Floats | float], timetable: Timetable) -> Floats:
    """Value result at the deadline for given inputs, without the luck of single customers.

    ``q c D [e s V - r R] - r q L D_q - f D_f - set-up``, each D a sum of discount factors over the months, with the
    referrals ``r = u b + n`` and the extra ones ``e = (u - 1) b + n``; without new referrals ``n`` this is
    ``b q c D [(u - 1) s V - u R] - u b q L D_q - f D_f - set-up``.

    Examples
    --------
    >>> inputs = {"baseline": 10, "uplift": 1.5, "qualified_share": 0.5, "conversion_rate": 0.2, "customer_value": 400,
    ...           "incremental_share": 0.8, "reward": 50, "monthly_cost": 60, "set_up_cost": 100}
    >>> expected_value_result(inputs, Timetable(months=12, deadline=12)).round(6).tolist()
    [200.0]
    """
    x, t = complete(drawn), timetable
    until = slice(0, t.deadline)
    discount = t.discount[until]
    made, incremental_value = referrals_with(x), x["incremental_share"] * x["customer_value"]
    conversions = x["qualified_share"] * x["conversion_rate"] * float(t.converted[until] @ discount)
    return (
        conversions * (extra_referrals(x) * incremental_value - made * x["reward"])
        - made * x["qualified_share"] * x["lead_reward"] * float(t.qualified[until] @ discount)
        - x["monthly_cost"] * float(discount.sum())
        - x["set_up_cost"]
    )


def expected_extra_conversions(drawn: Mapping[str, Floats | float], timetable: Timetable) -> Floats:
    """Conversions above the baseline by the deadline: extra referrals x q c, times the months that count."""
    x, months = complete(drawn), float(timetable.converted[: timetable.deadline].sum())
    return extra_referrals(x) * x["qualified_share"] * x["conversion_rate"] * months


@dataclass(frozen=True, kw_only=True, eq=False)
class ProgrammeFutures:
    """One row per future, and the spread of each month; money against doing nothing."""

    # value and cash result at the deadline, and the value result without the luck of single customers; shape (draws,)
    value_result: Floats
    cash_result: Floats
    expected: Floats
    extra_conversions: Floats  # expected conversions above the baseline by the deadline; shape (draws,)
    # month from which the value (cash) stays at 0 or above through the months followed; infinity where it does not;
    # shape (draws,)
    covered_from: Floats
    cash_payback: Floats
    peak_cash_need: Floats  # the most cash that is out at the end of any month, at 0 or above; shape (draws,)
    drawn: Mapping[str, Floats]  # the inputs of each future; shape (draws,)
    # cumulative p10, p50 and p90; shape (months, 3)
    value_by_month: Floats
    cash_by_month: Floats
    # share of futures at 0 or above at the end of the month; shape (months,)
    value_ahead: Floats
    cash_ahead: Floats
    deadline: int

    @property
    def probability_by_date(self) -> float:
        """Share of futures whose value result at the deadline is 0 or more."""
        return float(self.value_ahead[self.deadline - 1])

    def probability_cash(self, month: int) -> float:
        """Share of futures whose cash is at 0 or above at the end of a month."""
        return float(self.cash_ahead[month - 1])


@door
def programme_futures(
    inputs: Mapping[str, Distribution],
    timetable: Timetable,
    *,
    draws: int = 100_000,
    seed: int = 0,
    correlations: Mapping[tuple[str, str], float] | None = None,
    luck: bool = True,
    chunk: int = CHUNK,
) -> ProgrammeFutures:
    """Equally likely futures of a programme against doing nothing.

    Parameters
    ----------
    inputs : mapping of str to distribution
        baseline (referrals a month without the programme; or referrals_with, those with it, where they were counted),
        uplift, qualified_share (per referral), conversion_rate (per qualified referral), customer_value, and where
        there are any new_referrals, incremental_share, reward, lead_reward, monthly_cost, set_up_cost.
    draws, seed, correlations, chunk
        As in `uncertainty.futures`; the uplift and the incremental share may be correlated.
    luck : bool
        Draw whole conversions (Poisson), beside what is not known of the rates. Extra and baseline conversions are
        drawn separately, so that luck which would come anyway is not credited to the programme.

    Examples
    --------
    >>> from referral_playbook.methods.uncertainty.distributions import Beta, Known, LogNormal, Pert
    >>> inputs = {"baseline": Known(value=20), "uplift": LogNormal.from_quantiles(low=1.2, high=2.0),
    ...     "qualified_share": Known(value=0.5), "conversion_rate": Beta.from_counts(30, 100),
    ...     "customer_value": Pert(low=200, mode=400, high=800), "reward": Known(value=20),
    ...     "monthly_cost": Known(value=100)}
    >>> found = programme_futures(inputs, Timetable(months=24, deadline=12), draws=20_000)
    >>> found.probability_by_date > 0.8
    True
    """
    complete({name: np.ones(1) for name in inputs})
    chance = np.random.default_rng([seed, 1]) if luck else None
    parts = [
        _chunk(drawn, timetable, chance)
        for drawn in futures(inputs, draws=draws, seed=seed, correlations=correlations, chunk=chunk)
    ]
    weights = np.array([part.value_result.size for part in parts]) / draws
    by_month = ("value_by_month", "cash_by_month", "value_ahead", "cash_ahead")
    averaged = {n: sum(w * getattr(p, n) for w, p in zip(weights, parts, strict=True)) for n in by_month}
    rows = ("value_result", "cash_result", "expected", "extra_conversions", "covered_from", "cash_payback")
    joined = {n: np.concatenate([getattr(p, n) for p in parts]) for n in (*rows, "peak_cash_need")}
    drawn = {name: np.concatenate([p.drawn[name] for p in parts]) for name in inputs}
    return ProgrammeFutures(**joined, **averaged, drawn=with_baseline(drawn), deadline=timetable.deadline)


@door
def programme_probabilities(
    inputs: Mapping[str, Distribution],
    timetable: Timetable,
    *,
    cash_by: int,
    draws: int,
    seed: int = 0,
    correlations: Mapping[tuple[str, str], float] | None = None,
) -> tuple[float, float]:
    """Shares of futures with all cost covered by the deadline in value, and by month `cash_by` in cash.

    What `programme_futures` says as `probability_by_date` and `probability_cash`, without all that it says besides.

    Parameters
    ----------
    inputs, timetable, draws, seed, correlations
        As in `programme_futures`.
    cash_by : int
        Month.

    Examples
    --------
    >>> from referral_playbook.methods.uncertainty.distributions import Known, LogNormal
    >>> inputs = {"baseline": Known(value=20), "uplift": LogNormal.from_quantiles(low=1.2, high=2.0),
    ...     "qualified_share": Known(value=0.5), "conversion_rate": Known(value=0.3),
    ...     "customer_value": Known(value=400), "monthly_cost": Known(value=100)}
    >>> when, n = Timetable(months=24, deadline=12), 2_000
    >>> full = programme_futures(inputs, when, draws=n)
    >>> programme_probabilities(inputs, when, cash_by=24, draws=n) == (
    ...     full.probability_by_date, full.probability_cash(24))
    True
    """
    chance = np.random.default_rng([seed, 1])
    clocks, ahead = (timetable.in_value(timetable.deadline), timetable.in_cash(cash_by)), np.zeros(2)
    for drawn in futures(inputs, draws=draws, seed=seed, correlations=correlations):
        x = complete(drawn)
        flows = _conversions(x, timetable, chance)
        ahead += [np.count_nonzero(_result(x, flows, timetable, clock) >= 0) for clock in clocks]
    value, cash = (ahead / draws).tolist()
    return value, cash


def _result(
    x: Mapping[str, Floats], flows: tuple[Floats, Floats], timetable: Timetable, clock: tuple[Floats, Floats, Floats]
) -> Floats:
    """Result by a month, from what the flows of each month count by then: the last row of `_cumulative`."""
    (extra, rewarded), (margin, reward, running) = flows, clock
    leads = referrals_with(x) * x["qualified_share"] * float(running @ timetable.qualified)
    return (
        x["customer_value"] * (margin @ extra)
        - x["reward"] * (reward @ rewarded)
        - x["lead_reward"] * leads
        - x["monthly_cost"] * float(running.sum())
        - x["set_up_cost"]
    )


def _chunk(drawn: Mapping[str, Floats], timetable: Timetable, chance: np.random.Generator | None) -> ProgrammeFutures:
    value, cash = _cumulative(complete(drawn), timetable, chance)
    at = timetable.deadline - 1
    return ProgrammeFutures(
        value_result=value[at].copy(),
        cash_result=cash[at].copy(),
        expected=expected_value_result(drawn, timetable),
        extra_conversions=expected_extra_conversions(drawn, timetable),
        covered_from=_stays_from(value),
        cash_payback=_stays_from(cash),
        peak_cash_need=np.maximum(0.0, -cash.min(axis=0)),
        drawn=drawn,
        value_by_month=_levels(value),
        cash_by_month=_levels(cash),
        value_ahead=(value >= 0).mean(axis=1),
        cash_ahead=(cash >= 0).mean(axis=1),
        deadline=timetable.deadline,
    )


def _levels(cumulative: Floats) -> Floats:
    """p10, p50 and p90 of every month, of shape (months, 3)."""
    # numpy sorts several times as fast as it partitions, which is what quantiles of unsorted values begin with.
    return np.asarray(np.quantile(np.sort(cumulative, axis=1), LEVELS, axis=1).T)


def _cumulative(
    x: Mapping[str, Floats], timetable: Timetable, chance: np.random.Generator | None
) -> tuple[Floats, Floats]:
    """Cumulative value and cash, both of shape (months, draws)."""
    extra, rewarded = _conversions(x, timetable, chance)
    running = x["monthly_cost"]
    if x["lead_reward"].any():
        leads = referrals_with(x) * x["qualified_share"] * timetable.qualified[:, None]
        running = x["lead_reward"] * leads + running
    value = x["customer_value"] * extra - x["reward"] * rewarded - running
    value *= timetable.discount[:, None]
    margin = timetable.later(timetable.margin_after) @ (x["customer_value"] * timetable.nominal * extra)
    cash = margin - timetable.later(timetable.rewarded_after) @ (x["reward"] * rewarded) - running
    for flow in (value, cash):
        np.cumsum(flow, axis=0, out=flow)
        flow -= x["set_up_cost"]
    return value, cash


def _conversions(
    x: Mapping[str, Floats], timetable: Timetable, chance: np.random.Generator | None
) -> tuple[Floats, Floats]:
    """Incremental conversions (below 0 where the programme drives them away) and rewarded ones, by month and future.

    With an uplift above 1 the rewarded are the incremental, the extra ones that another channel would have brought, and
    the baseline; below 1 they are what is left of the baseline.
    """
    each, by_month = x["qualified_share"] * x["conversion_rate"], timetable.converted
    incremental = x["incremental_share"] * extra_referrals(x) * each
    others = referrals_with(x) * each - np.maximum(incremental, 0.0)
    if chance is None:
        return by_month[:, None] * incremental, by_month[:, None] * (others + np.maximum(incremental, 0.0))
    won = np.copysign(poisson_counts(np.abs(incremental), by_month, chance), incremental)
    return won, poisson_counts(others, by_month, chance) + np.maximum(won, 0.0)


def _stays_from(cumulative: Floats) -> Floats:
    """First month from which a cumulative result stays at 0 or above, by future; infinity where it ends below."""
    months = cumulative.shape[0]
    below = cumulative < 0
    last: NDArray[np.intp] = months - np.argmax(below[::-1], axis=0)  # number of the last month below 0
    month = np.where(below.any(axis=0), last + 1.0, 1.0)
    return np.where(below[-1], np.inf, month)
