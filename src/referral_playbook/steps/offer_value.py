"""What one referral brings under an offer, and how far an offer may go.

The formulas are those of `methods.economics`; here they are built step by step (what a conversion brings, what is left
of it after the reward, what a qualified referral brings), so that a range crosses zero only where what is left does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from referral_playbook.contract.evidence import Estimate
from referral_playbook.methods.combine import combine
from referral_playbook.steps.offers import Offer

PAID_PER = {"lead": "referral", "conversion": "conversion", "hold": "conversion held"}


def leads_per_qualified(qualified: float) -> float:
    """Referrals behind one qualified referral, where a reward is paid for each of them.

    Examples
    --------
    >>> leads_per_qualified(0.5)
    2.0
    """
    if qualified <= 0:
        raise ValueError("no referral qualifies, so the leads behind a qualified one have no number")
    return 1 / qualified


def brought(known: Mapping[str, Estimate], *, less: float = 0.0) -> Estimate:
    """What one conversion brings before rewards, less an amount: incremental share x customer value - fulfilment."""
    unit = known["customer_value"].unit
    gross = combine(
        lambda s, v: s * v, unit=unit, per="conversion", source="incremental share x customer value", product=True,
        s=known["incremental_share"], v=known["customer_value"],
    )  # fmt: skip
    source = f"{gross.source} - fulfilment" + " - rewards" * bool(less)
    return combine(
        lambda g, f: g - f - less, unit=unit, per="conversion", source=source, g=gross, f=known["fulfilment"]
    )


def unit_value(known: Mapping[str, Estimate], offer: Offer, *, rewarded: float = 1.0) -> Estimate:
    """What one qualified referral brings after rewards: each reward is charged when it is paid, and once.

    ``u = c (s V - fulfilment) - rewards``: c x reward on conversion, c x share still there after a hold, and per lead
    the referrals behind a qualified one, converted or not.

    Parameters
    ----------
    known : mapping
        customer_value, incremental_share, conversion_rate, fulfilment, qualified_share.
    rewarded : float
        Share of the rewards that is paid under tiers and caps; 1 charges them all.
    """
    paid = rewarded * offer.both_sides
    per_lead = offer.trigger == "lead"
    left = brought(known, less=0.0 if per_lead else paid * offer.hold_survival)
    unit, per = left.unit, "qualified referral"
    source = f"c (s V - fulfilment) - rewards when paid; offer: {offer.name}"
    worth = combine(
        lambda c, k: c * k, unit=unit, per=per, source=source, product=True, c=known["conversion_rate"], k=left
    )
    if not per_lead:
        return worth
    return combine(
        lambda w, q: w - paid * leads_per_qualified(q), unit=unit, per=per, source=source,
        w=worth, q=known["qualified_share"],
    )  # fmt: skip


def reward_ceiling(
    known: Mapping[str, Estimate], *, trigger: str = "conversion", hold_survival: float = 1.0
) -> Estimate:
    """Most that both sides together may get each time rewards are paid, so that none costs more than it brings.

    On conversion: incremental share x customer value - fulfilment. Held back, it is paid for fewer; per lead, for more.
    """
    most = brought(known)
    source = f"{most.source}, both sides together"
    told: dict[str, Any] = {"unit": most.unit, "per": PAID_PER[trigger], "source": source}
    if trigger == "hold":
        if hold_survival <= 0:
            raise ValueError("nobody stays until the hold ends: a reward is never paid and has no ceiling")
        return combine(lambda k: k / hold_survival, k=most, product=True, **told)
    if trigger == "lead":
        told |= {"c": known["conversion_rate"], "q": known["qualified_share"]}
        return combine(lambda k, c, q: k * c * q, k=most, product=True, **told)
    return most.as_(**told)
