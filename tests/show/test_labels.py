"""Names of inputs in words and as headings."""

from __future__ import annotations

import pytest

from referral_playbook.contract.writing.input_labels import INPUT_LABELS
from referral_playbook.show.labels import heading_of, label_of


@pytest.mark.parametrize("key", [*INPUT_LABELS, "hourly_rate", "nps"])
def test_a_label_is_words_and_a_heading_starts_with_a_capital(key):
    assert "_" not in label_of(key)
    assert heading_of(key)[0].isupper()
    assert heading_of(key)[1:] == label_of(key)[1:]
