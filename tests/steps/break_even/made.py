"""Inputs of step 05 without a client: every estimate is exactly known unless a test says otherwise."""

from __future__ import annotations

from typing import Any

from referral_playbook.contract.evidence import Estimate
from referral_playbook.domain.assumptions import decided_value
from referral_playbook.domain.programme.offers import NO_OFFER, Offer
from referral_playbook.domain.programme.uplift import stated_uplift
from referral_playbook.methods.decisions.economics import Reward
from referral_playbook.methods.decisions.programme_futures import Timetable
from referral_playbook.steps.break_even.forecast import Forecast
from referral_playbook.steps.break_even.inputs import ProgrammeInputs, rewards_paid

UNITS = {
    "customer_value": ("GBP", "new customer"),
    "incremental_share": ("share", "conversion"),
    "conversion_rate": ("share", "qualified referral"),
    "qualified_share": ("share", "referral"),
    "baseline_referrals": ("referrals", "month"),
    "uplift": ("times", "referral without the programme"),
    "new_referrals": ("referrals", "month"),
    "monthly_cost": ("GBP", "month"),
    "set_up_cost": ("GBP", "programme"),
}
USUAL = {
    "customer_value": 400.0,
    "incremental_share": 0.75,
    "conversion_rate": 0.2,
    "qualified_share": 0.5,
    "baseline_referrals": 10.0,
    "uplift": 1.5,
    "new_referrals": 0.0,
    "monthly_cost": 100.0,
    "set_up_cost": 0.0,
}


def reward_of(advocate: float = 0.0, friend: float = 0.0, trigger: Any = "conversion") -> Offer:
    paid = tuple(Reward(cost=c, side=s, trigger=trigger) for s, c in (("advocate", advocate), ("friend", friend)))
    return Offer(name="test", kind="cash", rewards=paid)


def exact(name: str, value: float) -> Estimate:
    unit, per = UNITS[name]
    return (
        decided_value(name, value, unit=unit, per=per)
        if value >= 0
        else Estimate(
            value=value,
            low=value,
            high=value,
            confidence=None,
            n=None,
            unit=unit,
            per=per,
            basis="measured",
            source="test",
        )
    )


def inputs(offer: Offer = NO_OFFER, *, claim: float = 1.0, **given: float | Estimate) -> ProgrammeInputs:
    known = {n: x if isinstance(x, Estimate) else exact(n, x) for n, x in {**USUAL, **given}.items()}
    fulfilment = decided_value("fulfilment", 0.0, unit="GBP", per="conversion")
    claimed = decided_value("claim_share", claim, unit="share", per="conversion")
    known |= rewards_paid(offer, claimed, fulfilment, known["qualified_share"])
    return ProgrammeInputs(known=known, beside={"fulfilment": fulfilment, "claim_share": claimed}, offer=offer)


def fixed(value: float) -> Estimate:
    return decided_value("fixed", value, unit="GBP", per="programme of 12 months")


def forecast(
    made: ProgrammeInputs, *, draws: int = 4_000, months: int = 12, followed: int = 36, **more: Any
) -> Forecast:
    when = Timetable(months=followed, deadline=months, **more)
    return Forecast(known=made.known, timetable=when, payback_months=36, draws=draws)


def uncertain_uplift(value: float) -> Estimate:
    return stated_uplift(value)
