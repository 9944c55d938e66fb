"""break-even.xlsx recalculated by LibreOffice agrees with Python, at base and after each change of an input."""

from __future__ import annotations

import io
import shutil
import subprocess
from dataclasses import replace

import numpy as np
import pytest
from openpyxl import load_workbook

from referral_playbook.methods.decisions.programme_futures import (
    Timetable,
    _cumulative,
    complete,
    expected_value_result,
)
from referral_playbook.run.report.sheet.answers import LINES, NEVER, NOT_BACK, row_of
from referral_playbook.run.report.sheet.book import break_even_sheet

from .. import sample_results as samples

MONTHS = 24
NAMES = {"baseline_referrals": "baseline"}
BASE = {
    "baseline_referrals": 10.0,
    "uplift": 1.8,
    "new_referrals": 2.0,
    "qualified_share": 0.5,
    "conversion_rate": 0.2,
    "incremental_share": 0.6,
    "customer_value": 700.0,
    "reward": 80.0,
    "lead_reward": 3.0,
    "monthly_cost": 90.0,
    "set_up_cost": 400.0,
    "deadline": 12,
    "discount_rate": 0.1,
    "payback_months": 20,
    "purse": 900.0,
}
CHANGES = {
    "baseline_referrals": 14.0,
    "uplift": 2.6,
    "new_referrals": 0.0,
    "qualified_share": 0.7,
    "conversion_rate": 0.1,
    "customer_value": 900.0,
    "incremental_share": 0.1,
    "reward": 150.0,
    "lead_reward": 9.0,
    "monthly_cost": 20.0,
    "set_up_cost": 2000.0,
    "deadline": 18,
    "discount_rate": 0.3,
}
INPUTS, FIRST = 11, 6
"""Inputs before the plan, and the row of the first."""
MEASURED = ("baseline_referrals", "conversion_rate")
LAGS = {
    "qualified": (0.5, 0.5),
    "converted": (0.2, 0.5, 0.3),
    "margin": tuple(np.full(30, 1 / 30)),
    "rewarded": (0.0, 1.0),
}


def result():
    inputs = [
        {
            "name": name,
            "value": x,
            "low": 0.8 * x,
            "high": 1.25 * x,
            "unit": "x",
            "per": "y",
            "basis": "measured" if name in MEASURED else "assumed",
            "source": "=1+1",
        }
        for name, x in list(BASE.items())[:INPUTS]
    ]
    lags = [{"months_after": k, **{s: v[k] if k < len(v) else 0.0 for s, v in LAGS.items()}} for k in range(30)]
    plan = [{"name": n, "value": BASE[n]} for n in ("deadline", "discount_rate", "payback_months", "purse")]
    plan.append({"name": "months_followed", "value": MONTHS})
    return samples.break_even(tables={"inputs": inputs, "lags": lags, "plan": plan})


def python(**changes):
    """Value and cash by month, and the result in closed form, by the code that makes the report."""
    x = BASE | changes
    when = Timetable(
        months=MONTHS,
        deadline=int(x["deadline"]),
        discount_rate=x["discount_rate"],
        qualified_after=LAGS["qualified"],
        converted_after=LAGS["converted"],
        margin_after=LAGS["margin"],
        rewarded_after=LAGS["rewarded"],
    )
    drawn = {NAMES.get(n, n): v for n, v in list(x.items())[:INPUTS]}
    value, cash = _cumulative(complete(drawn), when, None)
    return value[:, 0], cash[:, 0], float(expected_value_result(drawn, when)[0])


def changed(content, name, new):
    book = load_workbook(io.BytesIO(content))
    if name:
        (at,) = [row for row, key in enumerate([*BASE][:INPUTS], start=FIRST) if key == name] or [
            FIRST + INPUTS + 1 + list(BASE)[INPUTS:].index(name)
        ]
        book["Inputs"][f"C{at}"] = new
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.fixture(scope="module")
def calculated(tmp_path_factory):
    """The workbook at base and after changing each input, as LibreOffice calculates it."""
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice is not installed")
    folder = tmp_path_factory.mktemp("sheets")
    content = break_even_sheet(result())
    (folder / "base.xlsx").write_bytes(changed(content, None, None))
    for name, new in CHANGES.items():
        (folder / f"{name}.xlsx").write_bytes(changed(content, name, new))
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation=file://{folder}/profile",
            "--headless",
            "--convert-to",
            "xlsx",
            "--outdir",
            str(folder / "out"),
            *map(str, sorted(folder.glob("*.xlsx"))),
        ],
        check=True,
        capture_output=True,
        timeout=240,
    )
    return {p.stem: load_workbook(p, data_only=True) for p in (folder / "out").glob("*.xlsx")}


