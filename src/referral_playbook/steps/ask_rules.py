"""When a customer may be asked: limits that are fixed before the list is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class AskRules:
    """When a customer may be asked.

    Parameters
    ----------
    minimum_tenure : float
        Months as a customer.
    promoter_from, detractor_to : int
        Last NPS answer, 0 to 10.
    given_within, not_asked_within : int
        Days: something was given at most so long ago, and the last ask is longer ago.
    given_kinds : sequence of str
        Touchpoint kinds that count as given. A review meeting does not, unless it is named: many are a report to us.
    only_ask_here : bool
        Ask only in segments that step 01 sorted into *ask here*; otherwise each row says how its segment was sorted.
    """

    minimum_tenure: float = 6.0
    promoter_from: int = 9
    detractor_to: int = 6
    given_within: int = 90
    not_asked_within: int = 90
    given_kinds: Sequence[str] = ("kind_act", "delight")
    only_ask_here: bool = False

    def __post_init__(self) -> None:
        if not self.detractor_to < self.promoter_from:
            raise ValueError(f"detractor_to = {self.detractor_to} must be below promoter_from = {self.promoter_from}")
        if min(self.minimum_tenure, self.given_within, self.not_asked_within) < 0:
            raise ValueError("minimum_tenure (months), given_within and not_asked_within (days) are 0 or more")


USUAL = AskRules()
"""The playbook's rules where the firm has none of its own."""
