"""Are referred customers worth more? Those who came by referral against those who did not, like with like.

Adjusted for segment and year of joining. It is a comparison, not an experiment: friends may differ in ways that no
table shows. Where it cannot be told the difference is taken as nothing, and the benchmark stands beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from referral_playbook.benchmarks import benchmark, registry
from referral_playbook.contract.evidence import Check, Estimate, undefined
from referral_playbook.domain.contract_value import NONE, renewals_of, usable
from referral_playbook.domain.customer_value import fitting_model
from referral_playbook.domain.value_terms import USUAL, Horizon
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.comparisons import hazard_ratio, ratio_of_means
from referral_playbook.methods.customer_value.sbg import fit_sbg, sbg_survival
from referral_playbook.methods.propagation import combine

PER = "customer not referred"
BESIDE = {
    "margin": "referred_margin_difference",
    "customers lost": "referred_churn_difference",
    "value": "referred_value_difference",
}


def compared(engagement: Engagement) -> pd.DataFrame:
    """Customers whose origin is known: referred, months, left, margin (a month; null where not known), stratum."""
    profile = engagement.fact("customer_profile")
    if profile is None:
        return pd.DataFrame(columns=["referred", "months", "left", "margin", "stratum"])
    known = profile[profile["referred"].notna()]
    year = pd.to_datetime(known["joined_on"]).dt.year.astype(str) if engagement.real_dates else "any year"
    return pd.DataFrame(
        {
            "referred": known["referred"].astype(bool),
            "months": known["tenure_months"].astype(float),
            "left": known["left"].astype(bool),
            "margin": _a_month(known, fitting_model(engagement)),
            "stratum": known["segment"].fillna(NONE) + ", " + year,
        }
    )


def _a_month(known: pd.DataFrame, model: str) -> pd.Series:
    """Margin a month: per payment of a subscriber (who pays monthly), else over the time; else the monthly amount."""
    if known["margin_paid"].notna().any():
        over = known["payments"] if model == "subscription" else known["tenure_months"].clip(lower=1.0)
        return (known["margin_paid"] / over.where(over > 0)).clip(lower=0)
    return known["monthly_amount"].where(usable(known))


def differences(engagement: Engagement, *, confidence: float = 0.95) -> dict[str, Estimate]:
    """Referred against not referred, relative: `margin` a month and `customers lost` a month.

    -0.18 of customers lost: 18% fewer leave at the same age, in the same segment and year of joining.
    """
    rows = compared(engagement)
    n = rows["referred"].sum() if len(rows) else 0
    if n in (0, len(rows)):
        reason = "nobody wrote down who came by referral" if n == 0 else "all whose origin is known came by referral"
        return {name: undefined(reason, unit="share", per=PER) for name in ("margin", "customers lost")}
    strata = "by segment and year of joining" if engagement.real_dates else "by segment"
    paid = rows[rows["margin"].notna()]
    found = {
        "margin": ratio_of_means(paid["margin"], paid["referred"], strata=paid["stratum"], confidence=confidence),
        "customers lost": hazard_ratio(
            rows["months"], rows["left"], rows["referred"], strata=rows["stratum"], confidence=confidence
        ),
    }
    return {name: _relative(ratio, f"customers and payments, {strata}") for name, ratio in found.items()}


def _relative(ratio: Estimate, source: str) -> Estimate:
    said: dict[str, Any] = {"unit": "share", "per": PER, "source": source}
    if not ratio.defined:
        return ratio.as_(**said)
    return ratio.as_(value=ratio.value - 1, low=ratio.low - 1, high=ratio.high - 1, **said)  # type: ignore[operator]


def value_difference(
    engagement: Engagement, worth: Estimate, *, horizon: Horizon = USUAL, confidence: float = 0.95
) -> Estimate:
    """What a referred customer is worth more than another, in money over the horizon.

    ``V ((1 + margin) L(1 + lost) / L(1) - 1)``, L(h) the discounted payments of a customer whose chance to leave is h
    times that of those who were not referred (sBG).
    """
    said: dict[str, Any] = {"unit": worth.unit, "per": worth.per.replace("new customer", "referred customer")}
    profile = engagement.fact("customer_profile")
    if fitting_model(engagement) != "subscription" or profile is None:
        return undefined("without a contract nobody says when they leave, so a difference in stay has no value", **said)
    try:
        fit = fit_sbg(renewals_of(profile[~profile["referred"].fillna(False).astype(bool)]))
    except ValueError as error:
        return undefined(f"no lifetime of those not referred: {error}", **said)
    t = np.arange(horizon.months)
    stay = sbg_survival(t, alpha=fit.alpha, beta=fit.beta)
    weight = (1 + horizon.monthly) ** -t.astype(float)

    def more(value: float, margin: float, lost: float) -> float:
        life = float(weight @ stay ** max(1 + lost, 0.0)) / float(weight @ stay)
        return value * ((1 + margin) * life - 1)

    found = differences(engagement, confidence=confidence)
    source = "value x ((1 + margin difference) x longer or shorter life - 1)"
    return combine(more, **said, source=source, value=worth, margin=found["margin"], lost=found["customers lost"])


def counted(gap: Estimate) -> bool:
    """Whether the difference is reckoned with: only where its whole range lies on one side of nothing."""
    return gap.defined and (gap.low > 0 or gap.high < 0)  # type: ignore[operator]


def with_difference(worth: Estimate, gap: Estimate) -> Estimate:
    """Value of a friend: that of any new customer, plus the difference where it is counted."""
    if not counted(gap):
        return worth
    source = f"{worth.source}; plus the measured difference of referred customers"
    return combine(lambda v, g: v + g, unit=worth.unit, per=worth.per, source=source, v=worth, g=gap)


def check(gap: Estimate) -> Check:
    """What was done with the difference, in words."""
    name = "referred_difference_counted"
    if not gap.defined:
        text = f"referred customers are taken to be worth the same as others: {gap.reason}"
        return Check(name=name, passed=None, text=text)
    if counted(gap):
        text = "a friend is valued with the measured difference; it is a comparison, not an experiment"
        return Check(name=name, passed=True, text=text)
    text = "the range of the difference holds nothing, so friends are valued like other new customers"
    return Check(name=name, passed=None, text=text)


def rows(engagement: Engagement, known: Mapping[str, Estimate], *, confidence: float = 0.95) -> list[dict[str, Any]]:
    """Measured beside published: referred_against_not, measured, published, firmness, counter_evidence."""
    gap, worth = known["referred_value_difference"], known["customer_value"]
    value = gap.as_(unit="share", per=PER)
    if gap.defined and worth.value:
        base = worth.value - gap.value * counted(gap)  # type: ignore[operator]
        value = value.as_(value=gap.value / base, low=gap.low / base, high=gap.high / base)  # type: ignore[operator]
    measured = {**differences(engagement, confidence=confidence), "value": value}
    return [
        {
            "referred_against_not": name,
            "measured": measured[name],
            "published": benchmark(outside),
            "firmness": registry()[outside].firmness,
            "counter_evidence": registry()[outside].counter_evidence,
        }
        for name, outside in BESIDE.items()
    ]
