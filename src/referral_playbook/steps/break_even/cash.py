"""When the money moves: the lags between the stages, and the margin of a customer as it comes in, month by month."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from referral_playbook.domain.customer_value import fitting_model
from referral_playbook.domain.value_terms import USUAL
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.cash import monthly_cash
from referral_playbook.methods.survival import kaplan_meier
from referral_playbook.steps.break_even.futures import Programme

DAYS = 30.4375
LONGEST_LAG = 12  # months: what takes longer is put there
AT_ONCE = (1.0,)


def stage_lag(engagement: Engagement, start: str, end: str) -> tuple[float, ...]:
    """Share that reaches a stage 0, 1, 2, ... whole months after another; all at once where it was not recorded.

    Parameters
    ----------
    start, end : str
        Dates of a referral: ``"referred_on"``, ``"qualified_on"``, ``"converted_on"``.
    """
    rows = engagement.fact("referrals")
    if rows is None:
        return AT_ONCE
    days = (rows[end] - rows[start]).dt.days.dropna()
    if days.empty:
        return AT_ONCE
    months = np.clip((days.to_numpy(float) // DAYS).astype(int), 0, LONGEST_LAG)
    return tuple(np.bincount(months) / len(months))


def margin_lag(engagement: Engagement, *, months: int = USUAL.months) -> tuple[float, ...]:
    """Share of a customer's margin that comes 0, 1, 2, ... months after the conversion, before any discount.

    Subscribers pay as long as they stay (Kaplan-Meier over all customers); a project is paid at once, and other
    business is counted so.
    """
    profile = engagement.fact("customer_profile")
    if profile is None or fitting_model(engagement) != "subscription":
        return AT_ONCE
    curve = kaplan_meier(profile["tenure_months"], profile["left"].astype(bool))
    after = np.searchsorted(curve.times, np.arange(months), side="right")
    stays = np.r_[1.0, curve.survival][after]
    return tuple(stays / stays.sum())


@dataclass(frozen=True, kw_only=True)
class CashInHand:
    """Expected cash so far by month, discounted, when margin counts only once it has come in."""

    so_far: NDArray[np.float64]
    unit: str

    @property
    def pay_back(self) -> int | None:
        """Month from which it stays at 0 or above; None where it does not within the months looked at."""
        below = np.flatnonzero(self.so_far < 0)
        month = int(below[-1]) + 2 if below.size else 1
        return month if month <= self.so_far.size else None

    @property
    def deepest(self) -> float:
        """The most that has to be laid out."""
        return float(-min(0.0, self.so_far.min()))


def cash_in_hand(plan: Programme, lag: tuple[float, ...]) -> CashInHand:
    """Expected cash of a programme, every input at its mean, with the margin spread over the months by `lag`.

    A customer's value is worth of today: the nominal margins are so large that, discounted, they add up to it.

    Raises
    ------
    ValueError
        A programme of which an input is not known.
    """
    if plan.unknown:
        raise ValueError(plan.unknown)
    means = {name: np.array([d.mean]) for name, d in plan.inputs.items()}
    today = (1 + plan.discount_rate) ** (-np.arange(len(lag)) / 12)
    means["value"] = means["value"] / float(np.dot(lag, today))
    ahead = replace(plan.plan, paid_after=lag)
    cash = np.array([float(month[0]) for month in monthly_cash(means, ahead)])
    unit = plan.known["customer_value"].unit
    return CashInHand(so_far=np.cumsum(cash * ahead.discount) - float(means["set_up"][0]), unit=unit)


def in_hand_words(engagement: Engagement, plan: Programme) -> str:
    """When the programme is paid back in cash, in words, and how much is laid out until then."""
    if plan.unknown:
        return f"When it is paid back in cash is not known: {plan.unknown}."
    found = cash_in_hand(plan, margin_lag(engagement))
    when = (
        f"the middle case is paid back in month {found.pay_back}"
        if found.pay_back
        else f"it is not paid back within {found.so_far.size} months"
    )
    return f"Counting margin only as it comes in, {when}; up to {found.deepest:,.0f} {found.unit} are laid out."
