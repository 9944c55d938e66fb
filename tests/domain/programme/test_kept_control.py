"""The draw of a kept control stays the same, and the client's parameters set it."""

from __future__ import annotations

import pandas as pd
import pytest
from learning_clients import programme

from referral_playbook.domain.programme.control_reading import kept_control_uplift
from referral_playbook.domain.programme.kept_control import KeptControl

KEPT = KeptControl(share=0.10, since=pd.Period("2025-10", "M"))


def test_the_draw_is_stable_and_nested_and_of_the_stated_size():
    ids = [f"X{i}" for i in range(20_000)]
    ten, twenty = (KeptControl(share=s).includes(ids) for s in (0.10, 0.20))
    assert ten.mean() == pytest.approx(0.10, abs=0.007)
    assert (twenty | ~ten).all()
    assert (KeptControl(share=0.10).includes(ids[::-1])[::-1] == ten).all()
    assert (KeptControl(share=0.10, seed=2).includes(ids) != ten).any()


def test_parameters_of_the_client_set_the_control():
    client = programme(0, customers=2_000)
    assert "record in client.toml the month" in kept_control_uplift(client).reason
    client.stated.update({"control_since": "2025-10", "control_share": 0.10})
    assert kept_control_uplift(client).basis == "measured"
    with pytest.raises(ValueError, match="YYYY-MM"):
        KeptControl.stated(0.1, 1, "last autumn")
    with pytest.raises(ValueError, match="control_share = 1"):
        KeptControl(share=1.0)
