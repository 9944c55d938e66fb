"""The record of sealed forecasts over all clients: how often ranges held what they promised, and the diagram of it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from referral_playbook.run.portfolio.findings import Score
from referral_playbook.run.portfolio.one_client import Outcome

Z = 1.959964  # 95%
ENOUGH = 20
"""Forecasts of one client below which nobody says that its ranges are too narrow."""


@dataclass(frozen=True, kw_only=True)
class Promise:
    """Ranges at one level over all clients: how many held, of how many, with the 95% interval of the share."""

    level: float
    held: int
    n: int

    @property
    def share(self) -> float:
        return self.held / self.n

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's interval."""
        centre = (self.held + Z**2 / 2) / (self.n + Z**2)
        half = Z / (self.n + Z**2) * math.sqrt(self.held * (self.n - self.held) / self.n + Z**2 / 4)
        return max(0.0, centre - half), min(1.0, centre + half)


@dataclass(frozen=True, kw_only=True)
class PooledRecord:
    """Over a portfolio: promises by level, the sentence, clients whose ranges are too narrow, the diagram as SVG."""

    promises: tuple[Promise, ...]
    words: str
    narrow: tuple[str, ...]
    diagram: str


def pooled_record(outcomes: Iterable[Outcome]) -> PooledRecord | None:
    """Add up the scores of all clients; None where no forecast has ripened yet.

    Forecasts of one client are not independent of one another, so the intervals are, if anything, too narrow.
    """
    scores = {o.client: o.findings.scores for o in outcomes if o.findings and any(s.n for s in o.findings.scores)}
    if not scores:
        return None
    promises = _added(scores for scores in scores.values())
    main = next((p for p in promises if p.level == 0.8), promises[0])
    low, high = main.interval
    sentence = (
        f"Our {main.level:.0%} ranges held {main.held} of {main.n} times ({main.share:.0%}, {low:.0%} to {high:.0%}), "
        f"over {len(scores)} {'client' if len(scores) == 1 else 'clients'}."
    )
    narrow = tuple(sorted(client for client, scores in scores.items() if _narrow(scores)))
    return PooledRecord(promises=promises, words=sentence, narrow=narrow, diagram=diagram(promises))


def _added(every: Iterable[Sequence[Score]]) -> tuple[Promise, ...]:
    sums: dict[float, tuple[int, int]] = {}
    for scores in every:
        for s in scores:
            held, n = sums.get(s.level, (0, 0))
            sums[s.level] = (held + s.held, n + s.n)
    return tuple(Promise(level=level, held=h, n=n) for level, (h, n) in sorted(sums.items()) if n)


def _narrow(scores: Sequence[Score]) -> bool:
    """Whether a client's 80% ranges held less often than promised, beyond chance."""
    main = next((s for s in scores if s.level == 0.8), None)
    if main is None or main.n < ENOUGH:
        return False
    return Promise(level=main.level, held=main.held, n=main.n).interval[1] < main.level


SIZE, EDGE = 260, 40


def diagram(promises: Sequence[Promise]) -> str:
    """The reliability diagram as SVG: what ranges promise across, how often they held up, with 95% intervals.

    Points on the diagonal keep their promise; below it the ranges are too narrow.
    """
    alt = "; ".join(f"{p.level:.0%} ranges held {p.share:.0%} of {p.n}" for p in promises)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" width="{SIZE}" role="img" '
        f'aria-label="Reliability: {alt}">',
        f'<path d="M{_x(0)} {_y(0)}L{_x(1)} {_y(1)}" stroke="#999" stroke-dasharray="4 4"/>',
        f'<path d="M{_x(0)} {_y(1)}V{_y(0)}H{_x(1)}" stroke="#333" fill="none"/>',
        f'<text x="{SIZE / 2}" y="{SIZE - 6}" font-size="12" text-anchor="middle">what the range promises</text>',
        f'<text x="12" y="{SIZE / 2}" font-size="12" text-anchor="middle" '
        f'transform="rotate(-90 12 {SIZE / 2})">how often it held</text>',
    ]
    for p in promises:
        low, high = p.interval
        parts.append(f'<path d="M{_x(p.level)} {_y(low)}V{_y(high)}" stroke="#0b5394" stroke-width="2"/>')
        parts.append(f'<circle cx="{_x(p.level)}" cy="{_y(p.share)}" r="4" fill="#0b5394"/>')
        x, y = _x(p.level), _y(p.share)
        parts.append(f'<text x="{x}" y="{SIZE - 24}" font-size="11" text-anchor="middle">{p.level:.0%}</text>')
        parts.append(f'<text x="{x - 7}" y="{y}" font-size="11" text-anchor="end">{p.share:.0%}</text>')
    return "".join([*parts, "</svg>"])


def _x(share: float) -> float:
    return round(EDGE + share * (SIZE - EDGE - 10), 1)


def _y(share: float) -> float:
    return round(SIZE - EDGE - share * (SIZE - EDGE - 10), 1)
