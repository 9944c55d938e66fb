"""How many conversions and referrals break even: the three answers, and what one extra conversion leaves."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from referral_playbook.contract.evidence import Estimate, undefined
from referral_playbook.domain.programme.status import ProgrammeStatus
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.decisions.against_nothing import (
    Plan,
    calculator_errors,
    three_answers,
    what_would_have_to_change,
)
from referral_playbook.methods.uncertainty.propagation import propagate
from referral_playbook.steps.break_even.inputs import ProgrammeInputs

PLAN_INPUTS = ("baseline_referrals", "qualified_share", "conversion_rate", "customer_value", "incremental_share")


def fixed_cost(known: Mapping[str, Estimate], *, months: int, status: ProgrammeStatus) -> Estimate:
    """Set-up and all monthly costs until the client's date; set-up that is already spent counts as 0."""
    monthly = known["monthly_cost"]
    source = f"{months} x monthly cost; the set-up is spent" if status.running else f"set-up + {months} x monthly cost"
    return propagate(
        lambda once, monthly: once + months * monthly,
        unit=monthly.unit,
        per=f"programme of {months} months",
        source=source,
        once=known["set_up_cost"],
        monthly=monthly,
    )


def unit_contribution(inputs: ProgrammeInputs) -> Estimate:
    """What one extra conversion leaves: incremental share x customer value - rewards and fulfilment."""
    return propagate(
        lambda s, v, r: s * v - r,
        unit=inputs.currency,
        per="extra conversion",
        source=f"incremental share x customer value - rewards and fulfilment; offer: {inputs.offer.name}",
        s=inputs.known["incremental_share"],
        v=inputs.known["customer_value"],
        r=inputs.reward_per_conversion(),
    )


def plan_of(inputs: ProgrammeInputs, fixed: Estimate, *, months: int) -> Plan | None:
    """The plan with every input at its value; None where one is not known."""
    reward = inputs.reward_per_conversion()
    if not all(e.defined for e in (*(inputs.known[n] for n in PLAN_INPUTS), fixed, reward)):
        return None
    return _plan(months, F=fixed.value, R=reward.value, **{n: inputs.known[n].value for n in PLAN_INPUTS})


def _plan(months: int, **x: Any) -> Plan:
    return Plan(
        fixed_cost=x["F"],
        months=months,
        baseline=x["baseline_referrals"],
        qualified=x["qualified_share"],
        conversion=x["conversion_rate"],
        value=x["customer_value"],
        incremental_share=x["incremental_share"],
        reward=x["R"],
    )


def answer_rows(plan: Plan | None) -> list[dict[str, Any]]:
    """The three answers as rows: answer, conversions, referrals, uplift."""
    if plan is None:
        return []
    return [
        {"answer": a.answer, "conversions": a.conversions, "referrals": a.referrals, "uplift": a.uplift}
        for a in three_answers(plan)
    ]


def error_rows(plan: Plan | None) -> list[dict[str, Any]]:
    """What public calculators would say with each of their errors, beside our answer: error, conversions, ours."""
    if plan is None:
        return []
    ours = three_answers(plan)[2].conversions
    return [{"error": e, "conversions": x, "ours": ours} for e, x in calculator_errors(plan).items()]


def needed(engagement: Engagement, inputs: ProgrammeInputs, fixed: Estimate, *, months: int) -> dict[str, Estimate]:
    """What the third answer asks for: uplift, extra conversions, and referrals in all, a month and per head."""
    per = f"programme of {months} months"
    conversions = _answer(
        "conversions",
        inputs,
        fixed,
        months,
        unit="extra conversions",
        per=per,
        source="(fixed cost + rewards on the baseline) / contribution, rounded up",
    )
    referrals = _answer(
        "referrals",
        inputs,
        fixed,
        months,
        unit="referrals",
        per=per,
        source="(extra + baseline conversions) / (qualified share x conversion rate)",
    )
    factor = _answer(
        "uplift",
        inputs,
        fixed,
        months,
        unit="times",
        per="referral without the programme",
        source="(s V + monthly fixed cost / baseline conversions) / (s V - R)",
    )
    advocates, customers = advocates_and_customers(engagement)
    return {
        "break_even_uplift": factor,
        "break_even_conversions": _whole_range(conversions),
        "break_even_referrals": _whole_range(referrals),
        "referrals_per_month_needed": per_head(referrals, months, per="month"),
        "referrals_per_advocate": per_head(referrals, advocates, per="active advocate"),
        "referrals_per_customer": per_head(referrals, customers, per="active customer"),
    }


