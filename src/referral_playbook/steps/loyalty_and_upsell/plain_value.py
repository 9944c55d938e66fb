"""The plain lifetime value that clients know beside the model's, and why they differ, step by step."""

from typing import Any

import pandas as pd

from referral_playbook.contract.evidence import Estimate, undefined
from referral_playbook.contract.writing.formatting import share
from referral_playbook.domain.value.customer_money import YEAR
from referral_playbook.domain.value.value_terms import USUAL, Horizon, mean_amount
from referral_playbook.methods.customer_value.simple import plain_lifetime_value
from referral_playbook.methods.uncertainty.propagation import propagate

PER = "customer"


def monthly_amount(people: pd.DataFrame, *, currency: str, confidence: float = 0.95) -> Estimate:
    """Mean of what today's customers pay a month (rows of `customer_money.with_money`), bootstrap range."""
    amounts = people["yearly_amount"].dropna().to_numpy(float) / YEAR
    labels: dict[str, Any] = {"unit": currency, "per": "customer and month", "source": "customers: what they pay today"}
    if not amounts.size:
        return undefined("no list of customers shows what each of them pays a month", **labels)
    return mean_amount(amounts, confidence=confidence, **labels)


def plain_value(amount: Estimate, churn: Estimate) -> Estimate:
    """Revenue a month x average life, 1 / churn months: not discounted, no horizon, revenue and not margin."""
    labels: dict[str, Any] = {"unit": amount.unit, "per": PER, "source": "amount a month / churn a month"}
    return propagate(lambda a, c: plain_lifetime_value(margin=a, churn=c), a=amount, c=churn, **labels)


DIFFERS = "churn differs by time since joining and by segment, which one rate for all hides"


def bridge(
    amount: Estimate, churn: Estimate, margin_share: Estimate, model: Estimate, *, horizon: Horizon = USUAL
) -> list[dict[str, Any]]:
    """From the plain value to the model's: rows value, worth (Estimate), why it differs from the row above."""
    months, d = horizon.months, horizon.monthly
    labels: dict[str, Any] = {"unit": amount.unit, "per": PER}
    inputs: dict[str, Any] = {"a": amount, "c": churn, "g": margin_share}

    def over_average_life(a: float, c: float, g: float) -> float:
        return float(plain_lifetime_value(margin=a * g, churn=c))

    def within(a: float, c: float, g: float) -> float:
        return a * g * expected_months(c, months)

    def discounted(a: float, c: float, g: float) -> float:
        return a * g * expected_months(c, months, d)

    over = f"months after month {months} are too uncertain to count"
    return [
        _row(
            "plain: revenue a month x average life",
            plain_value(amount, churn),
            "this is what most people mean by lifetime value",
        ),
        _row(
            "margin a month x average life",
            propagate(over_average_life, source="margin / churn", **labels, **inputs),
            "the cost of delivery is taken off: revenue is not profit",
        ),
        _row(f"the same over {months} months", propagate(within, source="margin x months", **labels, **inputs), over),
        _row(
            "the same, discounted",
            propagate(discounted, source="margin x discounted months", **labels, **inputs),
            f"money that comes later is worth less, by {share(horizon.discount_rate)} a year",
        ),
        _row("the model of step 02", model, DIFFERS),
    ]


def _row(value: str, worth: Estimate, why: str) -> dict[str, Any]:
    return {"value": value, "worth": worth, "why_it_differs": why}


def expected_months(churn: float, months: int, discount: float = 0.0) -> float:
    """Months paid within `months`, first one now, at one churn a month: ``sum over t of ((1 - c) / (1 + d))^t``.

    Examples
    --------
    >>> expected_months(0.5, 3), expected_months(0.0, 12)
    (1.75, 12.0)
    """
    retained = (1 - churn) / (1 + discount)
    return float(months) if retained == 1 else (1 - retained**months) / (1 - retained)
