"""Monthly cash flow of a referral programme, as a recurrence over months.

Asks become qualified referrals, conversions and payments, each with its lag. The months follow one another
for a whole chunk of futures; `cash_futures` keeps what is asked of them.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from referral_playbook.methods.doors import door
from referral_playbook.methods.uncertainty.distributions import Floats

NEEDED = ("contacts", "qualified_rate", "conversion_rate")
OPTIONAL = {
    "value": 0.0,  # money per conversion, when it is paid
    "margin": 0.0,  # money per paying customer and month, from the month of payment on
    "retention": 1.0,  # share of paying customers kept from month to month
    "incremental_share": 1.0,  # of value and margin: what would not have come anyway
    "reward": 0.0,  # money per conversion: both sides and fulfilment
    "lead_reward": 0.0,  # money per qualified referral
    "contact_cost": 0.0,  # money per contact
    "fixed_cost": 0.0,  # money per month
    "set_up": 0.0,  # money, once, before month 1
}


@door
@dataclass(frozen=True, kw_only=True)
class CashPlan:
    """What is decided or stated beforehand, the same in every future.

    Parameters
    ----------
    months : int
        Months looked at; month 1 is the first with contacts.
    profile : tuple of float
        Contacts of each month as a multiple of the input `contacts`; the last one goes on. (0.5, 1) starts at half.
    qualified_after, converted_after, paid_after, rewarded_after : tuple of float
        Lag kernels: share that happens 0, 1, 2, ... months after the step before (contact, qualified, converted,
        converted). Each sums to 1.
    discount_rate : float
        A year, effective: money of month t is worth ``(1 + rate) ** (-t / 12)``; set-up is not discounted.

    Examples
    --------
    >>> plan = CashPlan(months=4, profile=(0.5, 1), converted_after=(0, 1))
    >>> plan.flow("converted").tolist()
    [0.0, 0.5, 1.0, 1.0]
    """

    months: int
    profile: tuple[float, ...] = (1.0,)
    qualified_after: tuple[float, ...] = (1.0,)
    converted_after: tuple[float, ...] = (1.0,)
    paid_after: tuple[float, ...] = (1.0,)
    rewarded_after: tuple[float, ...] = (1.0,)
    discount_rate: float = 0.0

    def __post_init__(self) -> None:
        if self.months < 1 or not self.profile or min(self.profile) < 0 or self.discount_rate <= -1:
            raise ValueError("a plan needs a month or more, a profile of 0 or more and a discount rate above -1")
        for name in ("qualified_after", "converted_after", "paid_after", "rewarded_after"):
            kernel = getattr(self, name)
            if not kernel or min(kernel) < 0 or not math.isclose(sum(kernel), 1, abs_tol=1e-9):
                raise ValueError(f"{name} holds shares of 0 or more that sum to 1, not {kernel}")

    def flow(self, stage: str) -> Floats:
        """Expected events by month for one contact a month and rates of 1: `contacts`, `qualified`, `converted`."""
        contacts = np.array([self.profile[min(t, len(self.profile) - 1)] for t in range(self.months)], dtype=float)
        if stage == "contacts":
            return contacts
        qualified = np.convolve(contacts, self.qualified_after)[: self.months]
        return qualified if stage == "qualified" else np.convolve(qualified, self.converted_after)[: self.months]

    @property
    def discount(self) -> Floats:
        return np.asarray((1 + self.discount_rate) ** (-np.arange(1, self.months + 1) / 12))


def monthly_cash(
    drawn: Mapping[str, Floats], plan: CashPlan, *, chance: np.random.Generator | None = None
) -> Iterator[Floats]:
    """Cash of each month in turn, undiscounted, for a set of futures: the recurrence itself.

    ``paying[t] = retention * paying[t-1] + paid[t]``; cash is incremental_share * (value * paid + margin *
    paying) - reward * rewarded - lead_reward * qualified - contact_cost * contacts - fixed_cost.

    Parameters
    ----------
    drawn : mapping of str to array of shape (m,)
        contacts (a month), qualified_rate (per contact), conversion_rate (per qualified referral), and where
        there are any: value, margin, retention, incremental_share, reward, lead_reward, contact_cost, fixed_cost,
        set_up (not in the monthly cash).
    chance : Generator, optional
        Draws whole conversions (Poisson) about their expectation, so that small programmes show their luck; leads
        stay at their expectation.

    Yields
    ------
    ndarray of shape (m,), money, one per month

    Raises
    ------
    ValueError
        An input that is missing or that nobody knows.

    Examples
    --------
    >>> drawn = {"contacts": 100.0, "qualified_rate": 0.2, "conversion_rate": 0.1, "value": 300.0, "fixed_cost": 500.0}
    >>> [float(m[0]) for m in monthly_cash(drawn, CashPlan(months=3, converted_after=(0, 1)))]
    [-500.0, 100.0, 100.0]
    """
    x = complete(drawn)
    reach = max(len(plan.paid_after), len(plan.rewarded_after))
    past: deque[Floats] = deque(maxlen=reach)
    qualified = x["contacts"] * x["qualified_rate"]
    worth, margin = x["incremental_share"] * x["value"], x["incremental_share"] * x["margin"]
    paying = np.zeros_like(qualified)
    for asked, leads, converting in zip(*(plan.flow(s) for s in ("contacts", "qualified", "converted")), strict=True):
        expected = qualified * x["conversion_rate"] * converting
        past.appendleft(expected if chance is None else chance.poisson(expected).astype(float))
        paid = _lagged(plan.paid_after, past)
        paying = x["retention"] * paying + paid
        spent = x["reward"] * _lagged(plan.rewarded_after, past) + x["lead_reward"] * qualified * leads
        yield worth * paid + margin * paying - spent - x["contact_cost"] * x["contacts"] * asked - x["fixed_cost"]


def result_of(plan: CashPlan, drawn: Mapping[str, Floats]) -> Floats:
    """Discounted result at the end of the plan, of given inputs: what a tornado or a slider moves.

    Examples
    --------
    >>> drawn = {"contacts": 10.0, "qualified_rate": 0.5, "conversion_rate": 0.2, "value": 90.0, "set_up": 100.0}
    >>> result_of(CashPlan(months=2), drawn).tolist()
    [80.0]
    """
    total = -complete(drawn)["set_up"]
    for cash, worth in zip(monthly_cash(drawn, plan), plan.discount, strict=True):
        total = total + cash * worth
    return total


def _lagged(kernel: tuple[float, ...], past: deque[Floats]) -> Floats:
    parts = [share * flow for share, flow in zip(kernel, past, strict=False) if share]
    return sum(parts[1:], parts[0]) if parts else np.zeros_like(past[0])


def complete(drawn: Mapping[str, Floats]) -> dict[str, Floats]:
    """The inputs by name, in one shape, with those not given at their neutral value.

    Raises ValueError for an input that is missing or that nobody knows.

    Examples
    --------
    >>> len(complete({"contacts": 1.0, "qualified_rate": 0.2, "conversion_rate": 0.1}))
    12
    """
    missing, unknown = set(NEEDED) - set(drawn), set(drawn) - set(NEEDED) - set(OPTIONAL)
    if missing or unknown:
        raise ValueError(f"cash flow inputs: missing {sorted(missing)}, unknown {sorted(unknown)}")
    names = (*NEEDED, *OPTIONAL)
    values = np.broadcast_arrays(*(np.atleast_1d(drawn[n] if n in drawn else OPTIONAL[n]) for n in names))
    return dict(zip(names, values, strict=True))
