"""faults.csv: what check found, a row per fault, safe to open in a spreadsheet."""

from __future__ import annotations

import csv

import pytest

from referral_playbook.contract.client_toml.client import ClientError
from referral_playbook.intake import IntakeError
from referral_playbook.run.client.checking import check_client

HEAD = 'name = "Acme"\ncurrency = "EUR"\nas_of = 2026-09-30\n[tables.payments]\nfile = "p.csv"\n'


@pytest.fixture
def client(tmp_path):
    """A client folder from the text of its files;."""

    def making(rows, toml=HEAD):
        (tmp_path / "client.toml").write_text(toml, encoding="utf-8")
        (tmp_path / "p.csv").write_text("customer_id,paid_on,amount\n" + rows, encoding="utf-8")
        return tmp_path, tmp_path / "faults.csv"

    return making


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_errors_are_written_although_the_client_is_refused(client):
    folder, file = client("".join(f"C{n},2026-01-01,x{n}\n" for n in range(8)))
    with pytest.raises(IntakeError):
        list(check_client(folder, faults_file=file))
    rows = rows_of(file)
    assert [row["line"] for row in rows] == ["2", "3", "4", "5", "6"]
    assert {row["column"] for row in rows} == {"amount"}
    assert [row["more_like_it"] for row in rows] == ["0", "0", "0", "0", "3"]
    assert all(row["what_to_do"] for row in rows)


def test_a_value_that_begins_a_formula_stays_text(client):
    folder, file = client("C1,2026-01-01,=1+1\n")
    with pytest.raises(IntakeError):
        list(check_client(folder, faults_file=file))
    assert rows_of(file)[0]["value"] == "'=1+1"


def test_problems_of_client_toml_have_their_line_and_key(client):
    folder, file = client("C1,2026-01-01,1\n", HEAD + "nonsense = 1\n")
    with pytest.raises(ClientError):
        list(check_client(folder, faults_file=file))
    (row,) = rows_of(file)
    assert (row["line"], row["table"], row["column"]) == ("6", "payments", "tables.payments.nonsense")


def test_warnings_are_written_and_a_clean_client_has_a_header_alone(client):
    folder, file = client("C1,2027-01-01,1\nC1,2026-01-01,1\n")
    list(check_client(folder, faults_file=file))
    assert [row["severity"] for row in rows_of(file)] == ["warning"]
    folder, file = client("C1,2026-01-01,1\n")
    list(check_client(folder, faults_file=file))
    assert rows_of(file) == []
    assert file.read_text(encoding="utf-8-sig").startswith("severity,file,table,line")
