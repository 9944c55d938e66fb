"""The files a client works with: formulas that give the report's numbers, text that never is a formula."""

from __future__ import annotations

import csv
import io
import math
import re
from datetime import date

import pytest
from openpyxl import load_workbook

from referral_playbook.contract.evidence import StepResult, Verdict, assumed, undefined
from referral_playbook.contract.handover import record
from referral_playbook.run.report import break_even_sheet as sheets
from referral_playbook.run.report.csv_text import csv_text
from referral_playbook.run.report.workbook import write_workbook


def row(name, value, unit="GBP", source="owner"):
    return {
        "name": name, "value": value, "low": value, "high": value, "unit": unit, "per": "x", "basis": "assumed",
        "source": source,
    }  # fmt: skip


def break_even(*, value=500.0, share=0.5, reward=50.0, fulfilment=10.0, rate=0.1, fixed=20_000.0, **changes):
    contribution = share * value - reward - fulfilment
    conversions = math.ceil(fixed / contribution) if contribution > 0 else None
    said = {"unit": "x", "per": "programme", "source": "s"}

    def estimate(x):
        return undefined("cannot break even", unit="x", per="programme") if x is None else assumed(x, x, x, **said)

    fields = {
        "step": "break_even", "client": "Acme", "as_of": date(2026, 9, 30), "headline": "H",
        "verdict": Verdict(status="go", reason="R"),
        "estimates": {
            "unit_contribution": estimate(contribution),
            "break_even_conversions": estimate(conversions),
            "break_even_referrals": estimate(math.ceil(conversions / rate) if conversions else None),
        },
        "tables": {"inputs": [
            row("contacts", 20.0), row("value", value), row("incremental_share", share, "share"),
            row("conversion_rate", rate, "share"), row("fixed_cost", 1_000.0), row("fixed_cost_to_date", fixed),
            row("fulfilment", fulfilment),
        ]},
    }  # fmt: skip
    return StepResult(**(fields | changes))


class Calculated:
    """The sheet as a spreadsheet program would show it: enough of one for the formulas we write."""

    def __init__(self, content: bytes, **yours):
        self.sheet = load_workbook(io.BytesIO(content))["Break-even"]
        self.yours = yours

    def named(self, what: str, column: str):
        (at,) = [c.row for c in self.sheet["A"] if c.value == what]
        return self.value(f"{column}{at}")

    def value(self, at: str):
        cell = self.sheet[at]
        what = self.sheet[f"A{cell.row}"].value
        if at[0] == "C" and what in self.yours:
            return self.yours[what]
        if cell.data_type != "f":
            return cell.value
        code = re.sub(r"\b([A-Z]\d+)\b", r'value("\1")', cell.value[1:]).replace("<=", " <= ")
        known = {
            "value": self.value,
            "IF": lambda test, yes, no: yes() if test else no(),
            "ROUNDUP": lambda x, digits: math.ceil(x),
            "ROUND": round,
            "ISNUMBER": lambda x: isinstance(x, (int, float)),
        }
        code = re.sub(r"^IF\((.*?),(\"[^\"]*\"|ROUNDUP\(.*,0\)),(.*)\)$", r"IF(\1,lambda: \2,lambda: \3)", code)
        return eval(code, {"__builtins__": {}, **known})


def test_the_formulas_give_the_reports_numbers():
    result = break_even()
    sheet = Calculated(sheets.break_even_sheet(result))
    for what in ("Unit contribution", "Break even conversions", "Break even referrals"):
        assert sheet.named(what, "C") == pytest.approx(sheet.named(what, "B"))
    assert sheet.named("Break even conversions", "C") == math.ceil(20_000 / 190)
    assert sheet.named("Reward per conversion", "B") == 50.0


def test_a_changed_input_moves_the_answer():
    sheet = Calculated(sheets.break_even_sheet(break_even()), **{"Customer value": 1_000.0})
    assert sheet.named("Unit contribution", "C") == pytest.approx(440)
    assert sheet.named("Break even conversions", "C") == math.ceil(20_000 / 440)


def test_a_contribution_of_nothing_breaks_even_at_no_volume():
    sheet = Calculated(sheets.break_even_sheet(break_even(reward=400.0)))
    assert sheet.named("Break even conversions", "C") == "cannot break even at any volume"
    assert sheet.named("Break even referrals", "C") == "cannot break even at any volume"
    assert sheet.named("Break even conversions", "B") is None


@pytest.mark.parametrize("inputs", [[row("value", 500.0)], [row("conversion_rate", None), row("value", 500.0)]])
def test_missing_inputs_are_named_instead_of_wrong_formulas(inputs):
    tables = {"inputs": inputs}
    sheet = load_workbook(io.BytesIO(sheets.break_even_sheet(break_even(tables=tables))))["Break-even"]
    said = [c.value for c in sheet["A"] if c.value]
    assert any("cannot be worked out" in s and "Conversion rate" in s for s in said)
    assert not [c for r in sheet.iter_rows() for c in r if c.data_type == "f" and "ROUNDUP" in c.value]


def test_client_text_never_is_a_formula():
    tables = {"inputs": [row("value", 1.0, source='=HYPERLINK("x")')]}
    evil = break_even(client="=cmd|' /C calc'!A0", headline="@x\x07", tables=tables)
    book = load_workbook(io.BytesIO(sheets.break_even_sheet(evil)))
    formulas = [c.value for s in book for r in s.iter_rows() for c in r if c.data_type == "f"]
    assert all(re.match(r"=(B\d+$|IF|C\d)", f) for f in formulas)


def test_the_same_result_gives_the_same_bytes(monkeypatch):
    first = sheets.break_even_sheet(break_even())
    import openpyxl.writer.excel as writer

    class Later(writer.datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            return cls(2031, 1, 1, tzinfo=tz)

    monkeypatch.setattr(writer.datetime, "datetime", Later)
    assert sheets.break_even_sheet(break_even()) == first


def test_cash_flow_gets_a_sheet_of_its_own():
    base = break_even()
    cash = [{"month": 1, "mean": -5.0, "ahead": 0.25}]
    book = load_workbook(io.BytesIO(sheets.break_even_sheet(break_even(tables={**base.tables, "cash_flow": cash}))))
    assert [c.value for c in book["Month by month"][2]] == [1, -5, 0.25]


def test_the_workbook_and_the_lists_are_written_where_there_are_any(tmp_path):
    assert write_workbook(tmp_path) == []
    asks = [{"customer_id": "=1", "reason": 'promoter, "loyal"'}]
    tables = {"ask_list": asks, "close_the_loop": []}
    record(break_even(step="ask_and_follow_up", tables=tables), tmp_path / "results")
    record(break_even(), tmp_path / "results")
    assert [p.name for p in write_workbook(tmp_path)] == ["break-even.xlsx", "this-month.csv", "ask-list.csv"]
    with (tmp_path / "ask-list.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["id"], row["list"], row["reason"]) == ("'=1", "ask", 'promoter, "loyal"')


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", " =1"])
def test_no_cell_of_a_list_starts_a_formula(text):
    cell = next(csv.reader(io.StringIO(csv_text([{"a": text}]).split("\r\n")[1])))[0]
    assert cell.startswith("'")
