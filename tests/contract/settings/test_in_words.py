"""Parameters in words: each value in the unit of its parameter."""

from __future__ import annotations

import pytest

from referral_playbook.contract.settings.declarations import declarations
from referral_playbook.contract.settings.in_words import setting_name, setting_value, settings_text


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("incremental_share", 0.65, "65%"),
        ("reward_advocate", 25.0, "£25"),
        ("uplift", 1.5, "1.5 times"),
        ("break_even_months", 12, "12 months"),
        ("reward_both_sides", True, "True"),
        ("not_declared", 1234.0, "1,234"),
        ("reward_advocate", None, "not set"),
    ],
)
def test_a_value_is_written_in_its_unit(name: str, value: object, text: str) -> None:
    assert setting_value(name, value, "GBP") == text


def test_an_amount_without_a_currency_is_a_number() -> None:
    assert setting_value("reward_advocate", 25.0, "") == "25"


def test_no_name_keeps_its_underscores() -> None:
    assert [name for name in declarations() if "_" in setting_name(name)] == []


def test_several_settings_stand_in_their_order() -> None:
    text = settings_text({"reward_friend": 20.0, "incremental_share": 0.5}, "EUR")
    assert text == "reward for the friend €20, incremental share 50%"
