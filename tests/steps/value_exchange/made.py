"""Helpers that the tests of step 02 share."""

from __future__ import annotations

from referral_playbook.contract.evidence import Basis, assumed
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.domain.assumptions import decided_value
from referral_playbook.steps.value_exchange.step import build_result, find


def concluded(client, *, share=0.65, **options):
    stated = Parameters.of("value_exchange", incremental_share=share, **options)
    return build_result(find(client, stated))


def known_as(*, value=400.0, share=0.8, conversion=0.1, qualified=0.5, fulfilment=10.0, basis=Basis.MEASURED):
    """What the economics stand on, stated to the digit."""
    numbers = {
        "customer_value": (value, "GBP"),
        "incremental_share": (share, "share"),
        "conversion_rate": (conversion, "share"),
        "qualified_share": (qualified, "share"),
    }
    found = {
        name: assumed(x, x, x, unit=unit, per="x", source="test").as_(basis=basis)
        for name, (x, unit) in numbers.items()
    }
    return {**found, "fulfilment": decided_value("fulfilment", fulfilment, unit="GBP", per="conversion")}
