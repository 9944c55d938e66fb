"""The cost of the programme from a sheet of a few lines, worked out by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from referral_playbook.contract.estimate import Basis
from referral_playbook.domain.programme import costs as module
from referral_playbook.domain.programme.costs import cost_rows, cost_sheet, costs, fixed_cost

SHEET = pd.DataFrame(
    [
        ("2026-01", "Set-up", 10.0, 500.0),
        ("2026-01", "software", None, 30.0),
        ("2026-01", "staff", 6.0, None),
        ("2026-02", "software", None, 30.0),
        ("2026-02", "staff", 8.0, None),
    ],
    columns=["month", "item", "hours", "amount"],
)


class Client:
    """An engagement with a cost sheet alone."""

    currency, rates = "GBP", {}

    def __init__(self, sheet: pd.DataFrame | None) -> None:
        self.sheet = sheet

    def fact(self, name: str) -> pd.DataFrame | None:
        return self.sheet if name == "costs" else None


def test_set_up_lines_are_those_with_that_name() -> None:
    sheet = cost_sheet(Client(SHEET))  # type: ignore[arg-type]
    assert sheet is not None
    assert sheet["once"].tolist() == [True, False, False, False, False]
    assert sheet[["hours", "amount"]].isna().sum().sum() == 0
    assert cost_sheet(Client(None)) is None  # type: ignore[arg-type]
    assert cost_sheet(Client(SHEET.head(0))) is None  # type: ignore[arg-type]


def test_hours_cost_their_rate_and_amounts_are_added() -> None:
    found = costs(Client(SHEET), hourly_rate=50.0)  # type: ignore[arg-type]
    # 7 hours a month on average at 50, and 30 for software; set-up is 10 hours and 500.
    assert found["monthly_cost"].value == pytest.approx(7 * 50 + 30, rel=0.01)
    assert found["set_up_cost"].value == pytest.approx(10 * 50 + 500)
    assert found["monthly_cost"].basis is Basis.ASSUMED


def test_a_stated_figure_replaces_the_sheet() -> None:
    found = costs(Client(SHEET), hourly_rate=50.0, hours_per_month=2.0, software_per_month=10.0, set_up=99.0)  # type: ignore[arg-type]
    assert found["monthly_cost"].value == pytest.approx(2 * 50 + 10, rel=0.05)
    assert found["set_up_cost"].value == 99.0


def test_the_fixed_cost_is_set_up_and_every_month() -> None:
    found = costs(Client(SHEET), hourly_rate=50.0)  # type: ignore[arg-type]
    whole = fixed_cost(found, months=12)
    assert whole.value == pytest.approx(found["set_up_cost"].value + 12 * found["monthly_cost"].value, rel=0.01)


def test_the_items_add_up_to_all_of_it() -> None:
    client = Client(SHEET)
    rows = cost_rows(client, costs(client, hourly_rate=50.0), months=12, hourly_rate=50.0)  # type: ignore[arg-type]
    items = {(r["item"], r["when"]): (r["hours"], r["spent"]) for r in rows}
    assert items["software", "a month"] == (0.0, 30.0)
    assert items["staff", "a month"] == (7.0, 0.0)
    assert items["Set-up", "once"] == (10.0, 500.0)
    assert items["all", "until month 12"] == (10 + 12 * 7, 500 + 12 * 30)


def test_without_a_sheet_only_the_sums_are_shown() -> None:
    client = Client(None)
    rows = cost_rows(client, costs(client), months=6)  # type: ignore[arg-type]
    assert [r["when"] for r in rows] == ["a month", "once", "until month 6"]
    assert module.HOURS.low < module.HOURS.value < module.HOURS.high
