"""Referrals that a programme would bring where none come without it.

An uplift multiplies the referrals that come anyway, so without any it says nothing. The plan then counts referrals
directly: as stated, else one ask a year of every customer at the assumed number of referrals per ask.
"""

from referral_playbook.contract.estimate import Estimate, undefined
from referral_playbook.contract.writing.formatting import written
from referral_playbook.domain.assumptions import STATED, Default, assumed_value, decided_value
from referral_playbook.domain.programme.status import ProgrammeStatus
from referral_playbook.facts.engagement import Engagement

EXTRA_PER_ASK = Default(0.10, 0.03, 0.20)
"""Referrals that one ask adds, where no control has measured it."""
STATED_RANGE = Default(1.0, 0.0, 2.0)
"""Relative range of a stated number: a programme can also bring nothing."""
UNIT, PER = "referrals", "month"
NOTHING_TO_MULTIPLY = "no referral comes without the programme, so an uplift has nothing to multiply"


def starts_from_nothing(baseline: Estimate, status: ProgrammeStatus) -> bool:
    """Whether no programme runs and no referral comes."""
    return not status.running and baseline.value == 0


def new_referrals(
    engagement: Engagement, *, baseline: Estimate, status: ProgrammeStatus, stated: float | None = None
) -> Estimate:
    """Referrals a month that the programme brings where the baseline has none, stated or assumed; 0 where some come."""
    if not starts_from_nothing(baseline, status):
        none = decided_value("new_referrals", 0.0, unit=UNIT, per=PER)
        return none.as_(source="referrals already come, and the uplift says what the programme adds")
    if stated is not None:
        return assumed_value("new_referrals", stated, STATED_RANGE, unit=UNIT, per=PER).as_(source=STATED)
    profile = engagement.fact("customer_profile")
    customers = 0 if profile is None else int((~profile["left"].astype(bool)).sum())
    if not customers:
        reason = "no referral comes today, and there are no customers to ask: state new_referrals"
        return undefined(reason, unit=UNIT, per=PER)
    return from_asks(customers)


def from_asks(customers: int) -> Estimate:
    """New referrals a month where every customer is asked once a year, at the assumed number of referrals per ask."""
    per_ask = assumed_value("extra_per_ask", None, EXTRA_PER_ASK, unit=UNIT, per=PER)
    limits = {end: getattr(per_ask, end) * customers / 12 for end in ("value", "low", "high")}
    asked = f"{written(customers, 'customers')}, each asked once a year"
    source = f"{asked}, x referrals per ask (playbook default, not confirmed)"
    return per_ask.as_(**limits, source=source)


def without_uplift(estimate: Estimate) -> Estimate:
    """An uplift as it is reported where it has nothing to multiply: undefined."""
    return undefined(NOTHING_TO_MULTIPLY, unit=estimate.unit, per=estimate.per, basis=estimate.basis)
