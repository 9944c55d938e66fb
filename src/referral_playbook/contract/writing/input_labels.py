"""What the inputs of the forecast are called in a client's text: the same in the memo, the workbook and the deck."""

from __future__ import annotations

INPUT_LABELS = {
    "customer_value": "value of a new customer",
    "incremental_share": "share who would not have come anyway",
    "conversion_rate": "conversion per qualified referral",
    "qualified_share": "qualified referrals per referral",
    "baseline_referrals": "referrals a month without the programme",
    "uplift": "uplift of referrals",
    "monthly_cost": "running cost a month",
    "set_up_cost": "set-up cost",
    "fixed_cost": "fixed cost to the date",
    "reward": "reward per conversion",
    "lead_reward": "reward per qualified referral",
    "reward_per_conversion": "reward per conversion",
    "claim_share": "share of rewards claimed",
    "new_referrals": "referrals that the programme brings",
    "fulfilment": "fulfilment per conversion",
    "reward_advocate": "reward to the advocate",
    "reward_friend": "reward to the new customer",
}
"""The name in words, starting in lower case; other names are written without their underscores."""
