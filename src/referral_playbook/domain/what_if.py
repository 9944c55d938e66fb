"""What a reader may move in a live session: the settings, what follows from them, and what is drawn of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from referral_playbook.contract.evidence import Basis, Estimate


class Moves(NamedTuple):
    """A what-if: every function takes the sliders by name.

    `answer` gives the outcomes as estimates, `drawn` the arguments of the figure that shows them, `sliders` low, high,
    step and plan of each setting (none where nothing is known that could be moved), `units` how a setting is written.
    """

    answer: Callable[..., dict[str, Any]]
    drawn: Callable[..., dict[str, Any]]
    sliders: Mapping[str, tuple[float, float, float, float]]
    units: Mapping[str, str]


def moved(estimate: Estimate, value: float) -> Estimate:
    """An estimate as a slider sets it: another value, known no better than before (the same relative range).

    At its own value it is left as it is; elsewhere it is assumed, and a share stays within 0 and 1.

    Examples
    --------
    >>> from referral_playbook.contract.evidence import assumed
    >>> rate = assumed(0.1, 0.05, 0.2, unit="share", per="qualified referral", source="client")
    >>> moved(rate, 0.1) is rate
    True
    >>> at = moved(rate, 0.6)
    >>> round(at.low, 6), at.value, at.high
    (0.3, 0.6, 1.0)
    """
    if value == estimate.value:
        return estimate
    scale = value / estimate.value if estimate.value else 0.0
    low, high = (scale * (end or 0.0) if scale else value for end in (estimate.low, estimate.high))
    most = 1.0 if estimate.unit == "share" else float("inf")
    return estimate.as_(
        value=value, low=min(low, value), high=max(value, min(high, most)), n=None, confidence=None,
        basis=Basis.ASSUMED, source="moved in the what-if, with its relative range", reason="",
    )  # fmt: skip
