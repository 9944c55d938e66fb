"""Support and complaints by channel, with counts by hand."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from referral_playbook.steps.pmf_check.service import COLUMNS, service

ROWS = pd.DataFrame(
    {
        "kind": ["support", "complaint", "review"],
        "channel": ["email", "phone", "call"],
        "contacts": [40, 10, 5],
        "resolved": [30, 10, 0],
        "median_days": [2.0, 5.0, None],
        "p90_days": [6.0, 9.0, None],
        "top2": [18, None, 1],
        "scored": [20, None, 1],
    }
)


def test_shares_by_channel():
    found = service(SimpleNamespace(fact={"service": ROWS}.get), confidence=0.9).set_index("kind")
    assert list(found.index) == ["support", "complaint"]
    assert found.loc["support", "resolved"].value == pytest.approx(0.75)
    assert found.loc["support", "satisfied"].value == pytest.approx(0.9)
    assert found.loc["support", "satisfied"].confidence == 0.9
    assert not found.loc["complaint", "satisfied"].defined


def test_without_touchpoints_there_are_no_rows():
    assert list(service(SimpleNamespace(fact={}.get)).columns) == COLUMNS
