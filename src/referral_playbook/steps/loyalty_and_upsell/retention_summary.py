"""How much is kept from one year to the next, by the best measure that the tables allow, and the customer value."""

from collections.abc import Mapping

from referral_playbook.contract.evidence import Estimate, undefined
from referral_playbook.contract.names import Step
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.domain.upstream import upstream_estimate
from referral_playbook.domain.value import customer_value as customer_worth
from referral_playbook.domain.value import retention
from referral_playbook.domain.value.value_terms import Horizon
from referral_playbook.facts.engagement import Engagement
from referral_playbook.steps.loyalty_and_upsell import cohorts

KEPT = {
    "grr": "of the recurring revenue of a year ago is still there, before anything sold on top",
    "revenue_stayed": "of the revenue of a year ago stayed, at today's amounts",
    "customers_kept": "of the customers of a year ago are still here",
    "kept_at_horizon": "of customers are still here, per {per}",
}
"""The measures of how much is kept, the best first, in words; {per} is the denominator."""


def known(engagement: Engagement, p: Parameters, horizon: Horizon) -> dict[str, Estimate]:
    """How much is kept, and the customer value: from steps 01 and 02 where they have been run, or as the client stated.

    Returns
    -------
    dict
        retention_rate, churn_rate (a month), customers_kept, kept_at_horizon (after `months`), bought_again,
        gross_margin, customer_value.
    """
    months, confidence, step = p.count("retention_months"), p.number("confidence"), Step.VALUE_EXCHANGE

    def margin() -> Estimate:
        return customer_worth.gross_margin(engagement, stated=p.optional_number("gross_margin"), confidence=confidence)

    def worth() -> Estimate:
        return _value(engagement, p.optional_number("customer_value"), share, horizon, confidence)

    share = upstream_estimate(engagement, step, "gross_margin", margin)
    value = upstream_estimate(engagement, step, "customer_value", worth)
    return {
        **_kept(engagement, months, confidence),
        "bought_again": cohorts.bought_again(engagement, months=months, confidence=confidence),
        "gross_margin": share,
        "customer_value": value,
    }


def _value(
    engagement: Engagement, stated: float | None, margin_share: Estimate, horizon: Horizon, confidence: float
) -> Estimate:
    if stated is not None:
        return customer_worth.stated_value(stated, engagement.currency)
    return customer_worth.customer_value(engagement, horizon=horizon, margin_share=margin_share, confidence=confidence)


def _kept(engagement: Engagement, months: int, confidence: float) -> dict[str, Estimate]:
    churn = cohorts.churn_rate(engagement, months=months, confidence=confidence)
    stays = retention.retention(engagement, months=months, confidence=confidence)
    rate = upstream_estimate(engagement, "pmf_check", "retention_rate", lambda: stays["retention_rate"])
    later = stays["retention_at_horizon"]
    if not churn.defined:
        # a curve on which nobody is seen to leave would say that all stay
        rate, later = (undefined(churn.reason, unit="share", per=e.per, source=e.source) for e in (rate, later))
    return {
        "retention_rate": rate,
        "churn_rate": churn,
        "customers_kept": retention.customers_kept(engagement, months=months, confidence=confidence),
        "kept_at_horizon": later,
    }


def what_is_kept(found: Mapping[str, Estimate]) -> tuple[str, Estimate]:
    """The measure that the verdict stands on: the first of `KEPT` that is defined, else GRR with its reason."""
    return next(((name, found[name]) for name in KEPT if found[name].defined), ("grr", found["grr"]))