NO_VALUE = {
    "conversions": "no number of conversions is enough",
    "referrals": "no referral converts, so no number of them is enough",
    "uplift": "without a baseline there is no uplift to reach",
}


def _answer(
    field: str, inputs: ProgrammeInputs, fixed: Estimate, months: int, *, unit: str, per: str, source: str
) -> Estimate:
    """One figure of the answer against doing nothing, with the range that its inputs give it."""

    def at(**x: float) -> float:
        plan = _plan(months, **x)
        answer = three_answers(plan)[2]
        found: float | None = getattr(answer, field)
        if found is None:
            raise ValueError(answer.reason or NO_VALUE[field])
        return found

    moved = {"F": fixed, "R": inputs.reward_per_conversion(), **{n: inputs.known[n] for n in PLAN_INPUTS}}
    return propagate(at, unit=unit, per=per, source=source, open_above=True, product=False, **moved)


def _whole_range(volume: Estimate) -> Estimate:
    """Volumes are whole: the range is rounded outwards."""
    if not volume.defined:
        return volume
    value, low = math.ceil(volume.point - 1e-9), math.floor(volume.lower)
    high = None if volume.high is None else float(math.ceil(volume.high))
    return volume.as_(value=float(value), low=float(max(0, low)), high=None if high is None else max(high, value))


def per_head(referrals: Estimate, heads: int, *, per: str) -> Estimate:
    """Referrals in all, shared among so many months, advocates or customers."""
    said: dict[str, Any] = {"unit": "referrals", "per": per}
    if not referrals.defined or heads == 0:
        reason = referrals.reason if not referrals.defined else f"there is no {per} to count on"
        return undefined(reason, basis=referrals.basis, **said)
    high = None if referrals.high is None else referrals.high / heads
    return referrals.as_(value=referrals.point / heads, low=referrals.lower / heads, high=high, n=heads, **said)


def advocates_and_customers(engagement: Engagement) -> tuple[int, int]:
    """Customers who ever referred and are still there, and all customers who are still there."""
    profile = engagement.fact("customer_profile")
    if profile is None:
        return 0, 0
    here = profile[~profile["left"].astype(bool)]
    return int((here["referrals_made"].fillna(0) > 0).sum()), len(here)


def waterfall(inputs: ProgrammeInputs) -> list[dict[str, Any]]:
    """What one extra conversion brings and costs: rows part, amount; the last is their sum.

    Each extra conversion also carries the rewards of the baseline conversions that stand beside it, 1 / (uplift - 1) of
    them; where the uplift is 1 or below there is no extra conversion to carry them, and the amounts are null.
    """
    value, share, factor = (inputs.known[n].value for n in ("customer_value", "incremental_share", "uplift"))
    reward = inputs.reward_per_conversion().value
    if value is None or share is None or factor is None or reward is None:
        return []
    fulfilment = inputs.beside["fulfilment"].value or 0.0
    both, paid = inputs.offer.both_sides, reward - fulfilment
    sides = {s: paid * inputs.offer.cost(s) / both if both else 0.0 for s in ("advocate", "friend")}
    beside = -reward / (factor - 1) if factor > 1 else None
    parts: dict[str, float | None] = {
        "customer value": value,
        "would have come anyway": -(1 - share) * value,
        "reward to advocate": -sides["advocate"],
        "reward to friend": -sides["friend"],
        "fulfilment": -fulfilment,
        "reward on referrals that come anyway": beside,
    }
    total = None if beside is None else math.fsum(x for x in parts.values() if x is not None)
    return [{"part": part, "amount": x} for part, x in {**parts, "contribution": total}.items()]


def changes_needed(inputs: ProgrammeInputs) -> dict[str, float]:
    """For a conversion that leaves nothing: what each input, alone, would have to become."""
    value, share = (inputs.known[n].value for n in ("customer_value", "incremental_share"))
    reward = inputs.reward_per_conversion().value
    if value is None or share is None or reward is None:
        return {}
    return what_would_have_to_change(value=value, incremental_share=share, reward=reward)
