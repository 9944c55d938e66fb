"""Does spending on loyalty pay? A year of programme and surveys against the margin of customers who stay longer."""

from collections.abc import Mapping
from typing import Any

from scipy.optimize import brentq

from referral_playbook.contract.client_toml.exchange import ExchangeRate
from referral_playbook.contract.evidence import Basis, Estimate, undefined
from referral_playbook.contract.writing.formatting import number
from referral_playbook.domain.assumptions import Default, assumed_value
from referral_playbook.domain.programme.money_defaults import NO_RATES, stated_money
from referral_playbook.domain.value.value_terms import USUAL, Horizon
from referral_playbook.methods.uncertainty.propagation import propagate
from referral_playbook.steps.loyalty_and_upsell.plain_value import expected_months

YEAR = 12
SPEND_SHARE = Default(0.010, 0.005, 0.020)
CHURN_AVOIDED = Default(0.05, 0.0, 0.10)


def assumptions(
    currency: str,
    *,
    rates: Mapping[str, ExchangeRate] = NO_RATES,
    spend_share: float | None = None,
    survey_cost: float | None = None,
    churn_avoided: float | None = None,
) -> dict[str, Estimate]:
    """What is assumed of a loyalty programme, with its range, where it was not stated.

    Its cost is 1% of revenue (0.5% to 2%), surveys cost £2 (£1 to £4, or as much in `currency`) per customer and year,
    and while it runs it avoids 5% of the churn (0% to 10%).
    """
    per = "customer and year"
    return {
        "spend_share": assumed_value("spend_share", spend_share, SPEND_SHARE, unit="share", per="unit of revenue"),
        "survey_cost": stated_money("survey_cost", survey_cost, currency=currency, rates=rates, per=per),
        "churn_avoided": assumed_value(
            "churn_avoided", churn_avoided, CHURN_AVOIDED, unit="share", per="customer lost"
        ),
    }


def extra_months(churn: float, avoided: float, horizon: Horizon) -> float:
    """Discounted months gained per customer within the horizon when a year's churn falls by `avoided` of itself.

    After the year churn is as it was; whom the year kept goes on paying.
    """
    d, rest = horizon.monthly, max(horizon.months - YEAR, 0)
    year = min(YEAR, horizon.months)

    def months(c: float) -> float:
        after = ((1 - c) / (1 + d)) ** year * (expected_months(churn, rest, d) if rest else 0.0)
        return expected_months(c, year, d) + after

    return months(churn * (1 - avoided)) - months(churn)


def loyalty_spend(
    amount: Estimate,
    churn: Estimate,
    margin_share: Estimate,
    said: Mapping[str, Estimate],
    *,
    customers: int,
    horizon: Horizon = USUAL,
) -> dict[str, Estimate]:
    """Cost of a year, value gained and what is left, for all of today's customers together.

    Parameters
    ----------
    amount, churn, margin_share : Estimate
        Per customer and month; per customer and month; per unit of revenue.
    said : mapping
        From `assumptions`.

    Returns
    -------
    dict
        loyalty_cost, value_gained, loyalty_net (currency a year); churn_avoided_to_pay (share of the churn from which
        the spend pays).
    """
    labels: dict[str, Any] = {"unit": amount.unit, "per": f"year of a programme for {number(customers)} customers"}
    known: dict[str, Any] = {"a": amount, "c": churn, "g": margin_share, "x": said["churn_avoided"]}
    costs: dict[str, Any] = {"p": said["spend_share"], "q": said["survey_cost"]}

    def cost(a: float, p: float, q: float) -> float:
        return customers * (YEAR * a * p + q)

    def gained(a: float, c: float, g: float, x: float) -> float:
        return customers * a * g * extra_months(c, x, horizon)

    def left(a: float, c: float, g: float, x: float, p: float, q: float) -> float:
        return gained(a, c, g, x) - cost(a, p, q)

    words = f"margin x discounted months kept longer, {horizon.words}"
    return {
        "loyalty_cost": propagate(
            cost, source="customers x (revenue x spend share + surveys)", a=amount, **costs, **labels
        ),
        "value_gained": propagate(gained, source=words, **known, **labels),
        "loyalty_net": propagate(left, source="value gained less cost", **known, **costs, **labels),
        "churn_avoided_to_pay": _to_pay(known, costs, horizon),
    }


def _to_pay(known: Mapping[str, Estimate], costs: Mapping[str, Estimate], horizon: Horizon) -> Estimate:
    """Share of the churn that must be avoided for the value gained to reach the cost; at the most likely values."""
    labels: dict[str, Any] = {"unit": "share", "per": "customer lost", "source": "value gained = cost"}
    inputs: dict[str, Any] = {**{k: known[k] for k in ("a", "c", "g")}, **costs}

    def least(a: float, c: float, g: float, p: float, q: float) -> float:
        def net(x: float) -> float:
            return a * g * extra_months(c, x, horizon) - YEAR * a * p - q

        if net(1.0) < 0:
            raise ValueError("even if nobody left any more, the spend would not pay for itself")
        return float(brentq(net, 0.0, 1.0))

    unknown = next((e for e in inputs.values() if not e.defined), None)
    if unknown is not None:
        return undefined(unknown.reason, basis=Basis.ASSUMED, **labels)
    return propagate(least, **inputs, **labels)
