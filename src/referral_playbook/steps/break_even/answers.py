"""How many conversions and referrals break even: the three answers, and what one extra conversion leaves."""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from referral_playbook.contract.evidence import Estimate, undefined
from referral_playbook.contract.writing.formatting import number, whole
from referral_playbook.domain.headcount import advocates_now, customers_now
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.decisions.against_nothing import (
    ANY_VOLUME,
    Plan,
    break_even_uplift,
    calculator_errors,
    three_answers,
    what_would_have_to_change,
)
from referral_playbook.methods.uncertainty.propagation import propagate
from referral_playbook.steps.break_even.counted import Counted
from referral_playbook.steps.break_even.inputs import ProgrammeInputs

PLAN_INPUTS = ("baseline_referrals", "qualified_share", "conversion_rate", "customer_value", "incremental_share")


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


def plan_of(inputs: ProgrammeInputs, fixed: Estimate, counted: Counted) -> Plan | None:
    """The plan with every input at its value; None where one is not known, or where nobody converts by the date."""
    used = _used(inputs, fixed)
    if counted.months == 0 or not all(e.defined for e in used.values()):
        return None
    return _plan(counted, **{name: e.value for name, e in used.items()})


def _used(inputs: ProgrammeInputs, fixed: Estimate) -> dict[str, Estimate]:
    """The inputs of the formulas of break-even by name."""
    names = (*PLAN_INPUTS, "reward", "lead_reward")
    return {"fixed_cost": fixed, **{name: inputs.known[name] for name in names}}


def _plan(counted: Counted, **x: Any) -> Plan:
    if x["lead_reward"] and not x["conversion_rate"]:
        raise ValueError("a reward is paid per lead, and no lead becomes a customer")
    lead = x["lead_reward"] and counted.leads * x["lead_reward"] / x["conversion_rate"]
    return Plan(
        fixed_cost=counted.cost * x["fixed_cost"],
        months=counted.months,
        baseline=x["baseline_referrals"],
        qualified=x["qualified_share"],
        conversion=x["conversion_rate"],
        value=x["customer_value"],
        incremental_share=x["incremental_share"],
        reward=x["reward"] + lead,
    )


def answer_rows(plan: Plan | None, fixed: Estimate) -> list[dict[str, Any]]:
    """The three answers as rows: answer, conversions, referrals, uplift; the naive one divides the plain fixed cost."""
    if plan is None:
        return []
    naive = three_answers(replace(plan, fixed_cost=fixed.point))[0]
    return [
        {"answer": a.answer, "conversions": a.conversions, "referrals": a.referrals, "uplift": a.uplift}
        for a in (naive, *three_answers(plan)[1:])
    ]


def error_rows(plan: Plan | None) -> list[dict[str, Any]]:
    """What public calculators would say with each error, beside our answer: error, conversions, ours, effect."""
    if plan is None:
        return []
    ours = three_answers(plan)[2].conversions
    return [
        {"error": error, "conversions": theirs, "ours": ours, "effect": _effect(theirs, ours)}
        for error, theirs in calculator_errors(plan).items()
    ]


def _effect(theirs: float | None, ours: float | None) -> str:
    """What an error does to the number of conversions, in words."""
    if ours is None:
        return "no number is enough" if theirs is None else "hides that no number is enough"
    if theirs is None:
        return "says that no number is enough"
    if theirs == ours:
        return "makes no difference here"
    return f"{whole(abs(theirs - ours))} too {'low' if theirs < ours else 'high'}"


def needed(
    engagement: Engagement, inputs: ProgrammeInputs, fixed: Estimate, counted: Counted, *, months: int
) -> dict[str, Estimate]:
    """What the third answer asks for: uplift, extra conversions, and referrals in all, a month and per head."""
    used, date = _used(inputs, fixed), f"programme of {months} months"
    conversions = _answer(
        _extra_conversions,
        used,
        counted,
        unit="extra conversions",
        per=date,
        source="(fixed cost + rewards on the baseline) / contribution, rounded up",
    )
    referrals = _answer(
        _referrals_in_all,
        used,
        counted,
        unit="referrals",
        per=date,
        source="(extra + baseline conversions) / (qualified share x conversion rate)",
    )
    advocates, customers = advocates_and_customers(engagement)
    return {
        "break_even_uplift": _uplift_needed(used, counted, months),
        "break_even_conversions": _whole_range(conversions),
        "break_even_referrals": _whole_range(referrals),
        "referrals_per_month_needed": per_head(referrals, months, per="month"),
        "referrals_per_advocate": per_head(referrals, advocates, per="active advocate"),
        "referrals_per_customer": per_head(referrals, customers, per="active customer"),
    }


