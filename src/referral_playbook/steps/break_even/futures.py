"""The programme, run through many equally likely futures.

What is not known (referrals a month, shares, value, costs) is a distribution made of its estimate. Rewards are charged
on every conversion, value is counted for the incremental share of them alone, and at the conversion, as the margin
that the customer brings over the horizon: the same terms as in the break-even volume.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from referral_playbook.contract.evidence import Basis, Estimate, undefined, weakest
from referral_playbook.domain.offers import Offer
from referral_playbook.methods.cash import CashPlan, result_of
from referral_playbook.methods.cash_futures import CashFutures, cash_futures
from referral_playbook.methods.decisions import evpi
from referral_playbook.methods.distributions import Beta, Distribution, Known, spread
from referral_playbook.methods.pilots import pilot
from referral_playbook.methods.uncertainty import flip_points, quantile_dots, tornado

DOTS = 50


@dataclass(frozen=True, kw_only=True)
class Programme:
    """A programme to reckon with, and what is not known of it.

    Parameters
    ----------
    referrals, baseline : Estimate
        Referrals a month under the programme, and today.
    qualified : Estimate
        Qualified per referral.
    known : mapping
        customer_value, incremental_share, conversion_rate, fulfilment, monthly_cost, set_up_cost.
    offer : Offer
    months : int
        Months to the client's date.
    qualified_lag, lag : tuple of float
        Share qualified 0, 1, 2, ... months after the referral, and converted after being qualified.
    """

    referrals: Estimate
    baseline: Estimate
    qualified: Estimate
    known: Mapping[str, Estimate]
    offer: Offer
    months: int = 12
    discount_rate: float = 0.10
    qualified_lag: tuple[float, ...] = (1.0,)
    lag: tuple[float, ...] = (1.0,)
    leads_per_qualified: float = 2.0
    pilot_invites: int = 100
    draws: int = 100_000
    seed: int = 0

    @property
    def plan(self) -> CashPlan:
        return CashPlan(
            months=max(2 * self.months, 24), qualified_after=self.qualified_lag, converted_after=self.lag,
            discount_rate=self.discount_rate,
        )  # fmt: skip

    @property
    def until_date(self) -> CashPlan:
        return replace(self.plan, months=self.months)

    @property
    def needed(self) -> dict[str, Estimate]:
        """The estimates that are not known for sure, by the names of the cash recurrence."""
        return {
            "contacts": self.referrals,
            "qualified_rate": self.qualified,
            "conversion_rate": self.known["conversion_rate"],
            "value": self.known["customer_value"],
            "incremental_share": self.known["incremental_share"],
            "fixed_cost": self.known["monthly_cost"],
            "set_up": self.known["set_up_cost"],
        }

    @property
    def unknown(self) -> str:
        """Why the futures cannot be run, or nothing."""
        return "; ".join(e.reason for e in self.needed.values() if not e.defined)

    @property
    def basis(self) -> Basis:
        return weakest(*self.needed.values())

    @cached_property
    def inputs(self) -> dict[str, Distribution]:
        """Distributions of the inputs; what the firm decides (rewards, fulfilment) is known."""
        survival = self.offer.rewards[0].hold_survival if self.offer.rewards else 1.0
        paid = self.offer.cost("advocate") + self.offer.cost("friend")
        by_lead = self.offer.trigger == "lead"
        fulfilment = self.known["fulfilment"].value or 0.0
        return {name: spread(e) for name, e in self.needed.items()} | {
            "reward": Known(value=fulfilment + (0.0 if by_lead else paid * survival)),
            "lead_reward": Known(value=paid * self.leads_per_qualified if by_lead else 0.0),
        }

    @cached_property
    def futures(self) -> CashFutures:
        return cash_futures(self.inputs, self.plan, draws=self.draws, seed=self.seed, chance=True, deadline=self.months)

    def estimates(self) -> dict[str, Estimate]:
        """probability_by_date, months_to_break_even, worst_decile_result, evpi, evsi_of_pilot."""
        unit = self.known["customer_value"].unit
        if self.unknown:
            units = {
                "probability_by_date": ("share", "future"), "months_to_break_even": ("months", "programme"),
                "worst_decile_result": (unit, "programme"), "evpi": (unit, "decision"),
                "evsi_of_pilot": (unit, "pilot"),
            }  # fmt: skip
            return {k: undefined(self.unknown, unit=u, per=per, basis=self.basis) for k, (u, per) in units.items()}
        return {
            "probability_by_date": self.futures.probability_by(self.months, basis=self.basis),
            "months_to_break_even": self.futures.months_to_break_even(basis=self.basis),
            "worst_decile_result": self.futures.worst_decile(unit=unit, basis=self.basis),
            "evpi": self._evpi(unit),
            "evsi_of_pilot": self._evsi(unit),
        }

    def _evpi(self, unit: str) -> Estimate:
        parts = [evpi(part) for part in np.array_split(self.futures.at_deadline, 20)]
        value, error = evpi(self.futures.at_deadline), 2 * float(np.std(parts, ddof=1)) / np.sqrt(len(parts))
        said = "expected value of perfect information; range is simulation error"
        return self._simulated(value, max(0.0, value - error), value + error, unit, "decision", said)

    def _evsi(self, unit: str) -> Estimate:
        rate = self.inputs["conversion_rate"]
        if not isinstance(rate, Beta):
            rate = _as_beta(rate)
        found = pilot(rate, self.pilot_invites, slope=self._slope, intercept=self._result_at(0.0))
        said = f"value of a pilot of {self.pilot_invites} qualified referrals, before its cost; 0: it changes no choice"
        return self._simulated(found.evsi, found.evsi, found.evsi, unit, "pilot", said)

    @property
    def _slope(self) -> float:
        return self._result_at(1.0) - self._result_at(0.0)

    def _result_at(self, conversion: float) -> float:
        """Expected result at the date as a function of conversion, in which it is linear."""
        means = {name: np.array([d.mean]) for name, d in self.inputs.items()} | {
            "conversion_rate": np.array([conversion])
        }
        return float(result_of(self.until_date, means)[0])

    def middle(self) -> float:
        """Result at the date with every input at its mean; 0 where the futures cannot be run and nothing is drawn."""
        if self.unknown:
            return 0.0
        return self._result_at(self.inputs["conversion_rate"].mean)

    def _simulated(self, value: float, low: float, high: float, unit: str, per: str, said: str) -> Estimate:
        return Estimate(
            value=value, low=min(low, value), high=max(high, value), confidence=None, n=None, unit=unit, per=per,
            basis=self.basis, source=f"{self.draws:,} futures: {said}",
        )  # fmt: skip

    def dots(self) -> NDArray[np.float64]:
        """Months to break-even of 50 equally likely futures; infinity where not reached, empty where not run."""
        return np.empty(0) if self.unknown else quantile_dots(self.futures.pay_back, dots=DOTS)

    def input_rows(self, fixed: Estimate) -> list[dict[str, Any]]:
        """Inputs as rows: name, value, low, high, unit, per, basis, source."""
        rows = {**self.needed, "fixed_cost_to_date": fixed, "fulfilment": self.known["fulfilment"]}
        return [
            {"name": name, "value": e.value, "low": e.low, "high": e.high, "unit": e.unit, "per": e.per,
             "basis": e.basis.value, "source": e.source}
            for name, e in rows.items()
        ]  # fmt: skip

    def tornado_rows(self) -> list[dict[str, Any]]:
        """Result at the date when one input goes to its p10 and its p90, the largest swing first; with its basis."""
        if self.unknown:
            return []
        swings = tornado(self.inputs, lambda drawn: result_of(self.until_date, drawn))
        return [
            {"input": s.input, "p10": s.low, "p90": s.high, "result_at_p10": s.at_low, "result_at_p90": s.at_high,
             "result_at_middle": self.middle(), "swing": s.size, "basis": self.needed[s.input].basis.value}
            for s in swings if s.input in self.needed and s.size > 0
        ]  # fmt: skip

    def flip_rows(self) -> list[dict[str, Any]]:
        """The value of each input at which the result changes its sign, others at their mean; null where none does."""
        if self.unknown:
            return []
        points = flip_points(self.inputs, lambda drawn: result_of(self.until_date, drawn))
        return [
            {"input": name, "now": e.value, "flips_at": points[name], "unit": e.unit, "per": e.per}
            for name, e in self.needed.items()
        ]

    def future_rows(self) -> list[dict[str, Any]]:
        """The fifty futures: number and month of break-even, null where it never comes within the months looked at."""
        if self.unknown:
            return []
        return [{"future": i + 1, "month": None if np.isinf(m) else float(m)} for i, m in enumerate(self.dots())]

    def cash_rows(self) -> list[dict[str, Any]]:
        """Cumulative discounted result by month: mean, p10, p50, p90, share of futures at or above zero."""
        if self.unknown:
            return []
        f = self.futures
        columns = zip(f.expected, f.low, f.middle, f.high, f.ahead, strict=True)
        return [
            {
                "month": t + 1,
                "mean": float(mean),
                "p10": float(lo),
                "p50": float(mid),
                "p90": float(hi),
                "ahead": float(ahead),
            }
            for t, (mean, lo, mid, hi, ahead) in enumerate(columns)
        ]

    def pilot_words(self) -> str:
        """Whether a pilot is worth its cost, and of what size."""
        worth = self.estimates()["evsi_of_pilot"]
        if worth.value is None or worth.value < 1:  # less than one unit of money
            return "Test small with what is known least; a pilot of the conversion alone would not change the choice"
        return (
            f"Run a pilot of {self.pilot_invites} qualified referrals; "
            f"it is worth up to {worth.value:,.0f} {worth.unit}"
        )


def _as_beta(rate: Distribution) -> Beta:
    """The Beta with the same mean and standard deviation: what a pilot can add to must be counts."""
    m, var = rate.mean, max(rate.sd**2, 1e-12)
    weight = m * (1 - m) / var - 1
    return Beta(a=m * weight, b=(1 - m) * weight)
