"""Pictures write days with the functions that steps use."""

from __future__ import annotations

import pytest

from referral_playbook.contract.writing import dates
from referral_playbook.show import dates as shown


@pytest.mark.parametrize("name", shown.__all__)
def test_each_name_is_that_of_the_contract(name: str) -> None:
    assert getattr(shown, name) is getattr(dates, name)
