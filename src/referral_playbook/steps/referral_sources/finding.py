"""What step 07 found, computed once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from referral_playbook.contract.evidence import Estimate
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.domain.sources.sources import Sources


@dataclass(frozen=True, kw_only=True)
class Deals:
    """One-off deals against relationships: first amounts, yearly retention, worth today, and how many times."""

    first_year: Estimate
    one_off: Estimate
    kept: Estimate
    lasting: Estimate
    times: Estimate


@dataclass(frozen=True, kw_only=True)
class Thresholds:
    """What the verdict compares with, fixed before the data are looked at."""

    # share of unknown sources up to which the record can steer the effort, and from which it says nothing
    most_unknown: float = 0.20
    too_much: float = 0.50
    least: float = 0.02  # share of what was won by referral below which there is nothing to build on

    @classmethod
    def of(cls, parameters: Parameters) -> Thresholds:
        return cls(**{name: parameters.number(name) for name in ("most_unknown", "too_much", "least")})


@dataclass(frozen=True, kw_only=True)
class SourcesFinding:
    """Everything that step 07 computed."""

    client: str
    currency: str
    as_of: date
    sources: Sources  # the record that was read
    # the audit by source and what is made of it
    rows: pd.DataFrame
    pareto: pd.DataFrame
    projection: pd.DataFrame
    groups: pd.DataFrame
    introductions: pd.DataFrame
    balance_sheet: pd.DataFrame
    markets: pd.DataFrame
    gaps: pd.DataFrame
    crm_fields: pd.DataFrame
    deal_rows: list[dict[str, Any]]
    effort: list[dict[str, Any]]
    # share of unknown sources, share won by referral, share of referrals by the most active fifth
    unknown: Estimate
    by_referral: Estimate
    introducers: Estimate
    deals: Deals
    thresholds: Thresholds

    @property
    def estimates(self) -> Mapping[str, Estimate]:
        """Every estimate by its contract name."""
        return {
            "unknown_source_share": self.unknown,
            "referral_share_of_won": self.by_referral,
            "top_fifth_of_introducers": self.introducers,
            "one_off_value": self.deals.one_off,
            "relationship_value": self.deals.lasting,
            "relationship_in_one_offs": self.deals.times,
            "yearly_retention": self.deals.kept,
        }
