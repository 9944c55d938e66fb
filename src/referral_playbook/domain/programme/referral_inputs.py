"""Inputs of the economics of a referral: margin, customer value, incremental share, conversion; each with its basis."""

import math

from referral_playbook.contract.evidence import Estimate
from referral_playbook.domain.assumptions import Default, assumed_value, decided_value
from referral_playbook.domain.programme.control_reading import kept_control_share
from referral_playbook.domain.sources import funnel
from referral_playbook.domain.value import customer_value as customer_worth
from referral_playbook.domain.value import referred_customers
from referral_playbook.domain.value.customer_value import USUAL, Horizon
from referral_playbook.facts.engagement import Engagement

INCREMENTAL = Default(0.50, 0.25, 0.75)


def assumed_share(stated: float | None = None) -> Estimate:
    """Share of converted friends who would not have come otherwise (type-one), as stated, else the default."""
    return assumed_value("incremental_share", stated, INCREMENTAL, unit="share", per="conversion")


def incremental_share(engagement: Engagement, stated: float | None = None, *, confidence: float = 0.95) -> Estimate:
    """Share of converted friends who would not have come otherwise: stated, else measured, else assumed.

    It is measured by the kept control, once its range is no wider than that of the assumption.
    """
    assumption = assumed_share(stated)
    if stated is not None:
        return assumption
    measured = kept_control_share(engagement, confidence=confidence)
    return measured.as_(per="conversion") if _width(measured) <= _width(assumption) else assumption


def _width(estimate: Estimate) -> float:
    """The width of a range; infinite where there is none."""
    return math.inf if estimate.low is None or estimate.high is None else estimate.high - estimate.low


def inputs(
    engagement: Engagement,
    *,
    horizon: Horizon = USUAL,
    gross_margin: float | None = None,
    customer_value: float | None = None,
    share: float | None = None,
    conversion_rate: float | None = None,
    fulfilment: float = 0.0,
    confidence: float = 0.95,
) -> dict[str, Estimate]:
    """What the economics stand on, each with its range and basis.

    Parameters
    ----------
    gross_margin, customer_value, share, conversion_rate : float or None
        Stated by the client; None measures, or says what is assumed. The share may also stand in client.toml.
    fulfilment : float
        Cost of handling, per conversion.

    Returns
    -------
    dict
        gross_margin, customer_value, referred_value_difference, incremental_share, conversion_rate, qualified_share,
        fulfilment.
    """
    margin = customer_worth.gross_margin(engagement, stated=gross_margin, confidence=confidence)
    share = engagement.parameters.get("incremental_share") if share is None else share
    if customer_value is None:
        value = customer_worth.customer_value(engagement, horizon=horizon, margin_share=margin, confidence=confidence)
    else:
        value = customer_worth.stated_value(customer_value, engagement.currency)
    gap = referred_customers.value_difference(engagement, value, horizon=horizon, confidence=confidence)
    return {
        "gross_margin": margin,
        "customer_value": referred_customers.with_difference(value, gap) if customer_value is None else value,
        "referred_value_difference": gap,
        "incremental_share": incremental_share(engagement, share, confidence=confidence),
        "conversion_rate": funnel.conversion_rate(engagement, stated=conversion_rate, confidence=confidence),
        "qualified_share": funnel.qualified_share(engagement, confidence=confidence),
        "fulfilment": decided_value("fulfilment", fulfilment, unit=engagement.currency, per="conversion"),
    }
