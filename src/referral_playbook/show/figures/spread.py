"""How referrals spread: generations from seeds, and how few advocates make most of them."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from numpy.typing import ArrayLike, NDArray

from referral_playbook.contract.evidence import Estimate
from referral_playbook.contract.writing.formatting import interval, number, share, whole
from referral_playbook.show.figures.axis import SMALL, by_unit, nothing, span, titled
from referral_playbook.show.palette import BLUE, GREY, INK, ORANGE, PALE
from referral_playbook.show.style import figure, label

Floats = NDArray[np.float64]


@figure
def cascade(ax: Axes, k: Estimate, seeds: int, *, generations: int = 12, title: str = "") -> str:
    """Draw what K means: the customers that come of `seeds`, generation by generation.

    `k` is the new customers that one customer brings; each generation of referral lasts one cycle.

    Notes
    -----
    After g generations: seeds * (1 - K**(g + 1)) / (1 - K); for K < 1 never more than seeds / (1 - K).

    Examples
    --------
    >>> from referral_playbook.contract.evidence import assumed
    >>> from referral_playbook.show.style import axes
    >>> k = assumed(0.6, 0.5, 0.7, unit="count", per="customer", source="x")
    >>> cascade(axes(), k, 100).alt_text
    'K = 0.60 (0.50 to 0.70): 100 seeds become 250 customers in the end (200 to 333): K is below 1, so it ends.'
    """
    if not k.defined or k.open_above:
        return nothing(ax, f"The range of K is not known: {k.reason}.")
    g = np.arange(generations + 1)
    low, mid, high = (_total(x, seeds, g) for x in span(k))
    ax.fill_between(g, low, high, color=PALE, linewidth=0)
    ax.plot(g, mid, color=BLUE, marker="o")
    ax.set(xlabel="generation of referral (0: the seeds; the band: the range of K)", ylabel="customers so far")
    # Room above: the last customers of a small K would lie on the frame.
    ax.set(xlim=(0, generations), ylim=(0, 1.15 * float(np.max(high))))
    by_unit(ax.xaxis, "count", most=12)
    by_unit(ax.yaxis, "count")
    titled(ax, title)
    if span(k)[1] < 1:
        end = seeds / (1 - span(k)[1])
        ax.axhline(end, color=INK, linestyle="--", linewidth=1.2)
        ax.annotate(f"the end: {whole(end)}", (0, end), xytext=(4, 4), textcoords="offset points", fontsize=SMALL)
    return f"K = {interval(k)}: {number(seeds)} seeds {_end(k, seeds)}"


@figure
def concentration(
    ax: Axes, referrals: ArrayLike, *, customers: ArrayLike | None = None, who: str = "advocates", title: str = ""
) -> str:
    """Draw how few make most of the referrals: the share made by the most active part.

    `referrals` are those that each made, or that each of so many `customers` made; those who made none count where
    `who`, in words, includes them.

    Examples
    --------
    >>> from referral_playbook.show.style import axes
    >>> concentration(axes(), [10, 1, 1, 1, 1, 1, 1, 1, 1, 2]).alt_text
    'The most active 10% of 10 advocates make 50% of 20 referrals; half of the referrals come from 10% of them.'
    """
    made = np.asarray(referrals, dtype=float)
    weight = np.ones_like(made) if customers is None else np.asarray(customers, dtype=float)
    if not float((made * weight).sum()):
        return nothing(ax, f"No referrals by {who} were recorded.")
    x, y = _lorenz(made, weight)
    top = float(np.interp(0.1, x, y))
    half = float(np.interp(0.5, y, x))
    ax.fill_between(x, x, y, color=PALE, linewidth=0)
    ax.plot(x, y, color=BLUE)
    ax.plot([0, 1], [0, 1], color=GREY, linestyle="--", linewidth=1)
    ax.annotate("if all made the same", (0.62, 0.62), xytext=(6, -10), textcoords="offset points", fontsize=SMALL)
    ax.plot([0.1, 0.1], [0, top], color=ORANGE, linestyle="-")
    ax.plot([0.1], [top], "o", color=ORANGE)
    ax.annotate(
        f"top {share(0.1)}: {share(top)}",
        (0.1, top),
        xytext=(8, -9 if top > 0.5 else -4),
        textcoords="offset points",
        path_effects=[withStroke(linewidth=3, foreground="white")],
    )
    ax.set(xlim=(0, 1), ylim=(0, 1.02), xlabel=label(f"share of {who}, the most active first", 80))
    ax.set_ylabel("share of referrals")
    by_unit(ax.xaxis, "share")
    by_unit(ax.yaxis, "share")
    titled(ax, title)
    total = f"{number(float((made * weight).sum()))} referrals"
    people = f"The most active {share(0.1)} of {number(float(weight.sum()))} {who} make {share(top)} of {total}"
    return f"{people}; half of the referrals come from {share(half)} of them."


def _total(k: float, seeds: int, g: NDArray[np.int_]) -> Floats:
    return np.asarray(seeds * np.cumsum(float(k) ** g), dtype=float)


def _end(k: Estimate, seeds: int) -> str:
    low, value, high = span(k)
    if value >= 1:
        return "grow without end in this model: K is 1 or more. No market does that for long."
    end, least = (whole(seeds / (1 - x)) for x in (value, low))
    most = whole(seeds / (1 - high)) if high < 1 else "no bound"
    return f"become {end} customers in the end ({least} to {most}): K is below 1, so it ends."


def _lorenz(made: Floats, weight: Floats) -> tuple[Floats, Floats]:
    order = np.argsort(-made, kind="stable")
    people, referrals = np.cumsum(weight[order]), np.cumsum((made * weight)[order])
    return np.r_[0, people / people[-1]], np.r_[0, referrals / referrals[-1]]
