"""The record of sealed forecasts over all clients: how often ranges held what they promised, and the diagram of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from referral_playbook.contract.writing.wording import counted
from referral_playbook.run.portfolio.findings import Chance, Score
from referral_playbook.run.portfolio.one_client import Outcome

MAIN, BINS = 0.8, 5
ENOUGH = 20
"""Forecasts of one client below which nobody says that its ranges are too narrow."""


@dataclass(frozen=True, kw_only=True)
class PooledRecord:
    """Over a portfolio: the sentence, the clients whose ranges are too narrow, the diagram as SVG."""

    words: str
    narrow: tuple[str, ...]
    diagram: str


def pooled_record(outcomes: Iterable[Outcome]) -> PooledRecord | None:
    """Add up the scores of all clients; None where no forecast has ripened yet.

    Forecasts of one client are not independent of one another, so the intervals are, if anything, too narrow.
    """
    by_client = {o.client: o.findings for o in outcomes if o.findings and any(s.n for s in o.findings.scores)}
    if not by_client:
        return None
    ranges = _added(findings.scores for findings in by_client.values())
    chances = [chance for findings in by_client.values() for chance in findings.chances]
    main = next((score for score in ranges if score.level == MAIN), ranges[0])
    return PooledRecord(
        words=_words(main, len(by_client), chances),
        narrow=tuple(sorted(client for client, findings in by_client.items() if _narrow(findings.scores))),
        diagram=diagram(ranges, _bins(chances)),
    )


def _words(main: Score, clients: int, chances: Sequence[Chance]) -> str:
    low, high = main.interval
    text = (
        f"Our {main.level:.0%} ranges held {main.held} of {main.n} times ({main.share:.0%}, {low:.0%} to {high:.0%}), "
        f"over {counted(clients, 'client')}."
    )
    if main.too_low:
        text += " That is less often than they promise, so read the ranges of these clients as too narrow."
    if chances:
        brier = sum((c.stated - c.happened) ** 2 for c in chances) / len(chances)
        stated = counted(len(chances), "stated chance")
        text += f" The Brier score of {stated} is {brier:.2f} (0 is perfect, 0.25 is a coin toss)."
    return text


def _bins(chances: Sequence[Chance]) -> list[Score]:
    """Chances from 0 to 20%, to 40% and so on, each bin at the mean of what was stated; empty bins are left out."""
    parts: dict[int, list[Chance]] = {}
    for chance in chances:
        parts.setdefault(min(BINS - 1, int(chance.stated * BINS)), []).append(chance)
    return [
        Score(level=sum(c.stated for c in part) / len(part), held=sum(c.happened == 1 for c in part), n=len(part))
        for _, part in sorted(parts.items())
    ]


def _added(every: Iterable[Sequence[Score]]) -> list[Score]:
    sums: dict[float, tuple[int, int]] = {}
    for scores in every:
        for s in scores:
            held, n = sums.get(s.level, (0, 0))
            sums[s.level] = (held + s.held, n + s.n)
    return [Score(level=level, held=h, n=n) for level, (h, n) in sorted(sums.items()) if n]


def _narrow(scores: Sequence[Score]) -> bool:
    """Whether a client's 80% ranges held less often than promised, beyond chance."""
    return any(s.level == MAIN and s.n >= ENOUGH and s.too_low for s in scores)


SIZE, EDGE = 260, 40


def diagram(ranges: Sequence[Score], bins: Sequence[Score]) -> str:
    """The reliability diagram as SVG: what was promised across, how often it came true up, with 95% intervals.

    Dots are ranges, squares are stated chances. Points on the diagonal keep their promise; ranges below it are too
    narrow.
    """
    texts = [f"{p.level:.0%} ranges held {p.share:.0%} of {p.n}" for p in ranges]
    texts += [f"chances of about {b.level:.0%} came true in {b.held} of {b.n} cases" for b in bins]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" width="{SIZE}" role="img" '
        f'aria-label="Reliability: {"; ".join(texts)}">',
        f'<path d="M{_x(0)} {_y(0)}L{_x(1)} {_y(1)}" stroke="#999" stroke-dasharray="4 4"/>',
        f'<path d="M{_x(0)} {_y(1)}V{_y(0)}H{_x(1)}" stroke="#333" fill="none"/>',
        f'<text x="{SIZE / 2}" y="{SIZE - 6}" font-size="12" text-anchor="middle">what we promised</text>',
        f'<text x="12" y="{SIZE / 2}" font-size="12" text-anchor="middle" '
        f'transform="rotate(-90 12 {SIZE / 2})">how often it came true</text>',
    ]
    parts += [_square(b) for b in bins]
    parts += [_dot(p) for p in ranges]
    return "".join([*parts, "</svg>"])


def _dot(p: Score) -> str:
    x, y = _x(p.level), _y(p.share)
    return (
        _whisker(p, "#0b5394")
        + f'<circle cx="{x}" cy="{y}" r="4" fill="#0b5394"/>'
        + f'<text x="{x}" y="{SIZE - 24}" font-size="11" text-anchor="middle">{p.level:.0%}</text>'
        + f'<text x="{x - 7}" y="{y}" font-size="11" text-anchor="end">{p.share:.0%}</text>'
    )


def _square(p: Score) -> str:
    x, y = _x(p.level), _y(p.share)
    return _whisker(p, "#b45f06") + f'<rect x="{x - 3}" y="{y - 3}" width="6" height="6" fill="#b45f06"/>'


def _whisker(p: Score, colour: str) -> str:
    low, high = p.interval
    return f'<path d="M{_x(p.level)} {_y(low)}V{_y(high)}" stroke="{colour}" stroke-width="2"/>'


def _x(share: float) -> float:
    return round(EDGE + share * (SIZE - EDGE - 10), 1)


def _y(share: float) -> float:
    return round(SIZE - EDGE - share * (SIZE - EDGE - 10), 1)
