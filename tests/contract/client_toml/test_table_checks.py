"""What the declaration of a table may not say, one fault at a time: key, problem and advice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from referral_playbook.contract.client_toml.client import TableSpec
from referral_playbook.contract.client_toml.problems import Problem, Sheet
from referral_playbook.contract.client_toml.table_checks import table
from referral_playbook.contract.tables import CUSTOMERS, PAYMENTS, SURVEYS, Table


def noted(root: Path, known: Table, **says: Any) -> list[Problem]:
    (root / "t.csv").write_text("x\n1\n")
    says = {"file": "t.csv"} | says
    sheet = Sheet("client.toml", "", {"currency": "EUR", "tables": {known.name: says}})
    table(known, TableSpec.model_validate(says), root, sheet)
    return sheet.problems


@pytest.mark.parametrize(
    ("known", "says"),
    [
        (PAYMENTS, {"dates": {"paid_on": "%d/%m/%Y"}, "thousands": ".", "decimal": ",", "marks": ["€", "()"]}),
        (PAYMENTS, {"dates": {"paid_on": "excel"}, "period": 12, "currency": "=USD", "delimiter": "\t"}),
        (PAYMENTS, {"dates": {"paid_on": "%Y-%m-%dT%H:%M:%S%z"}, "skip_lines": [1, 2, 90]}),
        (SURVEYS, {"questions": {"nps": "Score"}, "scale": {"csat": "1-7"}}),
        (CUSTOMERS, {"values": {"status": {"active": ["Stayed"], "left": ["Churned"]}}}),
    ],
)
def test_a_declaration_that_can_be_used_has_no_problem(tmp_path: Path, known: Table, says: dict[str, Any]) -> None:
    assert noted(tmp_path, known, **says) == []


@pytest.mark.parametrize(
    ("known", "says", "key", "problem"),
    [
        (PAYMENTS, {"columns": {"amuont": "A"}}, "columns.amuont", "no such column"),
        (PAYMENTS, {"less": {"kind": "Fee"}}, "less.kind", "not an amount"),
        (PAYMENTS, {"dates": {"paid_on": "%d/%m"}}, "dates.paid_on", "not a form of dates"),
        (PAYMENTS, {"dates": {"paid_on": "%d/%d/%m/%Y"}}, "dates.paid_on", "not a form of dates"),
        (PAYMENTS, {"dates": {"paid_on": "%z %Y-%m-%d"}}, "dates.paid_on", "%z does not stand at the end"),
        (CUSTOMERS, {"values": {"status": {"actve": ["x"]}}}, "values.status.actve", "no such word"),
        (CUSTOMERS, {"values": {"status": {"active": ["x"], "left": ["x"]}}}, "values.status", "for two words"),
        (PAYMENTS, {"thousands": ".", "decimal": "."}, "thousands", "the same mark as decimal"),
        (PAYMENTS, {"thousands": "x"}, "thousands", "not a mark between thousands"),
        (PAYMENTS, {"marks": ["-"]}, "marks", "not a mark beside a number"),
        (PAYMENTS, {"marks": ["USD"]}, "marks", "another currency"),
        (PAYMENTS, {"delimiter": "x"}, "delimiter", "between fields"),
        (PAYMENTS, {"delimiter": "'"}, "delimiter", "within fields"),
        (PAYMENTS, {"skip_lines": -1}, "skip_lines", "not a number of lines"),
        (PAYMENTS, {"skip_lines": [0]}, "skip_lines", "not a number of lines"),
        (PAYMENTS, {"questions": {"nps": "Score"}}, "questions", "only surveys"),
        (SURVEYS, {"questions": {"npss": "Score"}}, "questions.npss", "no such question"),
        (SURVEYS, {"scale": {"nps": "1-5"}}, "scale.nps", "no scale to declare"),
        (SURVEYS, {"scale": {"csat": "2-7"}}, "scale.csat", "not a scale"),
        (CUSTOMERS, {"period": 12}, "period", "only payments"),
        (PAYMENTS, {"period": 121}, "period", "not a number of months"),
        (PAYMENTS, {"currency": "=DEM"}, "currency", "not an ISO 4217"),
        (PAYMENTS, {"timezone": "Mars/Base"}, "timezone", "not a time zone"),
        (PAYMENTS, {"sheet": "First"}, "sheet", "no sheets"),
        (CUSTOMERS, {"returned": ["t.csv"]}, "returned", "returned lists are touchpoints"),
    ],
)
def test_each_fault_is_noted_once_with_its_key(
    tmp_path: Path, known: Table, says: dict[str, Any], key: str, problem: str
) -> None:
    (only,) = noted(tmp_path, known, **says)
    assert only.key == f"tables.{known.name}.{key}"
    assert problem in only.problem
    assert only.fix


def test_a_file_that_is_named_twice_or_in_two_ways_is_noted(tmp_path: Path) -> None:
    assert "named twice" in noted(tmp_path, PAYMENTS, file=None, files=["t.csv", "t.csv"])[0].problem
