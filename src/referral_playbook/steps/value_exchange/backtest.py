"""Was the model right in the past? It is fitted to the data of a year ago and compared with what followed.

The plain lifetime value is the one clients know: margin a month times the average life, not discounted.
"""

from typing import Any

import numpy as np
import pandas as pd

from referral_playbook.contract.evidence import Check, Estimate, undefined
from referral_playbook.contract.writing.formatting import two_digits
from referral_playbook.domain.value.contract_value import BOUNDARY, renewals_of, renewals_of_lives, usable
from referral_playbook.domain.value.customer_value import fitting_model
from referral_playbook.domain.value.stated_amounts import priced_profile
from referral_playbook.domain.value.value_terms import mean_amount, times_margin
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.customer_value.backtest import Backtest
from referral_playbook.methods.customer_value.purchases import backtest_purchases
from referral_playbook.methods.customer_value.renewals import Renewals
from referral_playbook.methods.customer_value.sbg_range import backtest_sbg
from referral_playbook.methods.customer_value.simple import plain_lifetime_value
from referral_playbook.methods.survival.retention import leaving_rate
from referral_playbook.methods.uncertainty.propagation import propagate

DAYS = 30.4375
KNOWN_SHARE = 2 / 3  # of the ages, where there is no calendar to cut


def plain_value(engagement: Engagement, *, margin_share: Estimate, confidence: float = 0.95) -> Estimate:
    """Margin a month x average life (customer-months / customers lost), not discounted and without an end.

    Undefined where nobody says when they leave, or nobody has left yet.
    """
    labels: dict[str, Any] = {"unit": engagement.currency, "per": "new customer"}
    if fitting_model(engagement) != "subscription":
        return undefined("there is no monthly amount, or nobody says when they leave", **labels)
    profile = priced_profile(engagement)
    assert profile is not None
    amounts = profile.loc[usable(profile), "monthly_amount"].to_numpy(float)
    per = "customer and month"
    amount = mean_amount(amounts, unit=engagement.currency, per=per, source="monthly amount", confidence=confidence)
    margin = times_margin(amount, margin_share, unit=engagement.currency, per=per)
    lost, months = int(profile["left"].sum()), float(profile["tenure_months"].sum())
    if lost == 0 or months == 0:
        return undefined("nobody has left yet, so an average life has no number", **labels)
    churn = leaving_rate(profile["left"], profile["tenure_months"], confidence=confidence)
    source = "margin a month x average life, not discounted, without a horizon"
    return propagate(plain_lifetime_value, **labels, source=source, margin=margin, churn=churn)


def why_they_differ(worth: Estimate, plain: Estimate) -> str:
    """The plain value against the model's, in words."""
    if not (worth.defined and plain.defined):
        return "The two cannot be compared: one of them is not known."
    if worth.point == 0:
        return "The two cannot be compared: a new customer is worth nothing in the model."
    ratio = plain.point / worth.point
    return (
        f"The plain value is {two_digits(ratio)} times the model's. It counts money of far-off years in full, "
        "and without an end; it takes all customers as equally likely to leave, "
        "though those who stay long are others than those who go soon; and it multiplies mean price by mean life, "
        "though those who pay more may stay longer."
    )


def backtest(engagement: Engagement, *, months: int = 12) -> Check:
    """Whether the model was as good as a naive rule on the `months` after a cut; None with nothing to hold out.

    Where the client gave tenures without dates, the last third of the ages is held out instead.
    """
    tests = {"subscription": _contract, "repeat purchase": _purchases}
    test = tests.get(fitting_model(engagement))
    try:
        if test is None:
            raise ValueError("won deals are averaged, not forecast")
        tested = test(engagement, months)
    except ValueError as error:
        return Check(name="backtest", passed=None, text=f"the value could not be held against what came later: {error}")
    return Check(name="backtest", passed=tested.winner != "naive", text=tested.sentence)


def _contract(engagement: Engagement, months: int) -> Backtest:
    profile = engagement.fact("customer_profile")
    assert profile is not None
    if not engagement.real_dates:
        whole = renewals_of(profile)
        age = int(KNOWN_SHARE * whole.at_risk.size)
        return backtest_sbg(whole.until(age), whole.after(age))
    return backtest_sbg(*_cut(profile, pd.Timestamp(engagement.as_of), months))


def _cut(profile: pd.DataFrame, as_of: pd.Timestamp, months: int) -> tuple[Renewals, Renewals]:
    """Renewals due before the cut, and those due after it on the same ages, of customers who had joined by then."""
    age = (as_of - pd.to_datetime(profile["joined_on"])).dt.days.to_numpy() / DAYS - months
    there = age > BOUNDARY
    if not there.any():
        raise ValueError(f"nobody had joined {months} months ago")
    tenure, left = profile["tenure_months"].to_numpy(float)[there], profile["left"].to_numpy(bool)[there]
    known_left = left & (tenure <= age[there])
    seen = np.where(known_left, tenure, np.maximum(np.minimum(tenure, age[there]) - BOUNDARY, 0))
    known, whole = renewals_of_lives(seen, known_left), renewals_of_lives(tenure, left)
    gap = (0, whole.at_risk.size - known.at_risk.size)
    later = Renewals(whole.at_risk - np.pad(known.at_risk, gap), whole.lost - np.pad(known.lost, gap))
    return known, later


def _purchases(engagement: Engagement, months: int) -> Backtest:
    """In months with a purchase: the days are not among the facts."""
    rows = engagement.fact("customer_months")
    assert rows is not None
    at = pd.PeriodIndex(rows["month"], freq="M").asi8
    rows = rows.assign(at=at)[rows["amount"].to_numpy() > 0]
    last = engagement.as_of.year * 12 + engagement.as_of.month - 1 - 1970 * 12
    length = min(months, (last - int(rows["at"].min())) // 3)
    if length < 1:
        raise ValueError("there are less than three months of purchases")
    cut = last - length
    before = rows[rows["at"] <= cut].groupby("customer_id")["at"].agg(["min", "max", "size"])
    after = rows[rows["at"] > cut].groupby("customer_id").size().reindex(before.index, fill_value=0)
    return backtest_purchases(
        x=before["size"] - 1,
        t_x=before["max"] - before["min"],
        T=cut - before["min"] + 1,
        held_out=after,
        length=float(length),
    )
