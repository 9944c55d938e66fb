"""Customer referral value: what a customer's friends are worth, those who would not have come and those who would.

Kumar, Petersen and Leone (2010). A type-one friend brings margin and saves what it costs to win a customer elsewhere; a
type-two friend would have come anyway and saves that cost only. The reward is paid for both.
"""

from collections.abc import Mapping
from typing import Any

from referral_playbook.contract.evidence import Estimate
from referral_playbook.domain.assumptions import Default, assumed_value, decided_value
from referral_playbook.domain.programme.offers import Offer, leads_per_qualified
from referral_playbook.methods.decisions import economics
from referral_playbook.methods.uncertainty.propagation import propagate
from referral_playbook.steps.value_exchange.liability import Referring


def saved(acquisition_cost: float | None, currency: str) -> Estimate:
    """What it costs to win a customer elsewhere: stated (half to one and a half times), else counted as nothing."""
    per = "new customer won elsewhere"
    if acquisition_cost is None:
        nothing = decided_value("acquisition_cost", 0.0, unit=currency, per=per)
        return nothing.as_(source="not given, so nothing is counted as saved: parameter acquisition_cost")
    return assumed_value("acquisition_cost", acquisition_cost, Default(1.0, 0.5, 1.5), unit=currency, per=per)


def per_friend(known: Mapping[str, Estimate], offer: Offer, saving: Estimate, *, share: Estimate | float) -> Estimate:
    """Value of one converted friend of whom this share is type-one: 1 a type-one friend, 0 a type-two friend."""

    def worth(
        margin: float, saving: float, fulfilment: float, conversion: float, share: float, qualified: float = 1.0
    ) -> float:
        paid = economics.reward_cost(
            offer.rewards, conversion=conversion, leads_per_qualified=leads_per_qualified(qualified)
        )
        if conversion == 0:
            raise ValueError("nothing converts, so a converted friend has no cost")
        cost = fulfilment + float(paid) / conversion
        return share * margin + saving - cost

    labels: dict[str, Any] = {"unit": known["customer_value"].unit, "per": "converted friend"}
    inputs: dict[str, Any] = {
        "margin": known["customer_value"],
        "saving": saving,
        "fulfilment": known["fulfilment"],
        "conversion": known["conversion_rate"],
        "share": share,
    }
    if offer.trigger == "lead":
        inputs["qualified"] = known["qualified_share"]
    return propagate(worth, **labels, source="margin + saved acquisition cost - rewards - fulfilment", **inputs)


def referral_value(known: Mapping[str, Estimate], friend: Estimate, who: Referring) -> Estimate:
    """Customer referral value: converted friends of one customer and year x what such a friend is worth."""
    return propagate(
        lambda referrals, qualified, conversion, friend: referrals * qualified * conversion * friend,
        unit=friend.unit,
        per="customer and year",
        source="referrals a year x qualified x conversion x value of a friend (Kumar, Petersen and Leone 2010)",
        product=True,
        referrals=who.mean,
        qualified=known["qualified_share"],
        conversion=known["conversion_rate"],
        friend=friend,
    )


def friend_rows(known: Mapping[str, Estimate], offer: Offer, saving: Estimate) -> list[dict[str, Any]]:
    """Type-one, type-two and the mix: friends, share, brings margin, value per converted friend (Estimate)."""
    s = known["incremental_share"]
    rest = 1 - s.value if s.value is not None else None
    kinds = (("type-one: would not have come", s.value, 1.0), ("type-two: would have come anyway", rest, 0.0))
    rows = [
        {"friends": name, "share": part, "value": per_friend(known, offer, saving, share=kind)}
        for name, part, kind in kinds
    ]
    return [*rows, {"friends": "all", "share": 1.0, "value": per_friend(known, offer, saving, share=s)}]
