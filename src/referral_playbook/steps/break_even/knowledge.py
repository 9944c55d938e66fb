"""What the answer depends on, and what it is worth to know more: tornado, flip points, EVPPI and hold-out tests."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from referral_playbook.contract.evidence import Basis, Estimate, exact, undefined
from referral_playbook.domain.programme.distributions_of import input_distribution
from referral_playbook.domain.programme.status import ProgrammeStatus
from referral_playbook.methods.decisions.programme_futures import expected_value_result
from referral_playbook.methods.decisions.worth_of_knowing import HoldOut, evppi_by_input, evsi
from referral_playbook.methods.uncertainty.distributions import Known
from referral_playbook.methods.uncertainty.futures import tornado
from referral_playbook.steps.break_even.forecast import ENGINE_NAME, Forecast

STEPS = 400
NEW_SHARES = (0.10, 0.25, 0.50)  # of the customers, asked and held out alike
HELD_SHARES = (0.10, 0.20, 0.30, 0.50)  # of the customers, held out of a programme that runs
TEST_MONTHS = (3, 6, 12)
NOTICEABLE = 0.001
"""Share of the programme's cost below which a test is worth nothing: a few futures of many thousands decide it."""
NO_LIST = "there is no list of customers, some of whom could be asked and others held out"
SOURCES = {v: k for k, v in ENGINE_NAME.items()}


def tornado_rows(forecast: Forecast) -> list[dict[str, Any]]:
    """Value result with each input alone at its p10 and p90, the others at their values: the largest swing first."""
    if forecast.unknown:
        return []
    swings = tornado(forecast.alone, forecast.value_if, middle=forecast.values)
    return [
        {
            "input": name,
            "low_input": s.low,
            "high_input": s.high,
            "low_result": s.at_low,
            "high_result": s.at_high,
            "basis": forecast.one_at_a_time[name].basis.value,
            "unit": forecast.known[name].unit,
        }
        for s in swings
        if s.size > 0 and (name := SOURCES.get(s.input, s.input))
    ]


def flip_rows(forecast: Forecast) -> list[dict[str, Any]]:
    """The value of each input at which the expected value result changes its sign, over its whole printed range.

    Rows input, value (null where it never does), now, low, high (the range that was searched), unit.
    """
    if forecast.unknown:
        return []
    rows = []
    for name, e in forecast.known.items():
        low, high = searched(forecast, name)
        if low < high:
            crossing = _crossing(forecast, ENGINE_NAME.get(name, name), low, high)
            rows.append({"input": name, "value": crossing, "now": e.value, "low": low, "high": high, "unit": e.unit})
    return rows


def searched(forecast: Forecast, name: str) -> tuple[float, float]:
    """The printed range of an input, widened to 99.8% of what is possible where that is wider."""
    e = forecast.one_at_a_time[name]
    ends = input_distribution(e).ppf([0.001, 0.999])
    low, high = (x for x in (e.low, e.high) if x is not None)
    return min(low, float(ends[0])), max(high, float(ends[1]))


def _crossing(forecast: Forecast, name: str, low: float, high: float) -> float | None:
    """Where the result is zero; it is a straight line in each input, so also between two steps of the grid."""
    now = forecast.values[name]
    grid = np.linspace(low, high, STEPS + 1)
    result = expected_value_result({**forecast.values, name: grid}, forecast.timetable)
    turns = np.flatnonzero((result[:-1] >= 0) != (result[1:] >= 0))
    if not turns.size:
        return None
    i = turns[np.argmin(np.abs(grid[turns] - now))]
    return float(grid[i] - result[i] * (grid[i + 1] - grid[i]) / (result[i + 1] - result[i]))


def worst_ends(forecast: Forecast) -> dict[str, tuple[float, float]]:
    """The less favourable end of the range of each input that is not measured, and the expected value result there."""
    if forecast.unknown:
        return {}
    ends = {}
    for name, e in forecast.one_at_a_time.items():
        if e.basis is Basis.MEASURED or e.low == e.high:
            continue
        engine = ENGINE_NAME.get(name, name)
        at = {float(x): _if(forecast, engine, float(x)) for x in (e.low, e.high) if x is not None}
        ends[name] = min(at.items(), key=lambda end: end[1])
    return ends


def _if(forecast: Forecast, name: str, x: float) -> float:
    return float(forecast.value_if({k: np.array([v]) for k, v in (forecast.values | {name: x}).items()})[0])


