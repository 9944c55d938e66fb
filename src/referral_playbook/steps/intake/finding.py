"""Everything that step 00 computes, once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd

from referral_playbook.contract.evidence import Check, Estimate, Verdict


@dataclass(frozen=True, kw_only=True)
class Capacity:
    """How many people can be reached, by hand and by the customers."""

    # prospects that staff reach in a month; customers today; people whom they could tell; months in which staff would
    # reach as many; growth of the number of customers in a year
    direct: Estimate
    customers: Estimate
    reach: Estimate
    months_by_hand: Estimate
    growth: Estimate
    efforts: Sequence[dict[str, Any]] = field(repr=False)  # direct reach at other hours per prospect


@dataclass(frozen=True, kw_only=True)
class IntakeFinding:
    """What step 00 found."""

    client: str
    as_of: date
    # the data, and their faults, in a sentence
    summary: str
    fault_summary: str
    # files, faults, sources, context, to_bring: Rows of the tables that are shown and handed over
    files: Sequence[dict[str, Any]] = field(repr=False)
    faults: Sequence[dict[str, Any]] = field(repr=False)
    sources: Sequence[dict[str, Any]] = field(repr=False)
    largest_sources: Mapping[str, float] = field(repr=False)  # rows by source, ready to draw
    unknown_sources: Estimate
    measured_share: Estimate
    coverage: pd.DataFrame = field(repr=False)  # every number of the playbook, and what it will stand on
    to_bring: Sequence[dict[str, Any]] = field(repr=False)
    capacity: Capacity
    context: Sequence[dict[str, Any]] = field(repr=False)
    stated: int  # how many of the three questions of the business context were answered
    verdict: Verdict
    checks: tuple[Check, ...]

    @property
    def estimates(self) -> dict[str, Estimate]:
        """What the step hands over, by its contract name."""
        return {
            "measured_share": self.measured_share,
            "unknown_source_share": self.unknown_sources,
            "customers_today": self.capacity.customers,
            "customer_growth": self.capacity.growth,
            "direct_reach_per_month": self.capacity.direct,
            "customer_reach": self.capacity.reach,
            "months_by_hand": self.capacity.months_by_hand,
        }
