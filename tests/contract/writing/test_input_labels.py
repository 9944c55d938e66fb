"""The names of inputs in a client's text: readable, distinct, and none of our own words."""

from __future__ import annotations

from referral_playbook.contract.writing.input_labels import INPUT_LABELS


def test_labels_are_words_in_lower_case() -> None:
    assert [label for label in INPUT_LABELS.values() if "_" in label or not label[0].islower()] == []


def test_only_one_input_has_two_keys() -> None:
    keys = {label: [k for k, v in INPUT_LABELS.items() if v == label] for label in INPUT_LABELS.values()}
    assert {label: many for label, many in keys.items() if len(many) > 1} == {
        "reward per conversion": ["reward", "reward_per_conversion"]
    }
