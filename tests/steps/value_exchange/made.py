"""Helpers that the tests of step 02 share."""

from __future__ import annotations

from referral_playbook.contract.evidence import Basis, assumed
from referral_playbook.domain.assumptions import decided_value
from tests.steps import shared


def concluded(client, *, share=0.65, **options):
    return shared.concluded("value_exchange", client, incremental_share=share, **options)


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
