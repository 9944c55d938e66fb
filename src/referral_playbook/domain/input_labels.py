"""What the inputs of the break-even are called in a client's text."""

from __future__ import annotations

INPUT_LABELS = {
    "baseline_referrals": "baseline referrals a month",
    "qualified_share": "qualified share",
    "customer_value": "customer value",
    "monthly_cost": "monthly cost",
    "set_up_cost": "set-up cost",
    "reward": "reward per conversion",
    "lead_reward": "reward per qualified referral",
}
"""Where it differs from the name without its underscores."""
