"""Money, shares and counts in sentences."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral_playbook.domain.wording import count_text, money_text, percent_text


@pytest.mark.parametrize(
    ("amount", "written"),
    [(0.4, "£0"), (-0.4, "£0"), (999.5, "£1,000"), (1234.5, "£1,230"), (-3776.6, "-£3,780"), (1_249_999, "£1,250,000")],
)
def test_money_has_three_significant_digits(amount, written):
    assert money_text(amount, "GBP") == written


@given(st.floats(0, 1))
def test_a_share_is_never_nothing_or_everything(share):
    assert percent_text(share) not in ("0%", "100%")


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_larger_share_is_never_written_as_a_smaller_one(one, other):
    def read(text):
        return float(text.split()[-1].rstrip("%")) + {"less": -0.5, "more": 0.5}.get(text.split()[0], 0)

    low, high = sorted((one, other))
    assert read(percent_text(low)) <= read(percent_text(high))


@pytest.mark.parametrize(
    ("number", "written"), [(0, "0 months"), (1, "1 month"), (1.4, "1 month"), (2, "2 months"), (1234, "1,234 months")]
)
def test_a_count_agrees_with_its_noun(number, written):
    assert count_text(number, "month") == written