def _uplift_needed(used: dict[str, Estimate], counted: Counted, months: int) -> Estimate:
    """The break-even uplift: at least 1, for fewer referrals than without a programme cannot pay for its cost."""
    found = _answer(
        _least_uplift,
        used,
        counted,
        unit="times",
        per="referral without the programme",
        source=f"(s V + f / (b q c)) / (s V - R), f the fixed cost over the {number(counted.months)} of {months} "
        "months whose referrals are customers by the date",
    )
    at_least_one = found.low is not None and found.point >= 1
    return found.as_(low=max(1.0, found.lower)) if at_least_one else found


def _extra_conversions(plan: Plan) -> float:
    answer = three_answers(plan)[2]
    if answer.conversions is None:
        raise ValueError(answer.reason)
    return answer.conversions


def _referrals_in_all(plan: Plan) -> float:
    answer = three_answers(plan)[2]
    if answer.referrals is None:
        raise ValueError(answer.reason or "no referral converts, so no number of them is enough")
    return answer.referrals


def _least_uplift(plan: Plan) -> float:
    factor: float = break_even_uplift(
        fixed_cost_per_month=plan.fixed_cost / plan.months,
        baseline=plan.baseline,
        qualified=plan.qualified,
        conversion=plan.conversion,
        value=plan.value,
        incremental_share=plan.incremental_share,
        reward=plan.reward,
    )
    if math.isinf(factor):
        raise ValueError(ANY_VOLUME if plan.margin <= 0 else "without a baseline there is no uplift to reach")
    return factor


def _answer(
    formula: Callable[[Plan], float], used: Mapping[str, Estimate], counted: Counted, **labels: str
) -> Estimate:
    """One figure of the answer against doing nothing, with the range that its inputs give it."""

    def at(**x: float) -> float:
        if counted.months == 0:
            raise ValueError("no referral becomes a customer by the date, because the lags are longer")
        return formula(_plan(counted, **x))

    return propagate(at, open_above=True, product=False, **labels, **used)  # type: ignore[arg-type]


def _whole_range(volume: Estimate) -> Estimate:
    """Volumes are whole: the range is rounded outwards."""
    if not volume.defined:
        return volume
    value, low = math.ceil(volume.point - 1e-9), math.floor(volume.lower)
    high = None if volume.high is None else float(math.ceil(volume.high))
    return volume.as_(value=float(value), low=float(max(0, low)), high=None if high is None else max(high, value))


def per_head(referrals: Estimate, heads: int, *, per: str) -> Estimate:
    """Referrals in all, shared among so many months, advocates or customers."""
    labels: dict[str, Any] = {"unit": "referrals", "per": per}
    if not referrals.defined or heads == 0:
        reason = referrals.reason if not referrals.defined else f"there is no {per} to count on"
        return undefined(reason, basis=referrals.basis, **labels)
    high = None if referrals.high is None else referrals.high / heads
    return referrals.as_(value=referrals.point / heads, low=referrals.lower / heads, high=high, n=heads, **labels)


def advocates_and_customers(engagement: Engagement) -> tuple[int, int]:
    """Customers who ever referred and are still there, and all customers who are still there."""
    return advocates_now(engagement), customers_now(engagement)


def waterfall(inputs: ProgrammeInputs) -> list[dict[str, Any]]:
    """What one extra conversion brings and costs: rows part, amount; the last is their sum.

    Each extra conversion also carries the rewards of the baseline conversions that stand beside it, 1 / (uplift - 1) of
    them and none without a baseline; where nothing is extra there is no conversion to carry them, and the sum is null.
    """
    value, share = (inputs.known[n].value for n in ("customer_value", "incremental_share"))
    reward, carried = inputs.reward_per_conversion().value, _baseline_per_extra(inputs)
    if value is None or share is None or reward is None:
        return []
    fulfilment = inputs.beside["fulfilment"].value or 0.0
    both, paid = inputs.offer.both_sides, reward - fulfilment
    sides = {s: paid * inputs.offer.cost(s) / both if both else 0.0 for s in ("advocate", "friend")}
    beside = None if carried is None else -reward * carried
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


def _baseline_per_extra(inputs: ProgrammeInputs) -> float | None:
    """Baseline referrals beside each extra one; None where nothing is extra or something is not known."""
    usual, factor, new = (inputs.known[n].value for n in ("baseline_referrals", "uplift", "new_referrals"))
    if usual is None or factor is None or new is None:
        return None
    extra = usual * (factor - 1) + new
    return usual / extra if extra > 0 else None


def changes_needed(inputs: ProgrammeInputs) -> dict[str, float]:
    """For a conversion that leaves nothing: what each input, alone, would have to become."""
    value, share = (inputs.known[n].value for n in ("customer_value", "incremental_share"))
    reward = inputs.reward_per_conversion().value
    if value is None or share is None or reward is None:
        return {}
    return what_would_have_to_change(value=value, incremental_share=share, reward=reward)
