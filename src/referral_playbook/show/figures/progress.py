"""Months: the goal band against what happened, cash until it is paid back, and tiers to climb."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from referral_playbook.contract.writing.dates import month as month_words
from referral_playbook.contract.writing.formatting import interval, money, number
from referral_playbook.contract.writing.wording import counted
from referral_playbook.show.figures.axis import SMALL, by_unit, nothing, titled
from referral_playbook.show.palette import BLUE, INK, PALE, VERMILION
from referral_playbook.show.style import figure, label


@figure
def band(
    ax: Axes,
    months: Sequence[str],
    actual: ArrayLike,
    low: ArrayLike,
    mid: ArrayLike,
    high: ArrayLike,
    *,
    ylabel: str = "referrals a month",
    title: str = "",
) -> str:
    """Draw the goal with its band, and what happened: months below the band stand out.

    Months are written ``YYYY-MM``; `actual` is NaN for those still to come, and the goal (`mid`) with its band is in
    the unit of `actual`.

    Examples
    --------
    >>> from referral_playbook.show.style import axes
    >>> band(axes(), ["2026-08", "2026-09"], [4, 9], [6, 6], [8, 8], [11, 11]).alt_text
    'Referrals a month against the goal. Aug 2026: 4 against 8 (6 to 11); Sept 2026: 9 against 8 (6 to 11). 1 of 2 months lies below the band.'
    """  # noqa: E501
    done, below, goal, above = (np.asarray(v, dtype=float) for v in (actual, low, mid, high))
    if not len(months):
        return nothing(ax, "No month to show.")
    x = np.arange(len(months))
    ax.fill_between(x, below, above, color=PALE, linewidth=0, label="band of the goal")
    ax.plot(x, goal, color=INK, linestyle="--", linewidth=1.2, label="goal")
    ax.plot(x, done, color=BLUE, marker="o", label="actual")
    behind = np.flatnonzero(done < below)
    ax.plot(x[behind], done[behind], "s", color=VERMILION, markersize=8, linestyle="none", label="below the band")
    _month_ticks(ax, months)
    ax.set(ylabel=label(ylabel, 40), ylim=(0, max(np.nanmax(np.r_[done, above]) * 1.08, 1)))
    by_unit(ax.yaxis, "count")
    titled(ax, title)
    ax.figure.legend(loc="outside upper left", ncols=2)
    seen = [i for i in range(len(months)) if np.isfinite(done[i])]
    description = "; ".join(_month(months[i], done[i], below[i], goal[i], above[i]) for i in seen)
    lie = "lies" if behind.size == 1 else "lie"
    what = title or ylabel[:1].upper() + ylabel[1:]
    return f"{what} against the goal. {description}. {behind.size} of {len(seen)} months {lie} below the band."


@figure
def ladder(ax: Axes, tiers: Sequence[Mapping[str, Any]], *, currency: str, title: str = "") -> str:
    """Draw reward tiers as steps: what each asks, what it costs, how likely an advocate gets there.

    Each tier, from the lowest up, has `name`, `referrals` (needed in the period), `cost` (in `currency`) and
    `probability` (an Estimate or None).
    """
    if not tiers:
        return nothing(ax, "No tiers are planned.")
    for x, tier in enumerate(tiers):
        ax.bar(x, x + 1, width=0.98, color=BLUE, alpha=0.25 + 0.5 * (x + 1) / len(tiers))
        ax.annotate(
            _on_step(tier, currency, 66 // len(tiers)),
            (x, x + 1),
            xytext=(0, 4),
            textcoords="offset points",
            ha="center",
            va="bottom",
            fontsize=SMALL,
        )
    ax.set_xticks(range(len(tiers)), [label(str(t["name"]), 66 // len(tiers)) for t in tiers])
    ax.set(yticks=[], ylim=(0, len(tiers) * 1.12 + 0.9))
    ax.tick_params(axis="x", length=0)
    ax.spines["left"].set_visible(False)
    titled(ax, title)
    return f"{title or 'Tiers'}: " + "; ".join(f"{t['name']}: {', '.join(_tier(t, currency))}" for t in tiers) + "."


def _month_ticks(ax: Axes, months: Sequence[str]) -> None:
    every = -(-len(months) // 6)
    ax.set_xticks(range(0, len(months), every), [month_words(m).replace(" ", "\n") for m in months[::every]])


def _month(month: str, done: float, low: float, mid: float, high: float) -> str:
    return f"{month_words(month)}: {number(done)} against {number(mid)} ({number(low)} to {number(high)})"


def _tier(tier: Mapping[str, Any], currency: str) -> list[str]:
    needed = tier["referrals"]
    cost = "cost not known" if tier["cost"] is None else money(tier["cost"], currency)
    description = [counted(needed, "referral"), cost]
    reach = tier.get("probability")
    return description if reach is None else [*description, f"reached by {interval(reach)}"]


def _on_step(tier: Mapping[str, Any], currency: str, width: int) -> str:
    needed, cost, *_ = _tier(tier, currency)
    reach = tier.get("probability")
    return "\n".join([needed, cost] + ([] if reach is None else [label(interval(reach), width), "get there"]))
