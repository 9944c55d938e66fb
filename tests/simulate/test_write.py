"""The files of a simulated client: those in data/ byte by byte, read back by intake as they were."""

from __future__ import annotations

import dataclasses
import tomllib
from datetime import date

import pandas as pd
import pytest

from referral_playbook.contract.client_toml.client import read_client
from referral_playbook.intake import read_client_tables
from referral_playbook.simulate import FileLayout, write_client
from referral_playbook.simulate.__main__ import SAMPLES
from referral_playbook.simulate.write import as_text, client_toml
from tests.simulate.simulations import sample


@pytest.mark.parametrize("name", list(SAMPLES))
def test_samples_in_data_are_what_the_simulator_writes(name, tmp_path, data):
    write_client(sample(name), tmp_path)
    written = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    kept = {p.name: p.read_bytes() for p in (data / name).iterdir()}
    assert sorted(written) == sorted(kept)
    different = [file for file in written if written[file] != kept[file]]
    assert not different, f"run python -m referral_playbook.simulate: {different} differ"


@pytest.mark.parametrize("name", list(SAMPLES))
def test_intake_reads_back_the_same_tables(name, data):
    client, read = sample(name), read_client_tables(read_client(data / name))
    assert not [fault for fault in read.faults if fault.severity == "error"]
    assert sorted(read.tables) == sorted(client.tables)
    for table, made in client.tables.items():
        back = read.tables[table][list(made.columns)]
        pd.testing.assert_frame_equal(
            back.astype(object).where(back.notna(), None),
            made.astype(object).where(made.notna(), None),
            check_dtype=False,
        )


def test_parameters_are_written_so_that_client_toml_reads_them_back(tmp_path):
    given = {
        "discount_rate": 0.1,
        "break_even": {"hours_per_month": 35.0},
        "goal_setting": {"owner": 'Ann "A" O\'Neil'},
        "programme_review": {"programme_start": date(2027, 9, 30)},
    }
    write_client(dataclasses.replace(sample("cupboard"), parameters=given), tmp_path)
    client = read_client(tmp_path)
    assert client.settings.values == {
        "discount_rate": 0.1,
        "hours_per_month": 35.0,
        "owner": 'Ann "A" O\'Neil',
        "programme_start": "2027-09-30",
    }


@pytest.mark.parametrize(
    ("column", "values", "decimal", "expected"),
    [
        ("amount", [1.0, 2.5, 3.999, None, 0.0, -4.10], ",", ["1", "2,5", "4", "", "0", "-4,1"]),
        ("amount", [100.0, 1_250.0], ".", ["100", "1250"]),
        ("period_months", [1, None, 12], ".", ["1", "", "12"]),
        ("kind", ["renewal", None], ".", ["Abo", ""]),
    ],
)
def test_a_column_is_written_as_the_client_writes_it(column, values, decimal, expected):
    layout = FileLayout(file="p.csv", decimal=decimal, values={"kind": {"renewal": "Abo"}})
    assert as_text("payments", pd.Series(values, name=column), layout).tolist() == expected


def test_dates_are_written_in_their_form_and_empty_where_there_is_none():
    days = pd.Series(pd.to_datetime(["2026-03-04", None]), name="paid_on")
    assert as_text("payments", days, FileLayout(file="p.csv", dates="%d.%m.%y")).tolist() == ["04.03.26", ""]


def test_client_toml_says_only_what_differs_from_the_defaults():
    text = client_toml(sample("harlow-partners"))
    read = tomllib.loads(text)
    assert read["tables"]["leads"]["decimal"] == ","
    assert read["tables"]["leads"]["encoding"] == "cp1252"
    assert set(read["tables"]["effort"]) <= {"file", "dates"}
    assert "delimiter" not in read["tables"]["referrals"]  # a workbook has none
    assert read["tables"]["referrals"]["sheet"] == "Introductions"


def test_files_of_the_same_name_are_replaced_and_others_left_alone(tmp_path):
    (tmp_path / "customers.csv").write_text("old")
    (tmp_path / "notes.txt").write_text("mine")
    write_client(sample("cupboard"), tmp_path)
    assert (tmp_path / "notes.txt").read_text() == "mine"
    assert (tmp_path / "customers.csv").read_text().startswith("customer_id,")
