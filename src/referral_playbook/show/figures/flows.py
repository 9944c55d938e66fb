"""What is left from step to step: the referral funnel, and revenue from start to end."""

from __future__ import annotations

from collections.abc import Mapping

from matplotlib.axes import Axes

from referral_playbook.contract.evidence import Estimate
from referral_playbook.show.figures.axis import SMALL, beside, nothing, rows
from referral_playbook.show.money import interval, number
from referral_playbook.show.palette import BLUE, VERMILION
from referral_playbook.show.style import figure, label


@figure
def funnel(ax: Axes, stages: Mapping[str, float], *, rates: Mapping[str, Estimate], title: str = "") -> str:
    """Draw the counts of a funnel, with the rate into each stage and what it is a rate of.

    Parameters
    ----------
    ax : Axes
    stages : mapping of stage to count
        In order, the widest first.
    rates : mapping of stage to Estimate
        The rate from the stage before into this one; `per` names its denominator. The steepest drop, the
        lowest rate, is named.
    title : str

    Examples
    --------
    >>> from referral_playbook.contract.evidence import Estimate, Basis
    >>> from referral_playbook.show.style import axes
    >>> won = Estimate(value=0.1, low=0.06, high=0.16, confidence=0.95, n=150, unit="share",
    ...     per="qualified referral", basis=Basis.MEASURED, source="referrals")
    >>> funnel(axes(), {"qualified": 150, "converted": 15}, rates={"converted": won}).alt_text
    'Funnel: 150 qualified; 15 converted, 10% (6% to 16%) per qualified referral. Steepest drop: into converted.'
    """
    if not stages:
        return nothing(ax, "No stage of the funnel is known.")
    names, counts = list(stages), list(stages.values())
    known = {name: rate for name, rate in rates.items() if rate.defined}
    steepest = min(known, key=lambda name: known[name].value or 0.0) if known else None
    colours = [VERMILION if name == steepest else BLUE for name in names]
    bars = ax.barh(range(len(names)), counts, height=0.62, color=colours)
    ax.bar_label(bars, [number(n) for n in counts], padding=4, fontsize=SMALL)
    rows(ax, names, width=18)
    ax.set(xticks=[], xlim=(0, max(counts, default=1) * 1.18 or 1))
    ax.spines["bottom"].set_visible(False)
    ax.set_title(label(title, 80))
    for y, name in enumerate(names):
        if name in rates:
            drop = "\nsteepest drop" if name == steepest else ""
            beside(ax, y, label(_rate(rates[name]), 34) + drop, color=colours[y] if drop else "#222222")
    return f"{title or 'Funnel'}: {'; '.join(_stage(n, c, rates) for n, c in stages.items())}." + (
        f" Steepest drop: into {steepest}." if steepest else ""
    )


def _rate(rate: Estimate) -> str:
    return f"{interval(rate)} per {rate.per}"


def _stage(name: str, count: float, rates: Mapping[str, Estimate]) -> str:
    return f"{number(count)} {name}" + (f", {_rate(rates[name])}" if name in rates else "")
