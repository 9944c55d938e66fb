"""The programme's futures against doing nothing, and the estimates that come of them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from referral_playbook.contract.evidence import ONLY_CONVERTED, Basis, Estimate, assumed, exact, undefined, weakest
from referral_playbook.contract.writing.formatting import chance_of, number
from referral_playbook.domain.lists.goal_band import certain_uplift
from referral_playbook.domain.programme.distributions_of import input_distribution
from referral_playbook.domain.programme.without_programme import over_uplift
from referral_playbook.methods.decisions.programme_futures import (
    COUNTED,
    LEVELS,
    ProgrammeFutures,
    Timetable,
    expected_value_result,
    programme_futures,
    programme_probabilities,
)
from referral_playbook.methods.decisions.worth_of_knowing import evpi
from referral_playbook.methods.uncertainty.distributions import Distribution, Floats, Known

Pair: TypeAlias = tuple[str, str]
DOTS = 50
RANGE_DRAWS = 20_000
ENGINE_NAME = {"baseline_referrals": "baseline"}
TENTHS = (0.1, 0.9)
MOST_TIED = 0.99  # the part of an input that its divisors may explain: correlations of 1 cannot be drawn
LEAST_KNOWN = ("uplift", "incremental_share")
BEYOND = "more than one future in ten is not there within the {months} months followed"


@dataclass(frozen=True, kw_only=True)
class EndOfRange:
    """Probabilities of covered cost (value) and of cash pay-back (cash) with one input at one end of its range."""

    input: str
    at: float
    value: float
    cash: float


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """What the futures are made of."""

    known: Mapping[str, Estimate]  # as in `inputs.ProgrammeInputs`
    timetable: Timetable
    payback_months: int = 36
    draws: int = 100_000
    seed: int = 0
    correlation: float = 0.0  # of the uplift with the incremental share
    today: Estimate | None = None  # today's rate, where the baseline is made of it and the uplift

    @property
    def unknown(self) -> str:
        """Why the futures cannot be run, or nothing."""
        return "; ".join(dict.fromkeys(e.reason for e in self.known.values() if not e.defined))

    @property
    def basis(self) -> Basis:
        return weakest(*self.known.values())

    @property
    def currency(self) -> str:
        return self.known["customer_value"].unit

    @cached_property
    def distributions(self) -> dict[str, Distribution]:
        """Distributions by the names of the futures' inputs."""
        return {ENGINE_NAME.get(name, name): input_distribution(e) for name, e in self.known.items()}

    @cached_property
    def futures(self) -> ProgrammeFutures:
        return programme_futures(
            self.drawn_from, self.timetable, draws=self.draws, seed=self.seed, correlations=self.correlations
        )

    @property
    def drawn_from(self) -> dict[str, Distribution]:
        """Distributions that futures are drawn from: today's rate where it was counted and the baseline follows."""
        if self.today is None:
            return self.distributions
        others = {name: d for name, d in self.distributions.items() if name != "baseline"}
        return {**others, COUNTED: input_distribution(self.today)}

    @cached_property
    def correlations(self) -> dict[tuple[str, str], float] | None:
        """Correlations of the inputs: the stated one, and of a baseline that was divided by two other inputs."""
        tied = {("uplift", "incremental_share"): self.correlation} if self.correlation else {}
        if ONLY_CONVERTED in self.known["baseline_referrals"].source:
            rate = "baseline" if self.today is None else COUNTED
            tied |= _divided_by(self.drawn_from, rate, ("conversion_rate", "qualified_share"))
        return tied or None

    @property
    def values(self) -> dict[str, float]:
        """The printed value of every input, by the names of the futures' inputs."""
        return {ENGINE_NAME.get(name, name): e.point for name, e in self.known.items()}

    def value_at(self, **moved: float) -> float:
        """Expected value result with every input at its printed value, except those that are given."""
        return float(expected_value_result(self.values | moved, self.timetable)[0])

    def value_if(self, x: Mapping[str, Floats]) -> Floats:
        """Expected value results if inputs had other values; where today's rate was counted, it stays as counted.

        ``baseline`` then stands for the baseline at the printed uplift: at another uplift more or fewer of the same
        referrals would come without the programme.
        """
        if self.today is not None:
            x = {**x, "baseline": x["baseline"] * self.values["uplift"] / x["uplift"]}
        return expected_value_result(x, self.timetable)

    @cached_property
    def one_at_a_time(self) -> Mapping[str, Estimate]:
        """The inputs as each is known on its own: at a given uplift, the baseline is known as well as today's rate."""
        if self.today is None or not self.known["uplift"].value:
            return self.known
        at_uplift = over_uplift(self.today, certain_uplift(self.known["uplift"].value))
        return {**self.known, "baseline_referrals": at_uplift.as_(basis=self.today.basis)}

    @property
    def alone(self) -> dict[str, Distribution]:
        """Distributions of the inputs taken one at a time, by the names of the futures' inputs."""
        return {ENGINE_NAME.get(name, name): input_distribution(e) for name, e in self.one_at_a_time.items()}

    @cached_property
    def ends(self) -> tuple[EndOfRange, ...]:
        """Both probabilities with the uplift, and then the incremental share, at each end of its range.

        One input is moved at a time, because both at their worst together is far less likely than either alone.
        """
        ends_of = {n: (self.known[n].low, self.known[n].high) for n in LEAST_KNOWN}
        moved = [(n, x) for n, (low, high) in ends_of.items() if low != high for x in (low, high) if x is not None]
        draws = min(RANGE_DRAWS, self.draws)
        ends = []
        for name, x in moved:
            at_end = {**self.drawn_from, name: Known(value=x)}
            value, cash = programme_probabilities(
                at_end,
                self.timetable,
                cash_by=self.payback_months,
                draws=draws,
                seed=self.seed,
                correlations=self.correlations,
            )
            ends.append(EndOfRange(input=name, at=x, value=_shrunk(value, draws), cash=_shrunk(cash, draws)))
        return tuple(ends)

    def sample(self) -> list[dict[str, Any]]:
        """Fifty equally likely futures, the worst value result first: rows future, value_result, cash_result."""
        if self.unknown:
            return []
        order = np.argsort(self.futures.value_result, kind="stable")
        at = order[((np.arange(DOTS) + 0.5) / DOTS * order.size).astype(int)]
        return [
            {
                "future": i + 1,
                "value_result": float(self.futures.value_result[k]),
                "cash_result": float(self.futures.cash_result[k]),
            }
            for i, k in enumerate(at)
        ]

    def by_month(self) -> list[dict[str, Any]]:
        """Cumulative value and cash against doing nothing: rows month, value_p10 to cash_p90, and the shares ahead."""
        if self.unknown:
            return []
        f = self.futures
        names = [f"{clock}_p{round(100 * q)}" for clock in ("value", "cash") for q in LEVELS]
        return [
            {
                "month": t + 1,
                **{n: float(x) for n, x in zip(names, np.r_[v, c], strict=True)},
                "value_ahead": float(f.value_ahead[t]),
                "cash_ahead": float(f.cash_ahead[t]),
            }
            for t, (v, c) in enumerate(zip(f.value_by_month, f.cash_by_month, strict=True))
        ]

    def estimates(self) -> dict[str, Estimate]:
        """value_result, cash_result, extra_conversions, the probabilities, both clocks' months, need, worst, evpi."""
        unit, date = self.currency, f"programme, by month {self.timetable.deadline}"
        units = {
            "value_result": (unit, date),
            "cash_result": (unit, date),
            "extra_conversions": ("conversions", date),
            "probability_by_date": ("share", "future"),
            "probability_cash": ("share", "future"),
            "cash_payback_month": ("months", "programme, in cash"),
            "months_to_break_even": ("months", "programme, in value"),
            "peak_cash_need": (unit, "programme"),
            "worst_decile_result": (unit, date),
            "evpi": (unit, "decision"),
        }
        if self.unknown:
            return {k: undefined(self.unknown, unit=u, per=p, basis=self.basis) for k, (u, p) in units.items()}
        f, made = self.futures, self._made
        return {
            "value_result": made(f.value_result, *units["value_result"], "value of customers won, less all cost"),
            "cash_result": made(f.cash_result, *units["cash_result"], "money received, less all money paid"),
            "extra_conversions": made(f.extra_conversions, *units["extra_conversions"], "conversions above baseline"),
            "probability_by_date": self._probability(f.probability_by_date, "value", "whose value covers all cost"),
            "probability_cash": self._probability(f.probability_cash(self.payback_months), "cash", "paid back in cash"),
            "cash_payback_month": self._month(f.cash_payback, *units["cash_payback_month"]),
            "months_to_break_even": self._month(f.covered_from, *units["months_to_break_even"]),
            "peak_cash_need": made(f.peak_cash_need, unit, "programme", "the most cash that is out at a month's end"),
            "worst_decile_result": self._worst(*units["worst_decile_result"]),
            "evpi": self._exact(evpi(f.expected), unit, "decision", "expected value of perfect information"),
        }

    def _made(self, values: NDArray[np.float64], unit: str, per: str, what: str) -> Estimate:
        low, value, high = (float(x) for x in np.quantile(values, LEVELS))
        source = f"{what}: p50, p10 and p90 of {number(self.draws)} futures against doing nothing"
        return assumed(value, low, high, unit=unit, per=per, source=source).as_(confidence=0.8, basis=self.basis)

    def _exact(self, value: float, unit: str, per: str, what: str) -> Estimate:
        return exact(value, unit=unit, per=per, basis=self.basis, source=f"{what}, from {number(self.draws)} futures")

    def _probability(self, share: float, clock: str, which: str) -> Estimate:
        """A share of futures with the range that the least known inputs give it; never exactly 0 or 1."""
        value = _shrunk(share, self.draws)
        ends = [getattr(end, clock) for end in self.ends]
        what = f"share of futures {which}"
        if ends:
            what += "; the range has the uplift or the incremental share, one at a time, at its low or high end"
        estimate = self._exact(value, "share", "future", what)
        return estimate.as_(low=min(value, *ends), high=max(value, *ends)) if ends else estimate

    def _month(self, months: NDArray[np.float64], unit: str, per: str) -> Estimate:
        low, value, high = (float(x) for x in np.quantile(months, LEVELS, method="inverted_cdf"))
        labels: dict[str, Any] = {"unit": unit, "per": per, "basis": self.basis}
        labels["source"] = f"p50, p10 and p90 of {number(self.draws)} futures against doing nothing"
        if math.isinf(value):
            there = float(np.isfinite(months).mean())
            share = f"Just under {chance_of(0.5)}" if 0.495 <= there < 0.5 else chance_of(there)
            reason = f"{share} of the futures get there within {self.timetable.months} months"
            return undefined(reason, **labels)
        late = math.isinf(high)
        reason = BEYOND.format(months=self.timetable.months) if late else ""
        return Estimate(
            value=value, low=low, high=None if late else high, confidence=0.8, n=None, reason=reason, **labels
        )

    def _worst(self, unit: str, per: str) -> Estimate:
        values = np.sort(self.futures.value_result)
        tail = values[: max(1, values.size // 10)]
        low, value, high = float(np.quantile(values, 0.01)), float(tail.mean()), float(tail[-1])
        estimate = self._exact(value, unit, per, "mean value result of the worst tenth; the range is p1 to p10")
        return estimate.as_(low=min(low, value), high=max(high, value))


def _divided_by(inputs: Mapping[str, Distribution], name: str, divisors: tuple[str, ...]) -> dict[Pair, float]:
    """Correlations that keep the product of an input with its divisors as well known as what was divided.

    On logarithms, variances of a quotient add up, so each divisor takes its share of the spread.
    """
    ends = {n: [float(x) for x in inputs[n].ppf(np.array(TENTHS))] for n in (name, *divisors)}
    if any(low <= 0 or low == high for low, high in ends.values()):
        return {}
    spread = {n: math.log(high / low) for n, (low, high) in ends.items()}
    shares = [spread[n] / spread[name] for n in divisors]
    most = max(1.0, math.hypot(*shares) / MOST_TIED)
    return {(name, n): -share / most for n, share in zip(divisors, shares, strict=True)}


def _shrunk(share: float, draws: int) -> float:
    """A share of simulated futures, half a future away from none and from all: neither is ever known."""
    return (share * draws + 0.5) / (draws + 1)
