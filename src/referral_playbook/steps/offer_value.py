"""What one referral brings under an offer, and how far an offer may go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from referral_playbook.contract.evidence import Estimate
from referral_playbook.methods import economics
from referral_playbook.methods.combine import combine
from referral_playbook.steps.offers import Offer


def leads_per_qualified(qualified: float) -> float:
    """Referrals behind one qualified referral, where a reward is paid for each of them."""
    if qualified <= 0:
        raise ValueError("no referral qualifies, so the leads behind a qualified one have no number")
    return 1 / qualified


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

    def worth(conversion: float, margin_value: float, share: float, fulfilment: float, qualified: float = 1.0) -> float:
        return float(
            economics.unit_value(
                conversion=conversion, margin_value=margin_value, incremental_share=share, fulfilment=fulfilment,
                rewards=offer.scaled(rewarded), leads_per_qualified=leads_per_qualified(qualified),
            )
        )  # fmt: skip

    return combine(
        worth,
        unit=known["customer_value"].unit,
        per="qualified referral",
        source=f"c (s V - fulfilment) - rewards when paid; offer: {offer.name}",
        **_inputs(known, offer.trigger),
    )


def reward_ceiling(
    known: Mapping[str, Estimate], *, trigger: str = "conversion", hold_survival: float = 1.0
) -> Estimate:
    """Most that both sides together may get each time rewards are paid, so that none costs more than it brings.

    On conversion: incremental share x customer value - fulfilment.
    """

    def most(conversion: float, margin_value: float, share: float, fulfilment: float, qualified: float = 1.0) -> float:
        return float(
            economics.reward_ceiling(
                margin_value=margin_value, incremental_share=share, fulfilment=fulfilment, conversion=conversion,
                trigger=trigger, hold_survival=hold_survival, leads_per_qualified=leads_per_qualified(qualified),  # type: ignore[arg-type]
            )
        )  # fmt: skip

    inputs = _inputs(known, trigger)
    if trigger != "lead":
        inputs["conversion"] = 1.0  # it cancels out: what is paid per conversion is earned per conversion
    per = {"lead": "referral", "conversion": "conversion", "hold": "conversion held"}[trigger]
    source = "incremental share x customer value - fulfilment, both sides together"
    return combine(most, unit=known["customer_value"].unit, per=per, source=source, **inputs)


def _inputs(known: Mapping[str, Estimate], trigger: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "conversion": known["conversion_rate"], "margin_value": known["customer_value"],
        "share": known["incremental_share"], "fulfilment": known["fulfilment"],
    }  # fmt: skip
    return found | ({"qualified": known["qualified_share"]} if trigger == "lead" else {})
