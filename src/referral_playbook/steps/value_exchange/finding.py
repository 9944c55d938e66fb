"""What step 02 found: every part that the notebook shows and the result is built from, computed once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from referral_playbook.contract.evidence import Check, Estimate
from referral_playbook.domain.programme.offers import Offer
from referral_playbook.domain.value.customer_value import Horizon
from referral_playbook.facts.engagement import Engagement
from referral_playbook.steps.value_exchange.ceilings import Ceilings

Rows = list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class ValueFinding:
    """The finding of step 02."""

    client: str
    currency: str
    as_of: date
    engagement: Engagement  # with valid referrals only
    # gross_margin, customer_value, referred_value_difference, incremental_share, conversion_rate, qualified_share,
    # fulfilment, uplift, baseline_referrals
    known: Mapping[str, Estimate]
    plain: Estimate  # the lifetime value that clients know
    model: str  # the model of customer value, in words
    horizon: Horizon
    backtest: Check
    offer: Offer  # the reward that the plan uses
    # value of the ask, unit value per qualified referral, and acquisition cost saved
    ask: Estimate
    unit: Estimate
    saving: Estimate | None
    ceilings: Ceilings
    referral_value: Estimate
    rewards_a_year: Estimate
    # tables ready to show
    exchanges: Rows
    referred: Any
    ways: Any
    friends: Any
    options: Any
    caps: Any
    segments: pd.DataFrame | Rows
    rules: Any
    hypotheses: Any
    swings: Any
    beside: Rows
