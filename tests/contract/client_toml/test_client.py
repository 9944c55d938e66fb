"""client.toml: what is read, and what is refused with file, line, key, value and a fix that helps."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from referral_playbook.contract.client_toml.client import Client, ClientError, Problem, read_client

GOOD = """\
name = "Brightdesk"
currency = "GBP"
as_of = 2026-09-30

[tables.customers]
file = "customers.csv"
columns = { customer_id = "Customerid " }
dates = "%d/%m/%Y"

[tables.customers.values]
status = { active = ["Stayed", "Joined"], left = "Churned" }

[parameters]
discount_rate = 0.10

[parameters.break_even]
conversion_rate = 0.05
"""


def folder(path: Path, text: str = GOOD) -> Path:
    (path / "client.toml").write_text(text, encoding="utf-8")
    (path / "customers.csv").write_text("customer_id,joined_on\n1,2026-01-01\n", encoding="utf-8")
    return path


def refused(path: Path, text: str) -> Problem:
    """The one problem of a text that has one."""
    with pytest.raises(ClientError) as caught:
        read_client(folder(path, text))
    assert len(caught.value.problems) == 1, str(caught.value)
    return caught.value.problems[0]


def test_a_good_client(tmp_path: Path) -> None:
    client = read_client(folder(tmp_path))
    assert (client.name, client.currency, client.as_of, client.time_unit) == (
        "Brightdesk",
        "GBP",
        date(2026, 9, 30),
        "month",
    )
    spec = client.tables["customers"]
    assert spec.columns == {"customer_id": "Customerid "}
    assert spec.values["status"] == {"active": ["Stayed", "Joined"], "left": ["Churned"]}
    assert spec.date_format("joined_on") == "%d/%m/%Y"
    assert (spec.delimiter, spec.encoding, spec.decimal, spec.thousands) == (",", "utf-8-sig", ".", None)
    assert client.settings.values == {"discount_rate": 0.10, "conversion_rate": 0.05}
    assert client.settings.notes == ("conversion_rate was set for break_even and applies to every step that uses it.",)
    assert client.folder == tmp_path


def test_a_client_is_frozen(tmp_path: Path) -> None:
    client = read_client(folder(tmp_path))
    with pytest.raises(ValueError, match="frozen"):
        client.name = "Other"  # type: ignore[misc]
    assert isinstance(client, Client)


def test_no_folder_and_no_file(tmp_path: Path) -> None:
    with pytest.raises(ClientError, match="no such folder"):
        read_client(tmp_path / "nobody")
    with pytest.raises(ClientError, match="playbook init") as caught:
        read_client(tmp_path)
    assert caught.value.problems[0].file.endswith("client.toml")


def test_broken_toml_names_its_line(tmp_path: Path) -> None:
    found = refused(tmp_path, GOOD.replace('"GBP"', "GBP"))
    assert found.line == 2
    assert "quotes" in found.fix


def test_not_utf8(tmp_path: Path) -> None:
    folder(tmp_path)
    (tmp_path / "client.toml").write_bytes(b'currency = "GBP"\nname = "Caf\xe9"\n')
    with pytest.raises(ClientError, match="UTF-8") as caught:
        read_client(tmp_path)
    assert caught.value.problems[0].line == 2


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "value", "fix"),
    [
        ('"GBP"', '"GPB"', 2, "currency", "GPB", "GBP"),
        ('"GBP"', "5", 2, "currency", 5, "quotes"),
        ('"GBP"', '"pounds sterling"', 2, "currency", "pounds sterling", "three-letter"),
        ("2026-09-30", '"2026-09-30"', 3, "as_of", "2026-09-30", "without quotes"),
        ("2026-09-30", "2026-09-30T10:00:00", 3, "as_of", None, "2026-09-30"),
        ("09-30\n", '09-30\ntime_unit = "decade"\n', 4, "time_unit", "decade", "per month"),
        ("[tables.customers]", "colour = 1\n[tables.customers]", 5, "colour", None, "currency"),
        ("file = ", "fiel = 1\nfile = ", 6, "tables.customers.fiel", None, "file or files?"),
        ("customer_id =", "custmer_id =", 7, "tables.customers.columns.custmer_id", None, "customer_id"),
        ('{ customer_id = "Customerid " }', '"ID"', 7, "tables.customers.columns", "ID", "table"),
        ("active =", "actve =", 11, "tables.customers.values.status.actve", None, "active"),
        ('left = "Churned"', 'left = "Joined"', 11, "tables.customers.values.status", "Joined", "one of them"),
        ("customers.csv", "custmers.csv", 6, "tables.customers.file", "custmers.csv", "customers.csv?"),
        ("customers.csv", "../customers.csv", 6, "tables.customers.file", "../customers.csv", "client folder"),
        ("customers.csv", "/etc/passwd.csv", 6, "tables.customers.file", "/etc/passwd.csv", "client folder"),
        ("customers.csv", "C:/data.csv", 6, "tables.customers.file", "C:/data.csv", "client folder"),
        ("customers.csv", "a/../../b.csv", 6, "tables.customers.file", "a/../../b.csv", "client folder"),
        ("customers.csv", "customers.docx", 6, "tables.customers.file", "customers.docx", ".parquet"),
        ("dates =", 'delimiter = ";;"\ndates =', 8, "tables.customers.delimiter", ";;", "one character"),
        ("dates =", 'decimal = "."\nthousands = "."\ndates =', 9, "tables.customers.thousands", ".", "different"),
        ("dates =", 'join = { file = "customers.csv" }\ndates =', 8, "tables.customers.join.on", None, "on ="),
        ("dates =", 'less = { segment = "x" }\ndates =', 8, "tables.customers.less.segment", None, "amount"),
        ("%d/%m/%Y", "DD/MM/YYYY", 8, "tables.customers.dates", "DD/MM/YYYY", "%d/%m/%Y"),
        ("%d/%m/%Y", "%d/%Q/%Y", 8, "tables.customers.dates", "%d/%Q/%Y", "%d/%m/%Y"),
        ("= 0.10", "= inf", 14, "parameters.discount_rate", None, "a number"),
        ("= 0.10", "= 10:00:00", 14, "parameters.discount_rate", None, "a number, from 0 to 1"),
        ("= 0.10", "= 8", 14, "parameters.discount_rate", 8, "a number, from 0 to 1"),
        ("= 0.05", "= 8", 17, "parameters.break_even.conversion_rate", 8, "from 0 to 1"),
        ("parameters.break_even", "parameters.brake_even", 17, "parameters.brake_even.conversion_rate", None, "break"),
    ],
)
def test_each_fault_says_where_and_what_to_do(
    tmp_path: Path, old: str, new: str, line: int, key: str, value: object, fix: str
) -> None:
    assert GOOD.count(old) >= 1
    found = refused(tmp_path, GOOD.replace(old, new, 1))
    assert (found.line, found.key) == (line, key)
    if value is not None:
        assert found.value == value
    assert fix in found.fix
    assert str(tmp_path) in str(found)


def test_several_problems_come_together_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = GOOD.replace("currency = ", "curency = ").replace("[tables.customers]", "[tables.custmers]", 1)
    text = text.replace('[tables.customers.values]\nstatus = { active = ["Stayed", "Joined"], left = "Churned" }', "")
    with pytest.raises(ClientError) as caught:
        read_client(folder(tmp_path, text.replace("break_even", "break_evn")))
    keys = [p.key for p in caught.value.problems]
    assert keys == ["currency", "curency", "tables.custmers", "parameters.break_evn.conversion_rate"]
    assert caught.value.problems[1].fix == "Did you mean currency?"
    assert "customers" in caught.value.problems[2].fix
    assert str(caught.value).count("\n") == 3


def test_no_table_at_all(tmp_path: Path) -> None:
    found = refused(tmp_path, GOOD[: GOOD.index("[tables")])
    assert found.key == "tables"
    assert "customers.csv" in found.fix


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    inside = tmp_path / "client"
    inside.mkdir()
    (tmp_path / "secret.csv").write_text("x\n1\n")
    folder(inside, GOOD.replace("customers.csv", "link.csv"))
    (inside / "link.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.raises(ClientError, match="leaves the client folder"):
        read_client(inside)
