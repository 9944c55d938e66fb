"""The pictures write numbers with the functions that steps use: one place decides how a sum reads."""

from __future__ import annotations

import pytest

from referral_playbook.contract.writing import formatting
from referral_playbook.show import money


@pytest.mark.parametrize("name", money.__all__)
def test_each_name_is_that_of_the_contract(name: str) -> None:
    assert getattr(money, name) is getattr(formatting, name)
