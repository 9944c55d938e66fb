"""Parameters and their values as a reader sees them: "incremental share 65%", "reward for the advocate £25"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from referral_playbook.contract.settings.declarations import declarations
from referral_playbook.contract.writing.formatting import money, number, share, written

NAMES = {
    "reward_advocate": "reward for the advocate",
    "reward_friend": "reward for the friend",
    "reward_both_sides": "reward for both sides",
    "reward_trigger": "reward paid on",
    "qualified": "qualified share",
    "conversion": "conversion rate",
    "break_even_months": "months to the client's date",
    "purse": "most cash to be spent in advance",
    "go": "threshold for go",
    "stop": "threshold for stop",
}
"""Names that say more than the parameter's own with blanks."""
COUNTED = ("times", "months", "hours", "weeks", "days", "years")


def setting_name(name: str) -> str:
    """A parameter in words, as it stands within a sentence.

    Examples
    --------
    >>> setting_name("incremental_share"), setting_name("reward_advocate")
    ('incremental share', 'reward for the advocate')
    """
    return NAMES.get(name, name.replace("_", " "))


def setting_value(name: str, value: Any, currency: str) -> str:
    """The value of a parameter in its unit.

    Examples
    --------
    >>> setting_value("incremental_share", 0.65, "GBP"), setting_value("reward_advocate", 25.0, "EUR")
    ('65%', '€25')
    >>> setting_value("uplift", 1.5, "GBP"), setting_value("chosen_reward", "50 each", "GBP")
    ('1.5 times', '50 each')
    >>> setting_value("uplift", None, "GBP")
    'not set'
    """
    if value is None:
        return "not set"
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value)
    unit = declarations()[name].unit if name in declarations() else ""
    if unit.startswith("money") and currency:
        return money(value, currency)
    if unit.startswith("share") or unit == "probability":
        return share(value)
    return written(value, unit) if unit in COUNTED else number(value)


def settings_text(settings: Mapping[str, Any], currency: str) -> str:
    """Several parameters with their values, parted by commas.

    Examples
    --------
    >>> settings_text({"uplift": 1.5, "reward_friend": 25.0}, "GBP")
    'uplift 1.5 times, reward for the friend £25'
    """
    return ", ".join(f"{setting_name(name)} {setting_value(name, value, currency)}" for name, value in settings.items())
