"""The baseline: referrals a month that would come if no programme ran."""

from typing import Any

import pandas as pd

from referral_playbook.contract.estimate import Basis, Estimate, undefined
from referral_playbook.domain.assumptions import assumed_value
from referral_playbook.domain.headcount import customers_now
from referral_playbook.domain.programme import baseline as today
from referral_playbook.domain.programme.status import ProgrammeStatus
from referral_playbook.domain.value.customer_months import all_referrals
from referral_playbook.facts.engagement import Engagement
from referral_playbook.facts.remembered import remembered
from referral_playbook.methods.rates import poisson_rate
from referral_playbook.methods.referrals.clusters import ratio_of_sums
from referral_playbook.methods.uncertainty.propagation import propagate

OVER_UPLIFT = "today's rate / uplift"
MONTHS_BEFORE = 3  # fewer say too little about the time before the programme
UNIT, PER = today.UNIT, today.PER


def baseline_referrals(
    engagement: Engagement,
    *,
    status: ProgrammeStatus,
    uplift: Estimate,
    now: Estimate,
    stated: float | None = None,
    confidence: float = 0.95,
) -> Estimate:
    """Referrals a month without the programme, from the best source that there is; a stated baseline goes before all.

    Where no programme runs it is today's rate, `now`. Where one runs it is today's rate over the measured uplift, else
    the rate per customer-month before the programme (a description), else today's rate over the uplift that is assumed.
    """
    if stated is not None:
        return assumed_value("baseline_referrals", stated, today.BASELINE, unit=UNIT, per=PER)
    if not status.running:
        return now.as_(source=f"{now.source}; no programme runs, so today's rate is the baseline")
    if uplift.basis is Basis.MEASURED:
        return over_uplift(now, uplift)
    before = before_programme(engagement, status, confidence=confidence)
    return before if before.defined else over_uplift(now, uplift)


def over_uplift(now: Estimate, uplift: Estimate) -> Estimate:
    """Today's rate divided by the uplift of the programme that brought it."""
    flat = uplift if now.confidence == uplift.confidence else uplift.as_(confidence=None)
    source = f"{OVER_UPLIFT} ({now.source})"
    return propagate(lambda r, u: r / u, unit=UNIT, per=PER, source=source, product=True, r=now, u=flat)


def is_over_uplift(baseline: Estimate) -> bool:
    """Whether a baseline is today's rate over the uplift, so that both are unknown together: one high, one low."""
    return baseline.source.startswith(OVER_UPLIFT)


@remembered
def before_programme(engagement: Engagement, status: ProgrammeStatus, *, confidence: float = 0.95) -> Estimate:
    """Referrals per customer-month before the programme, times today's customers; undefined with too few months."""
    labels: dict[str, Any] = {"unit": UNIT, "per": PER}
    labels["source"] = "the months before the programme, per customer-month, x today's customers: a description"
    rows = all_referrals(engagement) if status.start is not None else None
    if rows is None:
        return undefined("customers, referrals or the start of the programme have no dates", **labels)
    early = rows[(rows["month"] > rows["month"].min()) & (rows["month"] < status.start)].tail(24)
    if len(early) < MONTHS_BEFORE:
        return undefined(f"fewer than {MONTHS_BEFORE} months were recorded before the programme", **labels)
    rate = _per_customer_month(early, confidence)
    customers = customers_now(engagement)
    limits = {name: getattr(rate, name) * customers for name in ("value", "low", "high")}
    return rate.as_(**limits, n=int(early["referrals"].sum()), **labels)


def _per_customer_month(rows: pd.DataFrame, confidence: float) -> Estimate:
    made, there = rows["referrals"].to_numpy(float), rows["customers"].to_numpy(float)
    rate = ratio_of_sums(made, there, confidence=confidence, per="customer-month", source="referrals")
    plain = poisson_rate(int(made.sum()), float(there.sum()), confidence=confidence)
    if not rate.defined:
        return plain
    # Months that happen to be alike do not make the rate better known than its count does.
    low, high = min(rate.lower, plain.lower), max(rate.upper, plain.upper)
    return rate.as_(low=low, high=high)
