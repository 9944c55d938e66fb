"""What the inputs of the break-even are called in a client's text."""

from __future__ import annotations

INPUT_LABELS = {
    "contacts": "referrals a month", "qualified_rate": "qualified per referral",
    "conversion_rate": "conversion per qualified",
    "value": "customer value", "incremental_share": "incremental share",
    "fixed_cost": "monthly cost", "set_up": "set-up cost",
}  # fmt: skip
