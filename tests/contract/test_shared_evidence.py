"""Shared uplifts are written without a name, from three clients on, and read again."""

from __future__ import annotations

import tomllib

import pytest

from referral_playbook.contract.shared_evidence import SharedUplift, shared_text

THREE = [SharedUplift(value=v, low=v / 2, high=2 * v) for v in (1.8, 0.9, 1.2345)]


def test_three_are_written_by_size_and_read_again():
    text = shared_text(THREE)
    assert text.startswith("# Uplifts that 3 clients measured")
    again = [SharedUplift.read(line) for line in tomllib.loads(text)["shared_uplifts"]]
    assert [u.value for u in again] == [0.9, 1.23, 1.8]


def test_two_are_not_written_because_each_would_know_the_other():
    assert shared_text(THREE[:2]) is None


@pytest.mark.parametrize("text", ["1.3", "1.3 (1.4 to 2)", "1.3 (0 to 2)", "Acme 1.3 (1 to 2)", "-1 (0.5 to 2)"])
def test_what_is_no_uplift_is_refused(text):
    with pytest.raises(ValueError, match="like"):
        SharedUplift.read(text)
