"""One-off deals against relationships, and who gets the effort: existing customers or new ones."""

from typing import Any

import numpy as np
import pandas as pd

from referral_playbook.contract.evidence import Estimate, assumed, undefined
from referral_playbook.contract.writing.formatting import share, two_digits, whole
from referral_playbook.domain.assumptions import Default, assumed_value, decided_value
from referral_playbook.domain.sources.sources import Sources
from referral_playbook.domain.upstream import upstream_estimate
from referral_playbook.domain.value.retention import monthly_retention
from referral_playbook.domain.value.stated_amounts import priced_profile
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.customer_value.simple import deal_value
from referral_playbook.methods.proportions import proportion
from referral_playbook.methods.uncertainty.bootstrap import bootstrap
from referral_playbook.methods.uncertainty.propagation import propagate

YEAR = 12
KEPT = Default(0.90, 0.80, 0.95)
EXAMPLE = {"one_off": 200_000.0, "a_year": 300_000.0, "kept": 0.90, "years": 5, "discount_rate": 0.10}


def example() -> str:
    """The textbook case in words: a large deal that ends, and one that comes back."""
    e, rate, years = EXAMPLE, EXAMPLE["discount_rate"], int(EXAMPLE["years"])
    again = deal_value(amount=e["a_year"], discount_rate=rate, periods=years, retention=e["kept"])
    return (
        f"A one-off deal of {whole(e['one_off'])} is worth that. One of "
        f"{whole(e['a_year'])} that comes back for {years} "
        f"years, kept with {share(e['kept'])} a year and discounted at {share(rate)}, is worth {whole(again)}: "
        f"{two_digits(again / e['one_off'])} times."
    )


def yearly_retention(engagement: Engagement, *, stated: float | None = None, confidence: float = 0.95) -> Estimate:
    """Share of relationships kept a year: stated, else step 01's a month to the power of 12, else assumed."""
    labels: dict[str, Any] = {"unit": "share", "per": "customer and year"}
    if stated is None:
        month = upstream_estimate(
            engagement, "pmf_check", "retention_rate", lambda: monthly_retention(engagement, confidence=confidence)
        )
        if month.defined and month.point < 1:  # where nobody ever leaves, leaving is not recorded
            limits = {name: getattr(month, name) ** YEAR for name in ("value", "low", "high")}
            return month.as_(**limits, source=f"{month.source}; a month to the power of {YEAR}", **labels)
    return assumed_value("yearly_retention", stated, KEPT, **labels)


def yearly_amount(
    engagement: Engagement, found: Sources, *, stated: float | None = None, confidence: float = 0.95
) -> Estimate:
    """What a relationship brings in its first year.

    Stated, else 12 x the mean monthly amount of customers still there, else the mean value of won deals; bootstrap.
    """
    labels: dict[str, Any] = {"unit": engagement.currency, "per": "relationship, first year"}
    if stated is not None:
        return decided_value("yearly_amount", stated, **labels)
    values, source = _amounts(engagement, found)
    if not values.size:
        return undefined(
            "no monthly amount and no value of won deals: state the yearly amount", source=source, **labels
        )
    return bootstrap(values, source=source, confidence=confidence, **labels)


def _amounts(engagement: Engagement, found: Sources) -> tuple[np.ndarray, str]:
    profile = priced_profile(engagement)
    if profile is not None:
        usable = profile["amount_usable"].astype("boolean").fillna(False).astype(bool) & ~profile["left"].astype(bool)
        if usable.any():
            values = YEAR * profile.loc[usable, "monthly_amount"].to_numpy(float)
            return values, "12 x customers: monthly_amount, those still there"
    deals = found.deals[found.deals["value"].notna()]
    if found.table != "leads" or deals.empty:
        return np.array([]), "customers: monthly_amount, or leads: value"
    return deals["value"].repeat(deals["deals"]).to_numpy(float), "leads: mean value of won deals"


def one_off_amount(engagement: Engagement, first_year: Estimate, *, stated: float | None = None) -> Estimate:
    """What a one-off deal brings: stated, else as much as a relationship's first year: only coming back differs."""
    per = "one-off deal"
    if stated is not None:
        return decided_value("one_off_amount", stated, unit=engagement.currency, per=per)
    return first_year.as_(per=per, source=f"a deal of the same size that does not come back; {first_year.source}")


