"""Every number is explained, and the explanation names what is there."""

from __future__ import annotations

from importlib import import_module

import pytest

from referral_playbook.contract.quantities import quantities, title


@pytest.mark.parametrize("name", quantities())
class TestEveryQuantity:
    def test_the_function_that_computes_it_exists(self, name):
        module, _, function = quantities()[name].function.rpartition(".")
        assert hasattr(import_module(f"referral_playbook.{module}"), function)

    def test_its_inputs_are_explained_too(self, name):
        assert set(quantities()[name].inputs) <= set(quantities()) - {name}

    def test_it_is_told_in_sentences(self, name):
        entry = quantities()[name]
        for text in (entry.meaning, entry.formula, entry.better):
            assert text.endswith(".")
            assert text.lstrip("(")[0].isupper()
        assert entry.title[0].isupper()


def test_the_contribution_subtracts_rewards_from_incremental_value():
    entry = quantities()["unit_contribution"]
    assert entry.symbols == "s V − R"
    assert entry.inputs == ("incremental_share", "customer_value", "reward_per_conversion")


def test_a_number_without_a_description_has_its_name_in_words():
    assert title("brand_new_number") == "Brand new number"
