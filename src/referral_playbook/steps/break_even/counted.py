"""How much of the programme counts by the client's date, so that the formulas agree with the value clock.

A referral becomes a customer some weeks later, and later money is worth less. The formulas of break-even have neither
lags nor discounting, so they are given the months whose referrals have become customers by the date, and the fixed
cost at the same discount as these customers. Without lags and discounting both are what they were.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from referral_playbook.contract.estimate import Estimate
from referral_playbook.methods.decisions.programme_futures import Timetable


@dataclass(frozen=True, kw_only=True)
class Counted:
    """What the formulas of break-even count."""

    months: float  # months whose referrals have become customers by the date; 0 where none has
    cost: float = 1.0  # factor on the fixed cost, so that it is discounted like the customers who pay for it
    leads: float = 1.0  # factor on a reward per lead, which is paid before the customer joins


def counted(when: Timetable, *, monthly_cost: float = 1.0, set_up_cost: float = 0.0) -> Counted:
    """Months and factors until the date of a timetable.

    Parameters
    ----------
    monthly_cost, set_up_cost : float
        Money; they decide how much of the fixed cost is paid early.

    Examples
    --------
    >>> counted(Timetable(months=12, deadline=12))
    Counted(months=12.0, cost=1.0, leads=1.0)
    >>> counted(Timetable(months=12, deadline=12, converted_after=(0, 1))).months
    11.0
    """
    until = slice(0, when.deadline)
    discount, months = when.discount[until], float(when.converted[until].sum())
    nominal = set_up_cost + when.deadline * monthly_cost
    weight = float(when.converted[until] @ discount)
    if months == 0 or weight == 0:
        return Counted(months=0.0)
    paid = set_up_cost + monthly_cost * float(discount.sum())
    return Counted(
        months=months,
        cost=(paid / nominal if nominal else 1.0) * months / weight,
        leads=float(when.qualified[until] @ discount) / weight,
    )


def counted_of(known: Mapping[str, Estimate], when: Timetable) -> Counted:
    """What counts by the date of a timetable at the costs of a programme's inputs."""
    once, monthly = (known[name].value or 0.0 for name in ("set_up_cost", "monthly_cost"))
    return counted(when, monthly_cost=monthly, set_up_cost=once)