def relationship_value(amount: Estimate, kept: Estimate, *, years: int = 5, discount_rate: float = 0.10) -> Estimate:
    """NPV of a deal that comes back each year, the first amount now: amount x multiple of retention and discounting.

    Revenue, as deals are noted: multiply by the margin to compare with a cost.
    """
    source = f"first year's amount, kept from year to year, over {years} years at {share(discount_rate)} a year"
    return propagate(
        lambda a, r: deal_value(amount=a, discount_rate=discount_rate, periods=years, retention=r),
        unit=amount.unit,
        per="relationship",
        source=source,
        a=amount,
        r=kept,
    )


def times(
    once: Estimate, first_year: Estimate, kept: Estimate, *, years: int = 5, discount_rate: float = 0.10
) -> Estimate:
    """How many one-off deals a relationship is worth; one of the same size cancels out and leaves the multiple."""
    labels: dict[str, Any] = {
        "unit": "times",
        "per": "one-off deal",
        "source": "NPV of a relationship / of a one-off deal",
    }

    def multiple(r: float) -> float:
        return float(deal_value(amount=1.0, discount_rate=discount_rate, periods=years, retention=r))

    if not first_year.defined or not once.defined:
        return undefined(first_year.reason or once.reason, **labels)
    if (once.value, once.n) == (first_year.value, first_year.n):
        return propagate(multiple, r=kept, **labels)
    if once.lower <= 0:
        return undefined("a one-off deal may be worth nothing, so there is nothing to divide by", **labels)
    return propagate(lambda a, b, r: b * multiple(r) / a, a=once, b=first_year, r=kept, **labels)


def deal_rows(once: Estimate, lasting: Estimate, *, effort_on_one_off: float | None = None) -> list[dict[str, Any]]:
    """Deal types as rows: worth today, share of the effort that each gets (as the firm says)."""
    labels: dict[str, Any] = {"unit": "share", "per": "effort of sales", "source": "parameter effort_on_one_off"}
    if effort_on_one_off is None:
        shares = [undefined("nobody has said how the effort is split: ask sales", **labels)] * 2
    else:
        shares = [assumed(x, x, x, **labels) for x in (effort_on_one_off, 1 - effort_on_one_off)]
    types = zip(("one-off", "relationship"), (once, lasting), shares, strict=True)
    return [{"deal": deal, "worth_today": worth, "share_of_effort": share} for deal, worth, share in types]


def effort_rows(engagement: Engagement, *, confidence: float = 0.95) -> list[dict[str, Any]]:
    """Effort and return, existing customers against new ones: measure, existing, new, share_existing (Estimate)."""
    candidates = [_contacts(engagement), _revenue(engagement), _planned(engagement)]
    return [_effort_row(*row, confidence) for row in candidates if row is not None]


def _effort_row(measure: str, existing: float, new: float, counted: bool, confidence: float) -> dict[str, Any]:
    labels: dict[str, Any] = {"per": measure, "source": measure}
    if counted:
        share = proportion(int(existing), int(existing + new), confidence=confidence, **labels)
    else:
        value = existing / (existing + new)
        share = decided_value(measure, value, unit="share", per=measure)
    return {"measure": measure, "existing": existing, "new": new, "share_existing": share}


def _last_year(engagement: Engagement) -> list[str]:
    last = pd.Period(engagement.as_of, "M")
    return [str(m) for m in pd.period_range(last - YEAR + 1, last, freq="M")]


def _contacts(engagement: Engagement) -> tuple[str, float, float, bool] | None:
    touched, leads = engagement.fact("touchpoint_months"), engagement.fact("lead_sources")
    if touched is None or leads is None:
        return None
    months = _last_year(engagement)
    existing = touched.loc[touched["month"].isin(months), "contacts"].sum()
    new = leads.loc[leads["month"].isin(months) & (leads["given_or_received"] != "given"), "leads"].sum()
    if not existing + new:
        return None
    return "contacts with customers against enquiries handled, 12 months", float(existing), float(new), True


def _revenue(engagement: Engagement) -> tuple[str, float, float, bool] | None:
    flow = engagement.fact("payment_flow")
    if flow is None:
        return None
    flow = flow[flow["month"].isin(_last_year(engagement))]
    new = float(flow.loc[flow["kind"] == "new", "amount"].sum())
    existing = float(flow["amount"].sum()) - new
    if new <= 0 or existing <= 0:
        return None
    return "revenue of customers there before against first payments, 12 months", existing, new, False


def _planned(engagement: Engagement) -> tuple[str, float, float, bool] | None:
    effort = engagement.fact("effort")
    if effort is None or "customers" not in set(effort["market"].str.strip().str.lower()):
        return None
    existing = float(effort.loc[effort["market"].str.strip().str.lower() == "customers", "current"].sum())
    total = float(effort["current"].sum())
    return ("effort stated, customers against all other markets", existing, total - existing, False) if total else None
