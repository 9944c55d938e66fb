"""What a run forecasts about the client, and how earlier forecasts turned out.

Counts are forecast from whole months and scored on whole months. On 200 simulated subscription clients over 24 months,
13,600 ranges held 80.3% of the time at 80%; on a part of them (2,312) 52% at 50% and 94.8% at 95%. A forecast whose
outcome the tables cannot show (a programme's value against doing nothing, without a control) is sealed, and the score
says that it could not be read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from referral_playbook.contract.estimate import Basis, Estimate
from referral_playbook.contract.names import Step
from referral_playbook.contract.sealed import Forecast, SealedSet
from referral_playbook.domain.programme.baseline import last_whole_month
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.uncertainty.ahead import count_ahead, rescaled
from referral_playbook.methods.uncertainty.scoring import LEVELS, Coverage, Spread, bias, brier, interval_coverage

LEVEL = 0.80
HISTORY = 36  # months of counts that a forecast looks back on
DATED_BY = {"referrals": "referred_on", "conversions": "converted_on"}
HORIZONS = {"referrals": (1, 3), "conversions": (3,)}
YEAR = 12


def make_forecasts(engagement: Engagement) -> tuple[Forecast, ...]:
    """Everything that this run says about a time to come.

    Referrals of the next month and quarter, conversions of the next quarter, the goal of the next month, net revenue
    retention in a year, the chance that the programme pays by its date, and the month of its cash pay-back.

    Parameters
    ----------
    engagement : Engagement
        Without invalid referrals. Earlier steps are read where they have been run.
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
    last, found = last_whole_month(engagement.as_of), []
    for what, horizons in HORIZONS.items():
        counts = monthly_counts(engagement, what, last)
        for horizon in horizons if counts is not None else ():
            seen = counts.to_numpy()  # type: ignore[union-attr]
            ahead = count_ahead(seen, ahead=horizon, confidence=LEVEL)
            others = {str(p): _ends(count_ahead(seen, ahead=horizon, confidence=p)) for p in LEVELS if p != LEVEL}
            text = f"{what} in the next month" if horizon == 1 else f"{what} in the next {horizon} months"
            made = _ranged(f"{what}_{horizon}", text, ahead, engagement, horizon, unit=what)
            found += [replace(forecast, ranges=others) for forecast in made]
    return found


def _ends(found: Estimate) -> tuple[float, float]:
    return (found.low or 0.0, found.high or 0.0)


def _goal(engagement: Engagement) -> list[Forecast]:
    goal = _upstream(engagement, Step.GOAL_SETTING, "programme_goal")
    if goal is None or goal.confidence is None:
        return []
    return _ranged(
        "programme_goal", "referrals in the next month, by the goal's band", goal, engagement, 1, unit="referrals"
    )


def _retention(engagement: Engagement) -> list[Forecast]:
    """Last year's net revenue retention again, with the chance of this year and of the next."""
    nrr = _upstream(engagement, Step.LOYALTY_AND_UPSELL, "nrr")
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
    chance = _upstream(engagement, Step.BREAK_EVEN, "probability_by_date")
    month = _upstream(engagement, Step.BREAK_EVEN, "cash_payback_month")
    forecasts = []
    if chance is not None and chance.value is not None:
        event = "chance that the programme pays against doing nothing by its date"
        forecasts.append(_forecast("pays_by_date", event, chance, engagement, YEAR, kind="chance", unit="probability"))
    if month is not None and month.value is not None:
        event, horizon = "month in which cash spent on the programme is paid back", round(month.high or month.value)
        forecasts.append(_forecast("cash_payback_month", event, month, engagement, max(1, horizon), unit="months"))
    return forecasts


def _upstream(engagement: Engagement, step: str, name: str) -> Estimate | None:
    result = engagement.upstream(step)
    found = None if result is None else result.estimates.get(name)
    return found if found is not None and found.defined else None


def _ranged(
    name: str, what: str, found: Estimate, engagement: Engagement, horizon: int, *, unit: str
) -> list[Forecast]:
    return [_forecast(name, what, found, engagement, horizon, unit=unit)] if found.defined else []


def _forecast(
    name: str, what: str, found: Estimate, engagement: Engagement, horizon: int, *, unit: str, kind: Any = "range"
) -> Forecast:
    assert found.value is not None
    top = found.value if found.high is None else found.high
    due = (last_whole_month(engagement.as_of) + horizon).end_time.date()
    return Forecast(
        name=name,
        what=what,
        made_on=engagement.as_of,
        due_on=due,
        horizon=horizon,
        kind=kind,
        value=found.value,
        low=found.value if found.low is None else found.low,
        high=top,
        confidence=found.confidence,
        unit=unit,
        basis=found.basis.value,
    )


