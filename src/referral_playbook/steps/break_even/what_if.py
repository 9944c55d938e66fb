"""What if: break-even and its futures at other settings, with fewer futures so that it answers at once."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

from referral_playbook.domain.offers import paying
from referral_playbook.domain.programme_costs import fixed_cost
from referral_playbook.domain.what_if import Moves, moved
from referral_playbook.steps.break_even.futures import Programme
from referral_playbook.steps.break_even.step import unit_contribution
from referral_playbook.steps.break_even.volume import volumes

LIVE_DRAWS = 4_000
SHARES = ("conversion_rate", "incremental_share")
LONGEST = 36  # months


def moves(programme: Programme, *, draws: int = LIVE_DRAWS) -> Moves:
    """Break-even counts, the chance by the date and the worst tenth, as a reader moves what they hang on.

    Parameters
    ----------
    programme : Programme
    draws : int
        Futures at each setting: fewer than in the run, so figures differ from it by simulation error.

    Returns
    -------
    Moves
        Settings conversion_rate, incremental_share, reward_both_sides, monthly_cost and months; drawn as fifty futures.
    """

    @lru_cache(maxsize=1)  # the table and the picture of one setting are of the same futures
    def at(months: float, reward_both_sides: float, **settings: float) -> Programme:
        known = {**programme.known, **{k: moved(programme.known[k], x) for k, x in settings.items()}}
        offer = paying(programme.offer, reward_both_sides)
        return replace(programme, months=int(months), offer=offer, known=known, draws=min(draws, programme.draws))

    def answer(**settings: float) -> dict[str, Any]:
        return _outcomes(at(**settings)) if settings else dict.fromkeys(("conversions", "chance_by_date"))

    def drawn(**settings: float) -> dict[str, Any]:
        plan = at(**settings) if settings else programme
        return {"futures": plan.dots(), "deadline": plan.months}

    money = programme.known["customer_value"].unit
    units = dict.fromkeys(SHARES, "share") | dict.fromkeys(("reward_both_sides", "monthly_cost"), money)
    return Moves(answer, drawn, _sliders(programme), units)


def caption(draws: int = LIVE_DRAWS) -> str:
    """What the table is called: it says how many futures it stands on."""
    return f"What if; {draws:,} futures at each setting, and each setting keeps its relative range"


def _outcomes(plan: Programme) -> dict[str, Any]:
    fixed = fixed_cost(dict(plan.known), months=plan.months)
    needed = volumes(fixed, unit_contribution(plan.known, plan.offer), plan.known["conversion_rate"])
    return {
        "conversions": needed["break_even_conversions"],
        "qualified_referrals": needed["break_even_referrals"],
        "chance_by_date": plan.futures.probability_by(plan.months, basis=plan.basis),
        "worst_tenth": plan.futures.worst_decile(unit=plan.known["customer_value"].unit, basis=plan.basis),
    }


def _sliders(plan: Programme) -> dict[str, tuple[float, float, float, float]]:
    if plan.unknown:
        return {}
    conversion, share, monthly, worth = (
        plan.known[k].value or 0.0 for k in ("conversion_rate", "incremental_share", "monthly_cost", "customer_value")
    )
    reward = plan.offer.both_sides
    return {
        "conversion_rate": (min(0.01, conversion), max(0.5, conversion), 0.01, conversion),
        "incremental_share": (0.0, 1.0, 0.05, share),
        "reward_both_sides": (0.0, max(2 * reward, round(worth / 2)), _step(worth / 2), reward),
        "monthly_cost": (0.0, float(max(round(3 * monthly), 1)), _step(3 * monthly), monthly),
        "months": (min(3, plan.months), max(LONGEST, plan.months), 1, plan.months),
    }


def _step(most: float) -> float:
    return max(1.0, float(f"{most / 100:.1g}"))