def evppi_rows(forecast: Forecast) -> list[dict[str, Any]]:
    """What knowing each input exactly is worth: rows input, evppi, the most valuable first."""
    if forecast.unknown:
        return []
    varying = {n: x for n, x in forecast.futures.drawn.items() if not isinstance(forecast.distributions[n], Known)}
    by_input = evppi_by_input(forecast.futures.expected, varying)
    return [{"input": SOURCES.get(name, name), "evppi": x} for name, x in by_input.items()]


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """One way to measure one input."""

    input: str
    size: int  # cases, as `measurements.CASES` names them; of a hold-out test the customers who are asked
    months: int
    cost: float  # money: the work at the hourly rate; of a hold-out test what it costs to run
    worth: float  # expected gain of choosing after it instead of now, before its cost
    held_out: int = 0  # customers left without the programme, in a hold-out test

    @property
    def net(self) -> float:
        """Worth less cost."""
        return self.worth - self.cost


@dataclass(frozen=True, kw_only=True)
class Pilots:
    """Hold-out tests of the uplift by size."""

    trials: tuple[Measurement, ...] = ()
    reason: str = ""  # why there are none

    @property
    def best(self) -> Measurement | None:
        """The test that is worth most after its cost; None where none is worth its cost."""
        return max((t for t in self.trials if t.net > 0), key=lambda t: t.net, default=None)

    def rows(self) -> list[dict[str, Any]]:
        """Rows asked, held_out, months, cost, evsi, net."""
        return [
            {"asked": t.size, "held_out": t.held_out, "months": t.months, "cost": t.cost, "evsi": t.worth, "net": t.net}
            for t in self.trials
        ]

    def estimate(self, currency: str, basis: Basis) -> Estimate:
        """What the best test is worth before its cost; where none is worth its cost, the most that any is worth."""
        labels: dict[str, Any] = {"unit": currency, "per": "hold-out test of the uplift", "basis": basis}
        if not self.trials:
            return undefined(self.reason, **labels)
        shown = self.best or max(self.trials, key=lambda t: t.net)
        source = f"worth before its cost: {shown.size} asked, {shown.held_out} held out, {shown.months} months"
        return exact(shown.worth, source=source, **labels)


def pilots(forecast: Forecast, status: ProgrammeStatus, *, customers: int, share: float = 1.0) -> Pilots:
    """Hold-out tests of the uplift that the client has the customers for.

    `share` is the part of the referrals that customers make: what partners, agencies and staff refer tells nothing of
    customers who are asked or held out.
    """
    if forecast.unknown:
        return Pilots(reason=forecast.unknown)
    if not forecast.values["baseline"]:
        return Pilots(reason="no referral comes without the programme, so there is nothing to hold out against")
    if not customers:
        return Pilots(reason=NO_LIST)
    sizes = trial_sizes(customers, running=status.running)
    if not sizes:
        return Pilots(reason="there are too few customers to ask some and hold out others")
    drawn = forecast.futures.drawn
    rate = share * drawn["baseline"] / customers
    trials = tuple(
        Measurement(
            input="uplift",
            size=test.asked,
            held_out=test.held_out,
            months=test.months,
            cost=trial_cost(forecast, test, customers, running=status.running),
            worth=_noticeable(
                evsi(forecast.futures.expected, uplift=drawn["uplift"], referral_rate=rate, test=test), forecast
            ),
        )
        for test in sizes
    )
    return Pilots(trials=trials)


def _noticeable(worth: float, forecast: Forecast) -> float:
    """A worth as it is, or 0 where it is so small beside the cost of the programme that the futures do not show it."""
    x = forecast.values
    cost = x["set_up_cost"] + x["monthly_cost"] * forecast.timetable.deadline
    return worth if worth >= NOTICEABLE * cost else 0.0


def trial_sizes(customers: int, *, running: bool) -> tuple[HoldOut, ...]:
    """Tests to compare: of a new programme two groups of one size, of one that runs a group held out of it."""
    shares = HELD_SHARES if running else NEW_SHARES
    groups = [
        (customers - round(s * customers) if running else round(s * customers), round(s * customers)) for s in shares
    ]
    return tuple(
        HoldOut(asked=asked, held_out=held, months=months)
        for asked, held in groups
        for months in TEST_MONTHS
        if asked >= 1 and held >= 1
    )


def trial_cost(forecast: Forecast, test: HoldOut, customers: int, *, running: bool) -> float:
    """What a test costs: of a new programme its set-up and its share of running cost and rewards, else what it forgoes.

    The extra customers that a test of a new programme wins are not taken off, and a set-up can be used again if the
    programme goes on, so the cost of a test is on the high side.
    """
    x: Mapping[str, float] = forecast.values
    flow = x["baseline"] * x["qualified_share"] * x["conversion_rate"]
    reward = x["uplift"] * (flow * x["reward"] + x["baseline"] * x["qualified_share"] * x["lead_reward"])
    if running:
        lost = flow * (x["uplift"] - 1) * x["incremental_share"] * x["customer_value"] - reward
        return max(0.0, lost) * test.months * test.held_out / customers
    return x["set_up_cost"] + (x["monthly_cost"] + reward) * test.months * test.asked / customers
