"""What a run forecasts about the client, to be sealed and scored later (`domain.forecast_record`).

Counts are forecast from whole months and scored on whole months. A forecast whose outcome the tables cannot show (a
programme's value against doing nothing, without a control) is sealed all the same, and the score says that it could not
be read.
"""

from dataclasses import replace
from typing import Any

import pandas as pd

from referral_playbook.contract.estimate import Estimate
from referral_playbook.contract.names import Step
from referral_playbook.contract.sealed import Forecast
from referral_playbook.domain.programme.baseline import last_whole_month
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.uncertainty.ahead import chance_ahead, count_ahead, rescaled
from referral_playbook.methods.uncertainty.scoring import LEVELS

LEVEL = 0.80
HISTORY = 36
"""Months of counts that a forecast looks back on."""
DATED_BY = {"referrals": "referred_on", "conversions": "converted_on"}
HORIZONS = {"referrals": (1, 3), "conversions": (3,)}
YEAR = 12
CLOCKS = {
    "value": "the programme's value covers its cost against doing nothing",
    "cash": "the programme's cash is paid back against doing nothing",
}
AHEAD = (3, 6, 12)
"""Months for which the chance of either clock is sealed, so that the first can be scored soon."""
REACH = "_reach_"
"""Between a count's name and the target in the name of a chance."""


def make_forecasts(engagement: Engagement) -> tuple[Forecast, ...]:
    """Everything that this run says about a time to come, of an engagement without invalid referrals.

    Referrals of the next month and quarter, conversions of the next quarter, the goal of the next month with the chance
    of reaching it, net revenue retention in a year, the chances that the programme pays in value and in cash, and the
    month of its cash pay-back. Earlier steps are read where they have been run.
    """
    return (*_counts(engagement), *_goal(engagement), *_retention(engagement), *_pay(engagement))


def monthly_counts(engagement: Engagement, what: str, until: pd.Period) -> pd.Series | None:
    """Valid referrals or conversions by month, from the first that was recorded to `until`; None without referrals."""
    rows = engagement.fact("referral_months")
    if rows is None or not rows["referred_on"].any():
        return None
    by_month = rows.set_index(pd.PeriodIndex(rows["month"], freq="M"))
    first = max(by_month.index[by_month["referred_on"] > 0].min(), until - HISTORY + 1)
    if first > until:
        return None
    return by_month[DATED_BY[what]].reindex(pd.period_range(first, until, freq="M"), fill_value=0)


def _counts(engagement: Engagement) -> list[Forecast]:
    last, forecasts = last_whole_month(engagement.as_of), []
    for what, horizons in HORIZONS.items():
        counts = monthly_counts(engagement, what, last)
        if counts is None:
            continue
        for horizon in horizons:
            ahead = count_ahead(counts.to_numpy(), ahead=horizon, confidence=LEVEL)
            text = f"{what} in the next month" if horizon == 1 else f"{what} in the next {horizon} months"
            made = _ranged(f"{what}_{horizon}", text, ahead, engagement, horizon, unit=what)
            forecasts += [replace(forecast, ranges=_other_levels(counts, horizon)) for forecast in made]
    return forecasts


def _other_levels(counts: pd.Series, horizon: int) -> dict[str, tuple[float, float]]:
    """Ranges at the other levels that are scored."""
    levels = [level for level in LEVELS if level != LEVEL]
    estimates = {str(p): count_ahead(counts.to_numpy(), ahead=horizon, confidence=p) for p in levels}
    return {level: (e.low or 0.0, e.high or 0.0) for level, e in estimates.items()}


def _goal(engagement: Engagement) -> list[Forecast]:
    """The goal's band, and the chance that the next month reaches the goal."""
    goal = upstream(engagement, Step.GOAL_SETTING, "programme_goal")
    if goal is None or goal.confidence is None or goal.value is None:
        return []
    words = "referrals in the next month, by the goal's band"
    band = _ranged("programme_goal", words, goal, engagement, 1, unit="referrals")
    counts = monthly_counts(engagement, "referrals", last_whole_month(engagement.as_of))
    target = round(goal.value)
    chance = None if counts is None else chance_ahead(counts.to_numpy(), target)
    if chance is None:
        return band
    name = f"referrals_1{REACH}{target}"
    return [*band, _chance(name, f"chance of {target} referrals or more in the next month", chance, engagement, 1)]


