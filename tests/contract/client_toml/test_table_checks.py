"""What the declaration of a table may not say, one fault at a time: key, problem and advice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from referral_playbook.contract.client_toml.client import TableSpec
from referral_playbook.contract.client_toml.problems import Problem, Sheet
from referral_playbook.contract.client_toml.table_checks import table
from referral_playbook.contract.tables import TABLES, Table


def noted(root: Path, known: Table, **says: Any) -> list[Problem]:
    (root / "t.csv").write_text("x\n1\n")
    says = {"file": "t.csv"} | says
    sheet = Sheet("client.toml", "", {"currency": "EUR", "tables": {known.name: says}})
    table(known, TableSpec.model_validate(says), root, sheet)
    return sheet.problems


@pytest.mark.parametrize(
    ("known", "says"),
    [
        (
            TABLES["payments"],
            {"dates": {"paid_on": "%d/%m/%Y"}, "thousands": ".", "decimal": ",", "marks": ["€", "()"]},
        ),
        (TABLES["payments"], {"dates": {"paid_on": "excel"}, "period": 12, "currency": "=USD", "delimiter": "\t"}),
        (TABLES["payments"], {"dates": {"paid_on": "%Y-%m-%dT%H:%M:%S%z"}, "skip_lines": [1, 2, 90]}),
        (TABLES["surveys"], {"questions": {"nps": "Score"}, "scale": {"csat": "1-7"}}),
        (TABLES["customers"], {"values": {"status": {"active": ["Stayed"], "left": ["Churned"]}}}),
    ],
)
def test_a_declaration_that_can_be_used_has_no_problem(tmp_path: Path, known: Table, says: dict[str, Any]) -> None:
    assert noted(tmp_path, known, **says) == []


@pytest.mark.parametrize(
    ("known", "says", "key", "problem"),
    [
        (TABLES["payments"], {"columns": {"amuont": "A"}}, "columns.amuont", "no such column"),
        (TABLES["payments"], {"less": {"kind": "Fee"}}, "less.kind", "not an amount"),
        (TABLES["payments"], {"dates": {"paid_on": "%d/%m"}}, "dates.paid_on", "not a form of dates"),
        (TABLES["payments"], {"dates": {"paid_on": "%d/%d/%m/%Y"}}, "dates.paid_on", "not a form of dates"),
        (TABLES["payments"], {"dates": {"paid_on": "%z %Y-%m-%d"}}, "dates.paid_on", "%z does not stand at the end"),
        (TABLES["customers"], {"values": {"status": {"actve": ["x"]}}}, "values.status.actve", "no such word"),
        (
            TABLES["customers"],
            {"values": {"status": {"active": ["x"], "left": ["x"]}}},
            "values.status",
            "for two words",
        ),
        (TABLES["payments"], {"thousands": ".", "decimal": "."}, "thousands", "the same mark as decimal"),
        (TABLES["payments"], {"thousands": "x"}, "thousands", "not a mark between thousands"),
        (TABLES["payments"], {"marks": ["-"]}, "marks", "not a mark beside a number"),
        (TABLES["payments"], {"marks": ["USD"]}, "marks", "another currency"),
        (TABLES["payments"], {"delimiter": "x"}, "delimiter", "between fields"),
        (TABLES["payments"], {"delimiter": "'"}, "delimiter", "within fields"),
        (TABLES["payments"], {"skip_lines": -1}, "skip_lines", "not a number of lines"),
        (TABLES["payments"], {"skip_lines": [0]}, "skip_lines", "not a number of lines"),
        (TABLES["payments"], {"questions": {"nps": "Score"}}, "questions", "only surveys"),
        (TABLES["surveys"], {"questions": {"npss": "Score"}}, "questions.npss", "no such question"),
        (TABLES["surveys"], {"scale": {"nps": "1-5"}}, "scale.nps", "no scale to declare"),
        (TABLES["surveys"], {"scale": {"csat": "2-7"}}, "scale.csat", "not a scale"),
        (TABLES["customers"], {"period": 12}, "period", "only payments"),
        (TABLES["payments"], {"period": 121}, "period", "not a number of months"),
        (TABLES["payments"], {"currency": "=DEM"}, "currency", "not an ISO 4217"),
        (TABLES["payments"], {"timezone": "Mars/Base"}, "timezone", "not a time zone"),
        (TABLES["payments"], {"sheet": "First"}, "sheet", "no sheets"),
        (TABLES["customers"], {"returned": ["t.csv"]}, "returned", "returned lists are touchpoints"),
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
    assert "named twice" in noted(tmp_path, TABLES["payments"], file=None, files=["t.csv", "t.csv"])[0].problem
