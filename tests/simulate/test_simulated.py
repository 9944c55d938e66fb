"""Days, months and types of a simulated client."""

from __future__ import annotations

import json
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral_playbook.simulate.simulated import (
    contract_form,
    day,
    generator,
    months_between,
    months_later,
    plain,
    until,
)


@given(st.integers(0, 600))
def test_whole_months_stay_whole(months: int) -> None:
    start = np.array([day(date(2024, 1, 31))])
    later = months_later(start, months)
    assert np.floor(months_between(start, later) + 1e-9)[0] == months
    assert (later - start).astype(int)[0] == int(np.ceil(months * 30.4375))


def test_days_after_the_as_of_date_are_not_known_yet() -> None:
    days = np.array(["2026-09-29", "2026-09-30", "2026-10-01"], dtype="M8[D]")
    assert np.isnat(until(day("2026-09-30"), days)).tolist() == [False, False, True]


def test_each_part_has_chance_of_its_own() -> None:
    assert generator(3, "money").random() == generator(3, "money").random()
    assert generator(3, "money").random() != generator(3, "people").random()
    assert generator(3, "money").random() != generator(4, "money").random()


def test_tables_are_typed_as_intake_types_them() -> None:
    table = pd.DataFrame(
        {"customer_id": ["a", "b"], "joined_on": ["2026-01-01", None], "segment": ["", "x"], "tenure_months": [1, None]}
    )
    made = contract_form({"customers": table})["customers"]
    assert str(made["joined_on"].dtype) == "datetime64[s]"
    assert str(made["tenure_months"].dtype) == "Int64"
    assert made["segment"].tolist() == [None, "x"]


@pytest.mark.parametrize(
    ("value", "json_value"),
    [
        (np.float64(1 / 3), 0.33333333),
        (np.int64(4), 4),
        (np.array([1.0, 2.0]), [1.0, 2.0]),
        ({3: date(2026, 1, 2)}, {"3": "2026-01-02"}),
        (np.datetime64("2026-01-02T10:00"), "2026-01-02"),
        (np.bool_(True), True),
    ],
)
def test_the_truth_is_plain_json(value: object, json_value: object) -> None:
    assert plain(value) == json_value
    assert json.loads(json.dumps(plain(value))) == json_value