def _retention(engagement: Engagement) -> list[Forecast]:
    """Last year's net revenue retention again, with the chance of this year and of the next."""
    nrr = upstream(engagement, Step.LOYALTY_AND_UPSELL, "nrr")
    if nrr is None or nrr.value is None or nrr.low is None or nrr.high is None or nrr.confidence is None:
        return []
    low, high = rescaled(nrr, LEVEL)
    wider = 2**0.5
    ahead = nrr.as_(
        low=max(0.0, nrr.value - wider * (nrr.value - low)),
        high=nrr.value + wider * (high - nrr.value),
        confidence=LEVEL,
    )
    return _ranged("nrr_12", "net revenue retention over the next 12 months", ahead, engagement, YEAR, unit="share")


def _pay(engagement: Engagement) -> list[Forecast]:
    """The chance that the programme pays by its date and by the horizon for cash, both by month, and the pay-back."""
    p = engagement.parameters_of(Step.BREAK_EVEN)
    dates = {"value": ("probability_by_date", p.count("break_even_months"))}
    dates["cash"] = ("probability_cash", p.count("payback_months"))
    forecasts = []
    for clock, (name, horizon) in dates.items():
        estimate = upstream(engagement, Step.BREAK_EVEN, name)
        if estimate is not None and estimate.value is not None:
            by_month = _by_month(engagement, clock) | {horizon: estimate.value}
            forecasts += [_pays(clock, months, by_month[months], engagement) for months in sorted(by_month)]
    month = upstream(engagement, Step.BREAK_EVEN, "cash_payback_month")
    if month is not None and month.value is not None:
        words, horizon = "month in which cash spent on the programme is paid back", round(month.high or month.value)
        forecasts.append(_forecast("cash_payback_month", words, month, engagement, max(1, horizon), unit="months"))
    return forecasts


def _pays(clock: str, months: int, chance: float, engagement: Engagement) -> Forecast:
    words = f"chance that {CLOCKS[clock]} within {months} months"
    return _chance(f"{clock}_pays_{months}", words, chance, engagement, months)


def _by_month(engagement: Engagement, clock: str) -> dict[int, float]:
    """The share of step 05's futures that are ahead at the ends of some months."""
    result = engagement.upstream(Step.BREAK_EVEN)
    rows = [] if result is None else result.tables.get("months", [])
    column = f"{clock}_ahead"
    return {int(row["month"]): float(row[column]) for row in rows if column in row and int(row["month"]) in AHEAD}


def upstream(engagement: Engagement, step: str, name: str) -> Estimate | None:
    """An estimate of an earlier step's result, where it is defined."""
    result = engagement.upstream(step)
    estimate = None if result is None else result.estimates.get(name)
    return estimate if estimate is not None and estimate.defined else None


def _ranged(
    name: str, what: str, estimate: Estimate, engagement: Engagement, horizon: int, *, unit: str
) -> list[Forecast]:
    return [_forecast(name, what, estimate, engagement, horizon, unit=unit)] if estimate.defined else []


def _forecast(name: str, what: str, estimate: Estimate, engagement: Engagement, horizon: int, *, unit: str) -> Forecast:
    assert estimate.value is not None
    fields = _dated(engagement, horizon) | {"unit": unit, "basis": estimate.basis.value}
    low = estimate.value if estimate.low is None else estimate.low
    high = estimate.value if estimate.high is None else estimate.high
    return Forecast(
        name=name,
        what=what,
        kind="range",
        value=estimate.value,
        low=low,
        high=high,
        confidence=estimate.confidence,
        **fields,
    )


def _chance(name: str, what: str, chance: float, engagement: Engagement, horizon: int) -> Forecast:
    """A probability; simulated ones are kept off 0 and 1, which no simulation shows."""
    shown = min(0.999, max(0.001, chance))
    fields = _dated(engagement, horizon) | {"unit": "probability", "basis": "assumed"}
    return Forecast(name=name, what=what, kind="chance", value=shown, low=shown, high=shown, confidence=None, **fields)


def _dated(engagement: Engagement, horizon: int) -> dict[str, Any]:
    due = (last_whole_month(engagement.as_of) + horizon).end_time.date()
    return {"made_on": engagement.as_of, "due_on": due, "horizon": horizon}
