"""How forecasts that were sealed in earlier runs turned out: coverage, Brier score, bias and CRPS.

`playbook/learning.md` prints how often the ranges held on 200 simulated clients over 24 months.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from referral_playbook.contract.estimate import Basis, Estimate
from referral_playbook.contract.names import Step
from referral_playbook.contract.sealed import Forecast, SealedSet
from referral_playbook.contract.writing.formatting import share
from referral_playbook.domain.forecasts import CLOCKS, DATED_BY, LEVEL, REACH, upstream
from referral_playbook.domain.programme.baseline import last_whole_month
from referral_playbook.domain.programme.realised import realised
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.uncertainty.ahead import rescaled
from referral_playbook.methods.uncertainty.scoring import LEVELS, Coverage, Spread, bias, brier, interval_coverage

COLUMNS = ["forecast", "made_on", "due_on", "value", "low", "high", "confidence", "outcome", "held", "crps"]
CHANCE_COLUMNS = ["forecast", "made_on", "due_on", "stated", "happened"]


@dataclass(frozen=True, kw_only=True)
class Record:
    """How earlier forecasts turned out."""

    rows: pd.DataFrame  # COLUMNS, of the ranges whose outcome could be read; crps is 0 for a certain and right forecast
    chances: pd.DataFrame  # CHANCE_COLUMNS, of the probabilities whose outcome could be read; happened is 0 or 1
    coverage: tuple[Coverage, ...]  # at 50, 80 and 95%
    bias: float | None  # mean of forecast less outcome over the mean outcome, of counts
    brier: float | None  # of the chances
    unread: int  # forecasts whose time has come but whose outcome the tables do not show
    waiting: int  # forecasts whose time has not come

    def at(self, level: float) -> Coverage:
        return next(c for c in self.coverage if c.level == level)

    @property
    def share(self) -> Estimate:
        """Share of 80% ranges that held."""
        share = self.at(LEVEL).share
        return share.as_(source="sealed forecasts of earlier runs whose time has come") if share.defined else share

    @property
    def crps(self) -> tuple[float, float] | None:
        """Mean CRPS of the forecasts of counts, and that of the bare number without its range, in events."""
        counts = self.rows[self.rows["unit"].isin(DATED_BY)] if "unit" in self.rows else self.rows.iloc[:0]
        if counts.empty:
            return None
        return float(counts["crps"].mean()), float((counts["value"] - counts["outcome"]).abs().mean())

    @property
    def too_narrow(self) -> bool:
        """Whether the 80% ranges held less often than they promise, beyond chance."""
        return self.at(LEVEL).too_narrow

    def words(self) -> str:
        """The record in one or two sentences."""
        scored = self.at(LEVEL)
        if not scored.n:
            if self.waiting:
                return f"No forecast has ripened yet; {self.waiting} are waiting for their month."
            return "This is the first run for this client, so no forecast has ripened yet."
        times = "time" if scored.n == 1 else "times"
        text = f"Our {share(0.8)} ranges held {scored.held} of {scored.n} {times}."
        if self.too_narrow:
            text += " That is less often than they promise, so read every range in this report as too narrow."
        return text


def score_forecasts(sealed: Sequence[SealedSet], engagement: Engagement) -> Record:
    """Score every forecast made before the as-of date whose outcome the tables show by then.

    As-of dates order the sets. Sets of this as-of date or later are left alone, so that runs may be repeated, skipped
    or filled in afterwards.
    """
    every = [f for s in sealed if s.as_of < engagement.as_of for f in s.forecasts]
    due = [f for f in every if f.due_on <= engagement.as_of]
    read = [(f, x) for f in due if (x := outcome(f, engagement)) is not None]
    ranges = [(f, x) for f, x in read if f.kind == "range" and f.confidence is not None]
    chances = [(f, x) for f, x in read if f.kind == "chance"]
    return Record(
        rows=pd.DataFrame([_row(f, x) for f, x in ranges], columns=[*COLUMNS, "unit"]),
        chances=pd.DataFrame([_chance_row(f, x) for f, x in chances], columns=CHANCE_COLUMNS),
        coverage=tuple(_coverage(ranges, level) for level in LEVELS),
        bias=_bias(ranges),
        brier=brier([f.value for f, _ in chances], [x for _, x in chances]) if chances else None,
        unread=len(due) - len(read),
        waiting=len(every) - len(due),
    )


def outcome(forecast: Forecast, engagement: Engagement) -> float | None:
    """The outcome of a forecast, as far as the tables show it by the as-of date; 0 or 1 of a chance."""
    count, reach, target = forecast.name.partition(REACH)
    what = "referrals" if forecast.name == "programme_goal" else count.rpartition("_")[0]
    if what in DATED_BY:
        counted = _counted(what, forecast, engagement)
        return counted if counted is None or not reach else float(counted >= float(target))
    if forecast.name == "nrr_12":
        nrr = upstream(engagement, Step.LOYALTY_AND_UPSELL, "nrr")
        same = last_whole_month(engagement.as_of) == pd.Period(forecast.due_on, "M")
        return nrr.value if nrr is not None and same else None
    clock = forecast.name.partition("_pays_")[0]
    return _paid(clock, forecast, engagement) if clock in CLOCKS else None


def _counted(what: str, forecast: Forecast, engagement: Engagement) -> float | None:
    rows = engagement.fact("referral_months")
    if rows is None:
        return None
    last, months = pd.Period(forecast.due_on, "M"), pd.PeriodIndex(rows["month"], freq="M")
    inside = (months > last - forecast.horizon) & (months <= last)
    return float(rows.loc[inside, DATED_BY[what]].sum())


def _paid(clock: str, forecast: Forecast, engagement: Engagement) -> float | None:
    """Whether the programme paid in the time of the forecast, by the kept control; None where none was kept."""
    last = pd.Period(forecast.due_on, "M")
    money = realised(engagement, last - forecast.horizon + 1, last)
    result = money.value if clock == "value" else money.cash
    return None if result is None else float(result >= 0)


def _as_estimate(f: Forecast) -> Estimate:
    figures = {name: getattr(f, name) for name in ("value", "low", "high", "confidence", "unit")}
    return Estimate(**figures, n=None, per="forecast", basis=Basis(f.basis), source="sealed")


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
        "crps": Spread.of(_as_estimate(f)).crps(x),
        "unit": f.unit,
    }


def _chance_row(f: Forecast, x: float) -> dict[str, Any]:
    return {"forecast": f.what, "made_on": f.made_on, "due_on": f.due_on, "stated": f.value, "happened": x}


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
