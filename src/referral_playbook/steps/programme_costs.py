"""What the programme costs whether or not anybody is referred: from the cost sheet, else assumed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from referral_playbook.contract.evidence import Basis, Estimate
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.combine import combine
from referral_playbook.methods.bootstrap import bootstrap
from referral_playbook.steps.given import Default, stated

HOURLY_RATE = Default(40.0, 30.0, 60.0)
HOURS = Default(12.0, 6.0, 24.0)
SOFTWARE = Default(100.0, 50.0, 200.0)
SET_UP = Default(1500.0, 500.0, 4000.0)
SET_UP_WORDS = ("set-up", "setup", "set up")


def cost_sheet(engagement: Engagement, *, hourly_rate: Estimate) -> pd.DataFrame | None:
    """Cost sheet with its money: month, item, hours, amount, cost (hours x rate + amount), once (set-up); None where absent."""
    sheet = engagement.fact("costs")
    if sheet is None or sheet.empty:
        return None
    sheet["cost"] = sheet["hours"].fillna(0.0) * hourly_rate.value + sheet["amount"].fillna(0.0)
    sheet["once"] = sheet["item"].str.strip().str.lower().isin(SET_UP_WORDS)
    return sheet


def costs(
    engagement: Engagement,
    *,
    hourly_rate: float | None = None,
    hours_per_month: float | None = None,
    software_per_month: float | None = None,
    set_up: float | None = None,
    confidence: float = 0.95,
) -> dict[str, Estimate]:
    """Two estimates in the client's currency: `monthly_cost` (per month) and `set_up_cost` (once).

    Measured from the cost sheet where there is one and nothing else was stated; the hourly rate stays assumed and its
    range is carried along. A set-up that is already paid is counted too: break-even means that the whole programme is covered.
    """
    rate = stated("hourly_rate", hourly_rate, HOURLY_RATE, unit=engagement.currency, per="hour")
    sheet = cost_sheet(engagement, hourly_rate=rate)
    if sheet is None or hours_per_month is not None or software_per_month is not None:
        return _assumed(engagement.currency, rate, hours_per_month, software_per_month, set_up)
    monthly = sheet[~sheet["once"]].groupby("month")["cost"].sum()
    once = sheet.loc[sheet["once"], "cost"].sum()
    return {
        "monthly_cost": _mean(monthly.to_numpy(float), engagement.currency, confidence),
        "set_up_cost": _once(set_up, float(once), bool(sheet["once"].any()), engagement.currency),
    }


def _mean(monthly: np.ndarray, currency: str, confidence: float) -> Estimate:
    said = {"unit": currency, "per": "month", "source": f"costs: hours x rate + amount, mean of {len(monthly)} months"}
    if len(monthly) > 1 and np.ptp(monthly) > 0:
        return bootstrap(monthly, confidence=confidence, **said)  # type: ignore[arg-type]
    value = float(monthly.mean()) if len(monthly) else 0.0
    return Estimate(value=value, low=value, high=value, confidence=None, n=len(monthly), basis=Basis.MEASURED, **said)  # type: ignore[arg-type]


def _once(given: float | None, on_sheet: float, there: bool, currency: str) -> Estimate:
    if given is not None or not there:
        return stated("set_up", given, SET_UP, unit=currency, per="programme")
    return Estimate(
        value=on_sheet, low=on_sheet, high=on_sheet, confidence=None, n=1, unit=currency, per="programme",
        basis=Basis.MEASURED, source="costs: item set-up",
    )  # fmt: skip


def _assumed(
    currency: str, rate: Estimate, hours: float | None, software: float | None, set_up: float | None
) -> dict[str, Estimate]:
    monthly = combine(
        lambda h, r, s: h * r + s,
        unit=currency, per="month", source="hours x rate + software",
        h=stated("hours_per_month", hours, HOURS, unit="hours", per="month"),
        r=rate,
        s=stated("software_per_month", software, SOFTWARE, unit=currency, per="month"),
    )  # fmt: skip
    return {"monthly_cost": monthly, "set_up_cost": stated("set_up", set_up, SET_UP, unit=currency, per="programme")}


def fixed_cost(known: dict[str, Estimate], *, months: int) -> Estimate:
    """Set-up and all monthly costs until the client's date."""
    monthly = known["monthly_cost"]
    return combine(
        lambda once, monthly: once + months * monthly,
        unit=monthly.unit, per=f"programme of {months} months", source=f"set-up + {months} x monthly cost",
        once=known["set_up_cost"], monthly=monthly,
    )  # fmt: skip