@dataclass(frozen=True, kw_only=True)
class Record:
    """How earlier forecasts turned out.

    Parameters
    ----------
    rows : DataFrame
        forecast, made_on, due_on, value, low, high, confidence, outcome, held, crps; those that could be read.
    coverage : tuple of Coverage
        At 50, 80 and 95%.
    bias : float or None
        Mean of forecast less outcome over the mean outcome, of counts.
    brier : float or None
    unread : int
        Forecasts whose time has come but whose outcome the tables do not show.
    waiting : int
        Forecasts whose time has not come.
    """

    rows: pd.DataFrame
    coverage: tuple[Coverage, ...]
    bias: float | None
    brier: float | None
    unread: int
    waiting: int

    def at(self, level: float) -> Coverage:
        return next(c for c in self.coverage if c.level == level)

    @property
    def share(self) -> Estimate:
        """Share of 80% ranges that held."""
        found = self.at(LEVEL).share
        return found.as_(source="sealed forecasts of earlier runs whose time has come") if found.defined else found

    def words(self) -> str:
        """The record in one or two sentences."""
        scored = self.at(LEVEL)
        if not scored.n:
            if self.waiting:
                return f"No forecast has ripened yet; {self.waiting} are waiting for their month."
            return "This is the first run for this client, so no forecast has ripened yet."
        times = "time" if scored.n == 1 else "times"
        text = f"Our 80% ranges held {scored.held} of {scored.n} {times}."
        if scored.too_narrow:
            text += " That is less often than they claim: read all ranges in this report as too narrow."
        return text


COLUMNS = ["forecast", "made_on", "due_on", "value", "low", "high", "confidence", "outcome", "held", "crps"]


def score_forecasts(sealed: Sequence[SealedSet], engagement: Engagement) -> Record:
    """Score every forecast made before the as-of date whose outcome is known by then.

    As-of dates order the sets. Sets of this as-of date or later are left alone, so that runs may be repeated, skipped
    or filled in afterwards.
    """
    every = [f for s in sealed if s.as_of < engagement.as_of for f in s.forecasts]
    due = [f for f in every if f.due_on <= engagement.as_of]
    outcomes = [(f, x) for f in due if (x := outcome(f, engagement)) is not None]
    ranges = [(f, x) for f, x in outcomes if f.kind == "range" and f.confidence is not None]
    chances = [(f, x) for f, x in outcomes if f.kind == "chance"]
    return Record(
        rows=pd.DataFrame([_row(f, x) for f, x in ranges], columns=COLUMNS),
        coverage=tuple(_coverage(ranges, level) for level in LEVELS),
        bias=_bias(ranges),
        brier=brier([f.value for f, _ in chances], [x for _, x in chances]) if chances else None,
        unread=len(due) - len(outcomes),
        waiting=len(every) - len(due),
    )


def outcome(forecast: Forecast, engagement: Engagement) -> float | None:
    """What came of a forecast, as far as the tables show it by the as-of date."""
    what = "referrals" if forecast.name == "programme_goal" else forecast.name.rpartition("_")[0]
    if what in DATED_BY:
        return _counted(what, forecast, engagement)
    if forecast.name == "nrr_12":
        nrr = _upstream(engagement, Step.LOYALTY_AND_UPSELL, "nrr")
        same = last_whole_month(engagement.as_of) == pd.Period(forecast.due_on, "M")
        return nrr.value if nrr is not None and same else None
    return None


def _counted(what: str, forecast: Forecast, engagement: Engagement) -> float | None:
    rows = engagement.fact("referral_months")
    if rows is None:
        return None
    last, months = pd.Period(forecast.due_on, "M"), pd.PeriodIndex(rows["month"], freq="M")
    inside = (months > last - forecast.horizon) & (months <= last)
    return float(rows.loc[inside, DATED_BY[what]].sum())


def _spread(forecast: Forecast) -> Spread:
    return Spread.of(_as_estimate(forecast))


def _as_estimate(f: Forecast) -> Estimate:
    return Estimate(
        value=f.value,
        low=f.low,
        high=f.high,
        confidence=f.confidence,
        n=None,
        unit=f.unit,
        per="forecast",
        basis=Basis(f.basis),
        source="sealed",
    )


def _row(f: Forecast, x: float) -> dict[str, Any]:
    return {
        "forecast": f.what,
        "made_on": f.made_on,
        "due_on": f.due_on,
        "value": f.value,
        "low": f.low,
        "high": f.high,
        "confidence": f.confidence,
        "outcome": x,
        "held": f.low <= x <= f.high,
        "crps": _spread(f).crps(x),
    }


def _coverage(ranges: Sequence[tuple[Forecast, float]], level: float) -> Coverage:
    ends = [_range_at(f, level) for f, _ in ranges]
    low, high = ([end[side] for end in ends] for side in (0, 1))
    return interval_coverage(low, high, [x for _, x in ranges], level=level)


def _range_at(f: Forecast, level: float) -> tuple[float, float]:
    """The forecast's range at a level: as it was sealed, or rescaled from the one that was."""
    if f.confidence == level:
        return f.low, f.high
    return f.ranges.get(str(level)) or rescaled(_as_estimate(f), level)


def _bias(ranges: Sequence[tuple[Forecast, float]]) -> float | None:
    counts = [(f.value, x) for f, x in ranges if f.unit in DATED_BY]
    if not counts or not np.any([x for _, x in counts]):
        return None
    return bias([value for value, _ in counts], [x for _, x in counts])
