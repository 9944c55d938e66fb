"""What the programme costs whether or not anybody is referred: from the cost sheet, else assumed."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from referral_playbook.contract.client_toml.exchange import ExchangeRate
from referral_playbook.contract.evidence import Estimate, exact
from referral_playbook.domain.assumptions import Default, assumed_value
from referral_playbook.domain.programme.money_defaults import stated_money
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.uncertainty.bootstrap import bootstrap
from referral_playbook.methods.uncertainty.propagation import propagate

HOURS = Default(12.0, 6.0, 24.0)
SET_UP_WORDS = ("set-up", "setup", "set up")


def cost_sheet(engagement: Engagement) -> pd.DataFrame | None:
    """The cost sheet: month, item, hours, amount, once (bool, set-up); None where there is none."""
    sheet = engagement.fact("costs")
    if sheet is None or sheet.empty:
        return None
    filled = sheet.assign(hours=sheet["hours"].fillna(0.0), amount=sheet["amount"].fillna(0.0))
    return filled.assign(once=sheet["item"].str.strip().str.lower().isin(SET_UP_WORDS))


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

    From the cost sheet where there is one and nothing else was stated. What an hour costs is always stated or
    assumed, so a figure with hours in it is too. A set-up that is already paid is counted: break-even covers the whole
    programme.
    """
    rate = stated_money("hourly_rate", hourly_rate, currency=engagement.currency, rates=engagement.rates, per="hour")
    sheet = cost_sheet(engagement)
    if sheet is None or hours_per_month is not None or software_per_month is not None:
        return _assumed(engagement, rate, hours_per_month, software_per_month, set_up)
    return {
        "monthly_cost": _monthly(sheet[~sheet["once"]], rate, confidence),
        "set_up_cost": _once(sheet[sheet["once"]], set_up, rate, engagement.rates),
    }


def _monthly(sheet: pd.DataFrame, rate: Estimate, confidence: float) -> Estimate:
    by_month = sheet.groupby("month")[["hours", "amount"]].sum()
    hours = _mean(by_month["hours"].to_numpy(float), "hours", confidence)
    spent = _mean(by_month["amount"].to_numpy(float), rate.unit, confidence)
    source = f"costs: hours x rate + amount, mean of {len(by_month)} months"
    return propagate(lambda h, r, s: h * r + s, unit=rate.unit, per="month", source=source, h=hours, r=rate, s=spent)


def _mean(monthly: np.ndarray, unit: str, confidence: float) -> Estimate:
    labels: dict[str, Any] = {"unit": unit, "per": "month", "source": "costs"}
    if len(monthly) > 1 and np.ptp(monthly) > 0:
        return bootstrap(monthly, confidence=confidence, **labels)
    value = float(monthly.mean()) if len(monthly) else 0.0
    return exact(value, n=len(monthly), **labels)


def _once(sheet: pd.DataFrame, stated: float | None, rate: Estimate, rates: Mapping[str, ExchangeRate]) -> Estimate:
    if stated is not None or sheet.empty:
        return stated_money("set_up", stated, currency=rate.unit, rates=rates, per="programme")
    hours, spent = float(sheet["hours"].sum()), float(sheet["amount"].sum())
    source = "costs: item set-up, hours x rate + amount"
    return propagate(lambda r: hours * r + spent, unit=rate.unit, per="programme", source=source, r=rate)


def _assumed(
    engagement: Engagement, rate: Estimate, hours: float | None, software: float | None, set_up: float | None
) -> dict[str, Estimate]:
    currency, rates = engagement.currency, engagement.rates
    monthly = propagate(
        lambda h, r, s: h * r + s,
        unit=currency,
        per="month",
        source="hours x rate + software",
        h=assumed_value("hours_per_month", hours, HOURS, unit="hours", per="month"),
        r=rate,
        s=stated_money("software_per_month", software, currency=currency, rates=rates, per="month"),
    )
    once = stated_money("set_up", set_up, currency=currency, rates=rates, per="programme")
    return {"monthly_cost": monthly, "set_up_cost": once}


def cost_rows(
    engagement: Engagement, known: dict[str, Estimate], *, months: int, hourly_rate: float | None = None
) -> list[dict[str, object]]:
    """The cost sheet by item, and what all of it costs: rows item, when, hours, spent, cost.

    Without a sheet, or where its figures were replaced, only what was stated or assumed.
    """
    sheet, monthly, once = cost_sheet(engagement), known["monthly_cost"], known["set_up_cost"]
    sums = {"a month": monthly, "once": once, f"until month {months}": fixed_cost(known, months=months)}
    if sheet is None or not monthly.source.startswith("costs"):
        return [{"item": "all", "when": when, "cost": e} for when, e in sums.items()]
    rate = stated_money("hourly_rate", hourly_rate, currency=engagement.currency, rates=engagement.rates, per="hour")
    running = sheet.loc[~sheet["once"], "month"].nunique() or 1
    rows = [
        _item_row(item, part, rate, 1 if once else running) for (once, item), part in sheet.groupby(["once", "item"])
    ]
    added = {when: _added(rows, when) for when in ("a month", "once")}
    added[f"until month {months}"] = {k: added["once"][k] + months * added["a month"][k] for k in ("hours", "spent")}
    return [*rows, *({"item": "all", "when": when, "cost": e, **added[when]} for when, e in sums.items())]


def _added(rows: list[dict[str, object]], when: str) -> dict[str, float]:
    """Hours and money spent of the items that run a month, or once."""
    return {k: float(sum(row[k] for row in rows if row["when"] == when)) for k in ("hours", "spent")}  # type: ignore[misc]


def _item_row(item: str, part: pd.DataFrame, rate: Estimate, months: int) -> dict[str, object]:
    """One item of the sheet, per month where it runs on."""
    hours, spent = float(part["hours"].sum()) / months, float(part["amount"].sum()) / months
    when = "once" if bool(part["once"].iloc[0]) else "a month"
    labels: dict[str, Any] = {
        "unit": rate.unit,
        "per": "month" if when == "a month" else "programme",
        "source": f"costs: {item}",
    }
    cost = propagate(lambda r: hours * r + spent, r=rate, **labels)
    return {"item": item, "when": when, "cost": cost, "hours": hours, "spent": spent}


def fixed_cost(known: Mapping[str, Estimate], *, months: int, set_up_spent: bool = False) -> Estimate:
    """Set-up and all monthly costs until the client's date; set-up that is already spent is known to be 0."""
    monthly = known["monthly_cost"]
    return propagate(
        lambda once, monthly: once + months * monthly,
        unit=monthly.unit,
        per=f"programme of {months} months",
        source=f"{months} x monthly cost; the set-up is spent" if set_up_spent else f"set-up + {months} x monthly cost",
        once=known["set_up_cost"],
        monthly=monthly,
    )
