"""When things happen: the lags between the stages of a referral, and the margin of a customer month by month."""

import numpy as np

from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.domain.programme.offers import Offer
from referral_playbook.domain.value.customer_value import fitting_model
from referral_playbook.domain.value.value_terms import USUAL
from referral_playbook.facts.engagement import Engagement
from referral_playbook.facts.remembered import remembered
from referral_playbook.methods.decisions.programme_futures import Timetable
from referral_playbook.methods.survival.estimators import kaplan_meier

DAYS = 30.4375
LONGEST_LAG = 12  # months: what takes longer is put there
AT_ONCE = (1.0,)


@remembered
def stage_lag(engagement: Engagement, start: str, end: str) -> tuple[float, ...]:
    """Share that reaches a stage 0, 1, 2, ... whole months after another; all at once where it was not recorded.

    Stages are dates of a referral: referred_on, qualified_on, converted_on, rewarded_on.
    """
    rows = engagement.fact("referrals")
    if rows is None:
        return AT_ONCE
    days = (rows[end] - rows[start]).dt.days.dropna()
    if days.empty:
        return AT_ONCE
    months = np.clip((days.to_numpy(float) // DAYS).astype(int), 0, LONGEST_LAG)
    return tuple(np.bincount(months) / len(months))


@remembered
def margin_lag(engagement: Engagement, *, months: int = USUAL.months) -> tuple[float, ...]:
    """Share of a customer's margin that comes 0, 1, 2, ... months after the conversion, before any discount.

    Subscribers pay as long as they stay (Kaplan-Meier over all customers); a project is paid at once, and other
    business is counted so.
    """
    profile = engagement.fact("customer_profile")
    if profile is None or fitting_model(engagement) != "subscription":
        return AT_ONCE
    curve = kaplan_meier(profile["tenure_months"], profile["left"].astype(bool))
    after = np.searchsorted(curve.times, np.arange(months), side="right")
    stays = np.r_[1.0, curve.survival][after]
    return tuple(stays / stays.sum())


def reward_lag(engagement: Engagement, offer: Offer, *, hold_days: int) -> tuple[float, ...]:
    """Share of the rewards that is paid 0, 1, 2, ... months after the conversion: as recorded, else after the hold."""
    recorded = stage_lag(engagement, "converted_on", "rewarded_on")
    if recorded != AT_ONCE or offer.trigger != "hold":
        return recorded
    return (0.0,) * round(hold_days / DAYS) + (1.0,)


def timetable(engagement: Engagement, offer: Offer, p: Parameters) -> Timetable:
    """The lags that the client's tables show, followed to the client's date and to the pay-back horizon."""
    return Timetable(
        months=max(p.count("break_even_months"), p.count("payback_months")),
        deadline=p.count("break_even_months"),
        qualified_after=stage_lag(engagement, "referred_on", "qualified_on"),
        converted_after=stage_lag(engagement, "qualified_on", "converted_on"),
        margin_after=margin_lag(engagement),
        rewarded_after=reward_lag(engagement, offer, hold_days=p.count("hold_days")),
        discount_rate=p.number("discount_rate"),
    )


def lag_rows(when: Timetable) -> list[dict[str, float]]:
    """The lags as rows: months after the stage before, and the share of each stage that comes then."""
    stages = {
        "qualified": when.qualified_after,
        "converted": when.converted_after,
        "margin": when.margin_after,
        "rewarded": when.rewarded_after,
    }
    longest = max(map(len, stages.values()))
    return [
        {"months_after": k, **{name: shares[k] if k < len(shares) else 0.0 for name, shares in stages.items()}}
        for k in range(longest)
    ]
