"""What the programme has brought since a day, against doing nothing, as the kept control shows it.

Extra conversions are those of the customers who may be asked, less what the control's rate would have brought. Their
value and the cash received are net of the rewards of all conversions and of the running cost. Without a kept control
over the whole time nobody can say what came because of the programme, so there is no figure.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from referral_playbook.contract.estimate import Estimate
from referral_playbook.contract.names import Step
from referral_playbook.contract.writing.dates import month
from referral_playbook.domain.programme.control_groups import DAYS_A_MONTH
from referral_playbook.domain.programme.control_reading import why_not
from referral_playbook.domain.programme.kept_control import KeptControl
from referral_playbook.facts.engagement import Engagement

NEEDED = ("customer_value", "incremental_share", "monthly_cost")


@dataclass(frozen=True, kw_only=True)
class Realised:
    """Value and cash of a time against doing nothing, in the client's currency."""

    # None where they cannot be read
    value: float | None = None
    cash: float | None = None
    reason: str = ""  # why not; empty where both can


def realised(engagement: Engagement, first: pd.Period, last: pd.Period) -> Realised:
    """Read the months from `first` to `last` once they are over: of valid referrals, and after step 05."""
    control = KeptControl.of(engagement)
    reason = why_not(engagement, control)
    if not reason and control.since is not None and control.since > first:
        reason = f"the control began in {month(control.since)}, after the forecast"
    result = engagement.upstream(Step.BREAK_EVEN)
    inputs = {} if result is None else {n: e for n in NEEDED if (e := result.estimates.get(n)) and e.defined}
    if not reason and len(inputs) < len(NEEDED):
        reason = "step 05 has no value for a customer, the incremental share or the monthly cost"
    return Realised(reason=reason) if reason else _read(engagement, control, first, last, inputs)


def _read(
    engagement: Engagement, control: KeptControl, first: pd.Period, last: pd.Period, inputs: Mapping[str, Estimate]
) -> Realised:
    profile, rows = engagement.fact("customer_profile"), engagement.fact("referrals")
    assert profile is not None  # `why_not` looked
    assert rows is not None
    won = rows[rows["converted_on"].dt.to_period("M").between(first, last)]
    won = won[won["referrer_id"].isin(profile["customer_id"])]
    unasked = control.includes(won["referrer_id"])
    exposed, spared = _customer_months(profile, control, first, last)
    if min(exposed, spared) <= 0:
        return Realised(reason="one of the two groups has no customers in that time")
    # Of very many customers the rows are a panel, each of which stands for `scale` customers.
    extra = engagement.scale * (float((~unasked).sum()) - float(unasked.sum()) * exposed / spared)
    rewards = engagement.scale * float(won["reward"].fillna(0).sum())
    value, share, running = (inputs[name].point for name in NEEDED)
    cost = rewards + running * ((last - first).n + 1)
    received = _margin_received(engagement, profile, first, last)
    # What was received comes from the friends of both groups, so all of them share it.
    cash = None if received is None else share * extra / max(1, len(won)) * received - cost
    return Realised(
        value=share * value * extra - cost, cash=cash, reason="" if cash is not None else "no margin is recorded"
    )


def _customer_months(
    profile: pd.DataFrame, control: KeptControl, first: pd.Period, last: pd.Period
) -> tuple[float, float]:
    """Customer-months in that time of those who may be asked, and of the control."""
    begin, end = first.start_time, last.end_time.normalize()
    until = profile["left_on"].fillna(end).clip(upper=end)
    months = ((until - profile["joined_on"].clip(lower=begin)).dt.days / DAYS_A_MONTH).clip(lower=0)
    unasked = control.includes(profile["customer_id"])
    return float(months[~unasked].sum()), float(months[unasked].sum())


def _margin_received(engagement: Engagement, profile: pd.DataFrame, first: pd.Period, last: pd.Period) -> float | None:
    """Margin received in that time from customers who came by referral in it; None where no margin is recorded."""
    paid = engagement.fact("customer_months")
    if paid is None or paid["margin"].isna().all():
        return None
    joined = profile["joined_on"].dt.to_period("M").between(first, last)
    new = profile[joined & profile["referred"].eq(True)]
    months = pd.PeriodIndex(paid["month"], freq="M")
    mine = paid[paid["customer_id"].isin(new["customer_id"]) & (months >= first) & (months <= last)]
    return float(mine["margin"].fillna(0).sum())
