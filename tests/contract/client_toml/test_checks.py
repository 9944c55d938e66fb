"""Checks of a client.toml beyond its shape: currencies, zones, days and files that cannot be used."""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from referral_playbook.contract.client_toml import checks
from referral_playbook.contract.client_toml.problems import Problem, Sheet


def noted(check: Any, **data: Any) -> list[Problem]:
    sheet = Sheet("client.toml", "", data)
    check(sheet)
    return sheet.problems


@pytest.mark.parametrize("code", ["GBP", "EUR", "USD", "JPY", "INR", "BRL"])
def test_money_in_use_is_accepted(code: str) -> None:
    assert noted(checks.currency, currency=code) == []


@pytest.mark.parametrize(
    ("code", "problem", "fix"),
    [
        ("DEM", "no longer in use", "currency that replaced DEM"),
        ("GPB", "not an ISO 4217", "Did you mean GBP?"),
        ("eur", "not an ISO 4217", "Did you mean EUR?"),
        ("pounds", "not an ISO 4217", ""),
    ],
)
def test_money_that_is_none_gets_advice(code: str, problem: str, fix: str) -> None:
    (only,) = noted(checks.currency, currency=code)
    assert problem in only.problem
    assert fix in only.fix


def test_the_as_of_date_is_a_day_that_is_not_far_away() -> None:
    assert noted(checks.as_of, as_of=date(2026, 9, 30)) == []
    (with_time,) = noted(checks.as_of, as_of=datetime(2026, 9, 30, 8, 15))
    assert with_time.fix == "Write the day alone: as_of = 2026-09-30"
    assert noted(checks.as_of, as_of=date(2200, 1, 1))[0].problem == "too far in the future"


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        (checks.time_unit, {"time_unit": "month"}, {"time_unit": "week"}),
        (checks.timezone, {"timezone": "Europe/Berlin"}, {"timezone": "Europe/Berlim"}),
        (checks.language, {"language": "de-DE"}, {"language": "xx-QQ"}),
        (checks.name, {"name": "Ö & Co"}, {"name": " \u200b-"}),
    ],
)
def test_each_key_has_words_that_are_accepted_and_words_that_are_not(check: Any, good: Any, bad: Any) -> None:
    assert noted(check, **good) == []
    assert noted(check) == []
    assert len(noted(check, **bad)) == 1


def test_a_near_zone_is_offered() -> None:
    assert "Europe/Berlin" in noted(checks.timezone, timezone="Europe/Berlim")[0].fix


def test_rates_lead_from_other_currencies_to_the_clients_own() -> None:
    rates = {"USD": {"to": "GBP"}, "GBP": {"to": "GBP"}, "EUR": {"to": "USD"}, "XXA": {"to": "GBP"}}
    found = noted(checks.rates, currency="GBP", rates=rates)
    assert [p.key for p in found] == ["rates.GBP", "rates.EUR.to", "rates.XXA"]


def of_file(root: Path, name: str, **data: Any) -> list[Problem]:
    sheet = Sheet("client.toml", "", data)
    checks.file(name, ("file",), root, sheet)
    return sheet.problems


@pytest.mark.parametrize(
    "name",
    ["../c.csv", "/etc/c.csv", "C:\\c.csv", "sub\\..\\..\\c.csv", "\\\\host\\share\\c.csv", "a\0.csv"],
)
def test_no_path_leaves_the_client_folder(tmp_path: Path, name: str) -> None:
    assert "leaves the client folder" in of_file(tmp_path, name)[0].problem


def test_a_file_must_be_there_and_of_a_kind_that_is_read(tmp_path: Path) -> None:
    assert of_file(tmp_path, "c.csv")[0].fix == "The folder holds no table yet"
    (tmp_path / "customers.csv").write_text("x\n")
    assert of_file(tmp_path, "customers.csv") == []
    assert of_file(tmp_path, "customer.csv")[0].fix == "Did you mean customers.csv?"
    assert "not a kind of file" in of_file(tmp_path, "customers.pdf")[0].problem
    assert "longer than" in of_file(tmp_path, "ä" * 130 + ".csv")[0].problem


def test_a_name_outside_the_folder_must_be_allowed(tmp_path: Path) -> None:
    inside, outside = tmp_path / "client", tmp_path / "elsewhere.csv"
    inside.mkdir()
    (inside / "c.csv").write_text("x\n")
    os.link(inside / "c.csv", inside / "again.csv")
    assert not checks.has_name_outside(inside / "c.csv", inside)
    os.link(inside / "c.csv", outside)
    assert checks.has_name_outside(inside / "c.csv", inside)
    assert "hard link" in of_file(inside, "c.csv")[0].problem
    assert of_file(inside, "c.csv", hard_links=True) == []
