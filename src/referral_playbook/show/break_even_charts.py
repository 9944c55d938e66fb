"""The charts of the break-even step: its notebook draws each of them once, and the memo shows what it drew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from matplotlib.axes import Axes

from referral_playbook.contract.evidence import StepResult
from referral_playbook.contract.writing.formatting import two_digits, written
from referral_playbook.contract.writing.units import is_symbol
from referral_playbook.show.figures import quantile_dotplot, tornado, two_clocks, waterfall
from referral_playbook.show.figures.axis import nothing
from referral_playbook.show.labels import heading_of
from referral_playbook.show.picture import Picture, picture
from referral_playbook.show.style import axes, figure
from referral_playbook.show.words import clean

INPUTS_DRAWN = 7
ON_BASELINE = "rewards on the others"
"""The bar of the waterfall that an extra conversion does not cause itself."""
BARS = {
    "customer value": "value of a customer",
    "would have come anyway": "would come anyway",
    "reward to advocate": "its own rewards",
    "reward to friend": "its own rewards",
    "reward on referrals that come anyway": ON_BASELINE,
}
"""Short names, so that the bars can be read on a phone."""


def chart(name: str, result: StepResult, currency: str) -> Picture:
    """Draw a chart by its name, one of those in `CHARTS`, from a result of the break-even step.

    The picture carries its name into the notebook, where the memo finds it.
    """
    return picture(CHARTS[name](result, currency), name=name)


def clocks(result: StepResult, currency: str) -> Axes:
    """Value and cash by month, against doing nothing."""
    return two_clocks(
        axes(height=2.3), result.tables.get("months", ()), currency=currency, deadline=_plan(result).get("deadline")
    )


def conversion(result: StepResult, currency: str) -> Axes:
    """What one extra conversion brings, and what is taken from it."""
    bars = conversion_bars(result)
    if not bars:
        return _without(
            axes(height=1), "What one extra conversion leaves is not known: nothing is extra, or an input is missing."
        )
    ax = axes(height=1 + 0.32 * (len(bars) + 1))
    return waterfall(ax, bars, currency=currency, end="left over", title="What one extra conversion leaves")


def conversion_bars(result: StepResult) -> dict[str, float]:
    """The parts of an extra conversion by the name of their bar; none where what is left over is not known."""
    *parts, total = result.tables.get("waterfall") or [{}]
    bars: dict[str, float] = {}
    for row in parts if total.get("amount") is not None else []:
        part = clean(str(row["part"]))
        bar = BARS.get(part, part)
        bars[bar] = bars.get(bar, 0.0) + row["amount"]
    return {bar: amount for bar, amount in bars.items() if amount}


def futures(result: StepResult, currency: str) -> Axes:
    """Fifty equally likely futures against doing nothing."""
    return quantile_dotplot(
        axes(height=2.4),
        future_values(result),
        threshold=0.0,
        unit=currency,
        does="cover all cost in value",
        xlabel=f"value result {_by_the_date(result)}, against doing nothing",
    )


def future_values(result: StepResult) -> list[float]:
    """The value result of each future that is drawn."""
    rows = result.tables.get("futures", ())
    return [row["value_result"] for row in rows if row.get("value_result") is not None]


def drivers(result: StepResult, currency: str) -> Axes:
    """What moves the result: one input at a time, with the line at which it turns to a loss."""
    bars = [
        {
            "input": heading_of(str(row["input"])),
            "at_low": row["low_result"],
            "at_high": row["high_result"],
            "low": _end(row, "low_input"),
            "high": _end(row, "high_input"),
        }
        for row in driver_rows(result)
    ]
    if not bars:
        return _without(axes(height=1), "What moves the result is not known: the futures were not run.")
    return tornado(
        axes(height=1.2 + 0.36 * min(len(bars), INPUTS_DRAWN)),
        bars,
        base=_plan(result).get("result_at_values"),
        unit=currency,
        threshold=0.0,
        most=INPUTS_DRAWN,
        xlabel=f"value result {_by_the_date(result)}",
    )


def driver_rows(result: StepResult) -> list[Mapping[str, Any]]:
    """The inputs whose influence is known."""
    return [row for row in result.tables.get("tornado", ()) if row.get("low_result") is not None]


CHARTS: Mapping[str, Callable[[StepResult, str], Axes]] = {
    "clocks": clocks,
    "conversion": conversion,
    "futures": futures,
    "drivers": drivers,
}


_without = figure(nothing)
"""A frame that says why there is nothing in it."""


def _plan(result: StepResult) -> Mapping[str, Any]:
    return {row["name"]: row["value"] for row in result.tables.get("plan", ())}


def _by_the_date(result: StepResult) -> str:
    deadline = _plan(result).get("deadline")
    return "by the date" if deadline is None else f"by month {deadline}"


def _end(row: Mapping[str, Any], key: str) -> str | None:
    """An input at one end of its range, as text."""
    value, unit = row.get(key), str(row.get("unit") or "count")
    if value is None or is_symbol(unit) or abs(value) >= 100:
        return None if value is None else written(float(value), unit)
    return f"{two_digits(float(value))} {unit}"
