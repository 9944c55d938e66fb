"""The sheet of inputs: the report's value beside yours, what may be changed in yellow, ends for the scenarios."""

from __future__ import annotations

import pytest
from openpyxl import Workbook

from referral_playbook.run.report.sheet.inputs import (
    FIRST,
    PLAN,
    USED,
    InputCells,
    known_inputs,
    plan_values,
    write_inputs,
)

from .small_plan import VALUES, small_result


@pytest.fixture
def sheet():
    """Write the sheet of a result: the sheet and the cells of its inputs."""

    def writing(result):
        made = Workbook().active
        return made, write_inputs(made, result, "Acme: break-even")

    return writing


def test_every_input_stands_with_its_range_basis_and_source(sheet):
    made, cells = sheet(small_result())
    assert [made[f"{c}{FIRST - 1}"].value for c in "ABCDEFGHI"] == [
        "What", "In the report", "Yours", "Low", "High", "Unit", "Per", "Basis", "Note",
    ]  # fmt: skip
    assert list(cells.rows)[: len(USED)] == list(USED)
    row = cells.rows["customer_value"]
    assert [made[f"{c}{row}"].value for c in "BCDEFGHI"] == [600, 600, 300, 1200, "", "month", "assumed", "counted"]


def test_what_may_be_changed_is_yellow_and_nothing_else(sheet):
    made, cells = sheet(small_result())
    yellow = {c.coordinate for r in made.iter_rows() for c in r if c.fill.fgColor.rgb == "00FFF6D6"}
    assert yellow == {f"C{row}" for row in cells.rows.values()}
    assert len(yellow) == len(USED) + len(PLAN)


def test_shares_are_shown_in_per_cent_and_money_with_its_cents(sheet):
    made, cells = sheet(small_result())
    assert made[f"C{cells.rows['conversion_rate']}"].number_format == "0.0%"
    assert made[f"C{cells.rows['customer_value']}"].number_format == "#,##0.00"
    assert made[f"C{cells.rows['discount_rate']}"].number_format == "0.0%"
    assert made[f"C{cells.rows['deadline']}"].number_format == "0"


def test_an_empty_purse_is_an_empty_yellow_cell(sheet):
    made, cells = sheet(small_result())
    assert made[f"C{cells.rows['purse']}"].value is None
    assert "leave empty for no limit" in made[f"A{cells.rows['purse']}"].value


def test_what_a_programme_may_do_without_is_nothing_and_the_rest_is_missing():
    known = known_inputs(small_result(missing=("lead_reward", "new_referrals", "uplift")))
    assert known["lead_reward"]["value"] == known["new_referrals"]["value"] == 0
    assert known["lead_reward"]["source"] == "The programme has none."
    assert "uplift" not in known
    assert set(known) == set(VALUES) - {"uplift"}


def test_an_input_without_a_value_is_not_known():
    result = small_result()
    rows = [{**row, "value": None} if row["name"] == "uplift" else row for row in result.tables["inputs"]]
    result.tables["inputs"][:] = rows
    assert "uplift" not in known_inputs(result)


def test_the_plan_is_read_by_name():
    assert plan_values(small_result()) == {
        "deadline": 4,
        "discount_rate": 0.0,
        "payback_months": 6,
        "purse": None,
        "months_followed": 6,
    }


@pytest.mark.parametrize(
    ("name", "good", "address"),
    [
        ("uplift", True, "Inputs!$E$7"),
        ("uplift", False, "Inputs!$D$7"),
        ("reward", True, "Inputs!$D$8"),  # of a cost less is better
        ("reward", False, "Inputs!$E$8"),
        ("conversion_rate", True, "Inputs!$C$9"),  # measured: it has no ends to try
        ("conversion_rate", False, "Inputs!$C$9"),
    ],
)
def test_the_end_of_a_scenario_is_the_favourable_one(name, good, address):
    rows = {"uplift": 7, "reward": 8, "conversion_rate": 9}
    cells = InputCells(rows, {"uplift": False, "reward": False, "conversion_rate": True})
    assert cells.end(name, good=good) == address
    assert cells.yours(name) == f"Inputs!$C${rows[name]}"
