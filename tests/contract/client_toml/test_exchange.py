"""An exchange rate is read by every kernel, so it must not bring the library that checks client.toml."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import FrozenInstanceError
from datetime import date

import pytest

from referral_playbook.contract.client_toml.exchange import ExchangeRate

HEAVY = ("pydantic", "tomlkit", "pyarrow")


def test_a_rate_is_there_without_a_library_for_validation():
    code = (
        "import sys; from referral_playbook.contract.client_toml.exchange import ExchangeRate; "
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


def test_a_rate_says_what_one_unit_buys_and_stays_as_it_was_declared():
    rate = ExchangeRate(to="GBP", rate=0.86, on=date(2026, 9, 30))
    assert 100 * rate.rate == pytest.approx(86)
    assert rate == ExchangeRate("GBP", 0.86, date(2026, 9, 30))
    with pytest.raises(FrozenInstanceError):
        rate.rate = 1.0
