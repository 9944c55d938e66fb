"""What could be measured before the decision: for each uncertain input how, on how many, for how long, at what cost.

A measurement is worth what choosing after it is worth more than choosing before it (EVSI), less its cost. Counts are
drawn in every future (binomial or Poisson) and the result is predicted from them by regression.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from referral_playbook.contract.evidence import Basis
from referral_playbook.domain.programme.status import ProgrammeStatus
from referral_playbook.methods.decisions.worth_of_knowing import evppi
from referral_playbook.methods.uncertainty.distributions import Floats
from referral_playbook.steps.break_even.forecast import ENGINE_NAME, Forecast
from referral_playbook.steps.break_even.knowledge import Measurement, Pilots

DURATIONS = (3, 6, 12)  # months
FEWEST = 5  # cases; fewer say next to nothing
MINUTES = {
    "incremental_share": 15.0,
    "conversion_rate": 5.0,
    "qualified_share": 5.0,
    "reward": 5.0,
    "lead_reward": 5.0,
    "new_referrals": 10.0,
}
"""Work on one case: a short call with a new customer, or a line in the CRM."""
ASKED = (0.10, 0.25, 0.50, 1.0)  # of the customers, where no referral comes without a programme
PREPARATION = 2.0  # hours, once
CASES = {
    "incremental_share": "new customers who came by referral",
    "conversion_rate": "qualified referrals",
    "qualified_share": "referrals",
    "baseline_referrals": "months",
    "reward": "conversions",
    "lead_reward": "referrals",
    "customer_value": "customers",
    "monthly_cost": "months",
    "set_up_cost": "quotes",
    "uplift": "customers",
    "new_referrals": "customers",
}
HOURS = {"customer_value": 8.0, "monthly_cost": 3.0, "set_up_cost": 4.0, "baseline_referrals": 2.0}
"""Work on what is read off the books at once; for the baseline, each month."""


@dataclass(frozen=True, kw_only=True)
class Possible:
    """What the measurements are judged with: the futures, who can be asked, and what an hour of work costs."""

    forecast: Forecast
    status: ProgrammeStatus
    customers: int
    hourly_rate: float

    @property
    def flow(self) -> dict[str, float]:
        """Referrals, qualified ones and conversions a month that can be watched now: those of a programme that runs."""
        x = self.forecast.values
        made = x["baseline"] * (x["uplift"] if self.status.running else 1.0)
        qualified = made * x["qualified_share"]
        return {"made": made, "qualified": qualified, "converted": qualified * x["conversion_rate"]}

    def work(self, hours: float) -> float:
        """Cost of so many hours, with the preparation."""
        return (hours + PREPARATION) * self.hourly_rate


def measurements(possible: Possible, tests: Pilots) -> tuple[Measurement, ...]:
    """The best way to measure each input that is not measured yet, and the best hold-out test of the uplift."""
    forecast = possible.forecast
    if forecast.unknown:
        return ()
    open_ = [n for n, e in forecast.known.items() if e.basis is not Basis.MEASURED and e.low != e.high]
    if forecast.today is not None:  # no month without the programme can be counted while it runs
        open_ = [name for name in open_ if name != "baseline_referrals"]
    ways = [*(_ways(possible, name) for name in open_ if name != "uplift"), tests.trials]
    return tuple(max(found, key=lambda m: m.net) for way in ways if (found := list(way)))


def _ways(possible: Possible, name: str) -> Iterable[Measurement]:
    if name in WATCHED:
        return _watch(possible, name)
    if name == "baseline_referrals":
        return _count_months(possible)
    if name == "new_referrals":
        return _ask_some(possible)
    return _read_off(possible, name)


WATCHED = {
    "incremental_share": "converted",
    "conversion_rate": "qualified",
    "qualified_share": "made",
    "reward": "converted",
    "lead_reward": "made",
}
"""Inputs that are measured case by case, and on which cases."""
COUNTED = ("incremental_share", "conversion_rate", "qualified_share")
"""Those of them that are a share of the cases; the others are amounts."""


def _watch(possible: Possible, name: str) -> Iterable[Measurement]:
    """Look at each case as it comes; those who came by referral in the past year can be asked within a month."""
    a_month = possible.flow[WATCHED[name]]
    sizes = {months: round(months * a_month) for months in DURATIONS}
    if name == "incremental_share":
        sizes[1] = round(12 * a_month)
    for months, size in sizes.items():
        if size >= FEWEST:
            cost = possible.work(size * MINUTES[name] / 60)
            yield Measurement(
                input=name, size=size, months=months, cost=cost, worth=_worth(possible.forecast, name, size)
            )


def _worth(forecast: Forecast, name: str, size: int) -> float:
    """EVSI of counting a share among so many cases; of an amount the value of knowing it, which is the most."""
    drawn = forecast.futures.drawn[name]
    seen = np.random.default_rng([forecast.seed, size]).binomial(size, drawn) if name in COUNTED else drawn
    return _gain(forecast, seen)


def _count_months(possible: Possible) -> Iterable[Measurement]:
    drawn = possible.forecast.futures.drawn["baseline"]
    for months in DURATIONS:
        counts = np.random.default_rng([possible.forecast.seed, months]).poisson(months * drawn)
        cost = possible.work(months * HOURS["baseline_referrals"])
        yield Measurement(
            input="baseline_referrals",
            size=months,
            months=months,
            cost=cost,
            worth=_gain(possible.forecast, counts),
        )


def _ask_some(possible: Possible) -> Iterable[Measurement]:
    """Ask some customers once and count the referrals that follow in three months; nobody has to be held out."""
    per_ask = 12 * possible.forecast.futures.drawn["new_referrals"] / max(1, possible.customers)
    for share in ASKED:
        size = round(share * possible.customers)
        if size >= FEWEST:
            counts = np.random.default_rng([possible.forecast.seed, size]).poisson(size * per_ask)
            cost = possible.work(size * MINUTES["new_referrals"] / 60)
            gain = _gain(possible.forecast, counts)
            yield Measurement(input="new_referrals", size=size, months=3, cost=cost, worth=gain)


def _read_off(possible: Possible, name: str) -> Iterable[Measurement]:
    """Costs and customer value are known once somebody has looked: worth at most what knowing them is worth."""
    drawn = possible.forecast.futures.drawn.get(ENGINE_NAME.get(name, name))
    if drawn is None or name not in HOURS:
        return
    size = {"customer_value": possible.customers, "monthly_cost": 3, "set_up_cost": 3}[name]
    months = 3 if name == "monthly_cost" else 1
    gain, cost = _gain(possible.forecast, drawn), possible.work(HOURS[name])
    yield Measurement(input=name, size=size, months=months, cost=cost, worth=gain)


def _gain(forecast: Forecast, seen: Any) -> float:
    signal: Floats = np.asarray(seen, dtype=float)
    return evppi(forecast.futures.expected, signal) if np.ptp(signal) else 0.0


def first_to_measure(found: Iterable[Measurement], ends: Mapping[str, tuple[float, float]]) -> Measurement | None:
    """The measurement that a `test_small` names.

    Where unmeasured inputs could turn the result negative, one of these has to be measured before the answer can be go:
    the one whose measurement is worth most after its cost. Where none of them can, it is the best of all. It is None
    where none would teach anything.
    """
    every = [m for m in found if m.worth > 0]
    turning = [m for m in every if m.input in ends and ends[m.input][1] < 0]
    return max(turning or every, key=lambda m: m.net, default=None)


def measurement_rows(found: Iterable[Measurement], chosen: Measurement | None) -> list[dict[str, Any]]:
    """Rows input, size, cases, held_out, months, cost, evsi, net, named (whether the verdict names it)."""
    return [
        {
            "input": m.input,
            "size": m.size,
            "cases": CASES[m.input],
            "held_out": m.held_out,
            "months": m.months,
            "cost": m.cost,
            "evsi": m.worth,
            "net": m.net,
            "named": m == chosen,
        }
        for m in sorted(found, key=lambda m: -m.net)
    ]
