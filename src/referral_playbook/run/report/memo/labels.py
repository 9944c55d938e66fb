"""What the inputs of the forecast are called in the memo, the workbook and the deck."""

from __future__ import annotations

from referral_playbook.show.words import name

LABELS = {
    "customer_value": "value of a new customer",
    "incremental_share": "share who would not have come anyway",
    "conversion_rate": "conversion per qualified referral",
    "qualified_share": "qualified referrals per referral",
    "baseline_referrals": "referrals a month without the programme",
    "uplift": "uplift of referrals",
    "monthly_cost": "running cost a month",
    "set_up_cost": "set-up cost",
    "fixed_cost": "fixed cost to the date",
    "reward_per_conversion": "reward per conversion",
    "claim_share": "share of rewards claimed",
    "fulfilment": "fulfilment per conversion",
    "reward_advocate": "reward to the advocate",
    "reward_friend": "reward to the new customer",
}


def label_of(key: str) -> str:
    """The name of an input in words, starting in lower case.

    Examples
    --------
    >>> label_of("incremental_share"), label_of("hourly_rate")
    ('share who would not have come anyway', 'hourly rate')
    """
    words = LABELS.get(key) or name(key)
    return words if words[:2].isupper() else words[:1].lower() + words[1:]


def heading_of(key: str) -> str:
    """The name of an input as a heading.

    Examples
    --------
    >>> heading_of("customer_value")
    'Value of a new customer'
    """
    words = label_of(key)
    return words[:1].upper() + words[1:]