@pytest.mark.parametrize("name", ["base", *CHANGES])
def test_the_sheet_agrees_with_python_after_each_change(calculated, name):
    book, changes = calculated[name], {} if name == "base" else {name: CHANGES[name]}
    value, cash, closed = python(**changes)
    months = book["Months"]
    assert [months[f"J{3 + m}"].value for m in range(1, MONTHS + 1)] == pytest.approx(list(value), rel=1e-9, abs=1e-6)
    assert [months[f"N{3 + m}"].value for m in range(1, MONTHS + 1)] == pytest.approx(list(cash), rel=1e-9, abs=1e-6)
    answers, date = book["Answers"], int((BASE | changes)["deadline"])
    assert answers[f"B{row_of('value')}"].value == pytest.approx(closed)
    assert answers[f"B{row_of('cash')}"].value == pytest.approx(cash[date - 1])
    assert answers[f"B{row_of('peak')}"].value == pytest.approx(max(0, -cash.min()))
    below = np.flatnonzero(cash < 0)
    wanted = NOT_BACK if cash[-1] < 0 else below[-1] + 2 if below.size else 1
    assert answers[f"B{row_of('payback')}"].value == wanted


def test_every_yellow_cell_changes_an_answer(calculated):
    lines = [row_of(key) for key in LINES]
    base = [calculated["base"]["Answers"][f"B{at}"].value for at in lines]
    for name in CHANGES:
        assert [calculated[name]["Answers"][f"B{at}"].value for at in lines] != base, name


def test_three_answers_are_those_of_the_method_on_the_months_that_count(calculated):
    answers = calculated["base"]["Answers"]
    qualified = np.convolve(np.ones(12), LAGS["qualified"])[:12]
    converted, discount = np.convolve(qualified, LAGS["converted"])[:12], 1.1 ** (-np.arange(1, 13) / 12)
    months, weight = converted.sum(), converted @ discount
    cover = (400 + 90 * discount.sum()) * months / weight
    usual, paid = 10 * 0.5 * 0.2 * months, 80 + 3 / 0.2 * (qualified @ discount) / weight
    left = 0.6 * 700 - paid
    extra = int(np.ceil((cover + usual * paid) / left))
    assert answers[f"B{row_of('counted')}"].value == pytest.approx(months)
    assert answers[f"B{row_of('naive')}"].value == pytest.approx((400 + 12 * 90) / 700)
    assert answers[f"B{row_of('credited')}"].value == int(np.ceil(cover / left))
    assert answers[f"B{row_of('extra')}"].value == extra
    assert answers[f"B{row_of('referrals')}"].value == pytest.approx((extra + usual) / 0.1)
    assert answers[f"B{row_of('uplift')}"].value == pytest.approx((420 + cover / usual) / left)
    assert calculated["incremental_share"]["Answers"][f"B{row_of('extra')}"].value == NEVER


def test_at_the_uplift_of_the_sheet_the_value_result_is_zero(calculated):
    uplift = calculated["new_referrals"]["Answers"][f"B{row_of('uplift')}"].value
    assert python(new_referrals=0.0, uplift=uplift)[2] == pytest.approx(0, abs=1e-6)


def test_scenarios_move_only_what_was_not_measured_and_the_verdict_follows(calculated):
    answers = calculated["base"]["Answers"]
    at = row_of("payback") + 3
    ends = {n: (0.8 * x, 1.25 * x) for n, x in list(BASE.items())[:INPUTS] if n not in MEASURED}
    costs = ("reward", "lead_reward", "monthly_cost", "set_up_cost")
    low = python(**{n: e[1] if n in costs else e[0] for n, e in ends.items()})[2]
    high = python(**{n: e[0] if n in costs else e[1] for n, e in ends.items()})[2]
    assert answers[f"B{at}"].value == pytest.approx(low)
    assert answers[f"D{at}"].value == pytest.approx(high)
    assert answers[f"B{at + 4}"].value == "Test small"


def test_client_text_never_is_a_formula():
    evil = replace(result(), client="=cmd|' /C calc'!A0", headline="@x\x07")
    book = load_workbook(io.BytesIO(break_even_sheet(evil)))
    formulas = [c.value for s in book for r in s.iter_rows() for c in r if c.data_type == "f"]
    assert formulas
    assert not [f for f in formulas if "cmd" in f or "1+1" in f]


def test_the_same_result_gives_the_same_bytes():
    first = break_even_sheet(result())
    assert break_even_sheet(result()) == first


def test_what_is_not_known_is_named_instead_of_wrong_formulas():
    tables = {"inputs": [row for row in result().tables["inputs"] if row["name"] != "uplift"]}
    book = load_workbook(io.BytesIO(break_even_sheet(samples.break_even(tables=tables))))
    assert book.sheetnames == ["Inputs"]
    assert book["Inputs"]["A3"].value == "Break-even cannot be computed yet. Not known: uplift of referrals."
