"""What is left from step to step: the referral funnel, and revenue from start to end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from referral_playbook.contract.evidence import Estimate
from referral_playbook.contract.writing.formatting import TINY, interval, money, number, share
from referral_playbook.show.figures.axis import SMALL, beside, by_unit, nothing, rows, titled
from referral_playbook.show.palette import BLUE, INK, VERMILION
from referral_playbook.show.style import figure, label


@figure
def funnel(ax: Axes, stages: Mapping[str, float], *, rates: Mapping[str, Estimate], title: str = "") -> str:
    """Draw the counts of a funnel, with the rate into each stage and what it is a rate of.

    `stages` are counts in order, the widest first. `rates` is, by stage, the rate from the one before into it, whose
    `per` names its denominator; the steepest drop, the lowest rate, is named.

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
    defined_rates = {name: rate for name, rate in rates.items() if rate.defined}
    steepest = min(defined_rates, key=lambda name: defined_rates[name].value or 0.0) if defined_rates else None
    colours = [VERMILION if name == steepest else BLUE for name in names]
    bars = ax.barh(range(len(names)), counts, height=0.62, color=colours)
    if steepest:  # hatched, so that grey print shows it too
        bars[names.index(steepest)].set(hatch="////", edgecolor="white")
    ax.bar_label(bars, [number(n) for n in counts], padding=4, fontsize=SMALL)
    rows(ax, names, width=18)
    ax.set(xticks=[], xlim=(0, max(counts, default=1) * 1.18 or 1))
    ax.spines["bottom"].set_visible(False)
    titled(ax, title)
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


@figure
def waterfall(ax: Axes, steps: Mapping[str, float], *, currency: str, end: str = "end", title: str = "") -> str:
    """Draw how an amount grows and shrinks from its start, on top, to its end.

    The first of `steps` is the start; each further one is added (negative: lost), in `currency`. `end` names the last
    bar, their sum. A bar takes about 0.32 inches of height, the rest 0.8.

    Examples
    --------
    >>> from referral_playbook.show.style import axes
    >>> waterfall(axes(), {"start": 1000, "upsell": 300, "churn": -100}, currency="GBP").alt_text
    'From start to end: start £1,000; upsell +£300; churn -£100; end £1,200 (120% of the start).'
    """
    if not steps:
        return nothing(ax, "No amounts to show.")
    names, amounts = list(steps), np.array(list(steps.values()), dtype=float)
    level = np.cumsum(amounts)
    heights, bottoms = np.r_[amounts, level[-1]], np.r_[0, level[:-1], 0]
    colours = [INK, *(BLUE if a >= 0 else VERMILION for a in amounts[1:]), INK]
    hatches = ["", *("" if a >= 0 else "////" for a in amounts[1:]), ""]
    face = ["white" if h else c for c, h in zip(colours, hatches, strict=True)]
    ax.barh(range(len(heights)), heights, left=bottoms, height=0.62, color=face, edgecolor=colours, hatch=hatches)
    for y, (h, b) in enumerate(zip(heights, bottoms, strict=True)):
        text = money(float(h), currency) if y in (0, len(amounts)) else _signed(float(h), currency)
        where: dict[str, Any] = {"xytext": (4, 0), "textcoords": "offset points", "va": "center", "fontsize": SMALL}
        ax.annotate(text, (max(b, b + h), y), ha="left", **where)
    rows(ax, [*names, end], width=18)
    ax.axvline(0, color=INK, linewidth=0.8)
    lowest, highest = min(0.0, level.min()), max(0.0, level.max())
    ax.set_xlim(lowest, highest + 0.2 * ((highest - lowest) or 1.0))
    by_unit(ax.xaxis, currency, most=5)
    titled(ax, title)
    description = "; ".join(f"{n} {_signed(float(a), currency)}" for n, a in zip(names[1:], amounts[1:], strict=True))
    of_start = f" ({share(level[-1] / amounts[0])} of the start)" if abs(amounts[0]) > TINY else ""
    first = f"{names[0]} {money(float(amounts[0]), currency)}"
    last = f"{end} {money(float(level[-1]), currency)}{of_start}"
    return f"{title or f'From {names[0]} to {end}'}: {'; '.join(filter(None, (first, description, last)))}."


def _signed(x: float, currency: str) -> str:
    return ("+" if x > 0 else "") + money(x, currency)
