"""What client.toml can say about a table, and what is refused with line, key and advice."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from referral_playbook.contract.client_toml.client import ClientError, Condition, TableSpec, read_client

HEAD = 'name = "Test"\ncurrency = "EUR"\nas_of = 2026-09-30\n'
TABLE = '[tables.{table}]\nfile = "t.csv"\n'


def read(path: Path, toml: str):
    (path / "client.toml").write_text(toml, encoding="utf-8")
    for name in ("t.csv", "u.csv", "w.xlsx"):
        (path / name).write_text("x\n1\n")
    return read_client(path)


def refused(path: Path, toml: str):
    with pytest.raises(ClientError) as caught:
        read(path, toml)
    assert len(caught.value.problems) == 1, str(caught.value)
    return caught.value.problems[0]


def test_short_forms(tmp_path: Path) -> None:
    more = """\
        files = ["t.csv", "u.csv"]
        where = { A = "x", B = ["y", "z"], C = { not = "n" }, D = { at_least = 2026-01-01 } }
        join = { file = "u.csv", on = "customer_id", many = "sum" }
        divide = 100
        scale = "1-5"
        dates = "iso"
        """
    spec = read(tmp_path, HEAD + "[tables.payments]\n" + more.replace('scale = "1-5"\n', "")).tables["payments"]
    assert (spec.file, spec.all_files) == ("t.csv", ["t.csv", "u.csv"])
    assert spec.where["A"] == Condition(words=["x"])
    assert spec.where["C"].exclude == ["n"]
    assert spec.where["D"].bounds == {"at_least": date(2026, 1, 1)}
    assert [(join.file, join.many) for join in spec.join] == [("u.csv", {"": "sum"})]
    assert spec.divide == {"": 100}
    survey = TableSpec.model_validate({"file": "t.csv", "scale": "1-5"})
    assert (survey.scale_of("csat"), survey.scale_of("ces")) == ((1, 5), (1, 5))


def test_empty_values_switch_a_presets_off() -> None:
    preset = TableSpec.model_validate(
        {
            "file": "t.csv",
            "less": {"amount": "Refund"},
            "where": {"Status": ["paid"], "Mode": ["live"]},
            "when": {"won_on": {"Stage": ["Won"]}},
            "dates": {"paid_on": "iso"},
            "times": {"amount": "Quantity"},
        }
    )
    own = TableSpec.model_validate(
        {"file": "t.csv", "less": {}, "where": {"Mode": []}, "when": {"won_on": {}}, "dates": "%d/%m/%Y", "times": {}}
    )
    both = own.over(preset)
    assert (both.less, both.times, both.when) == ({}, {}, {"won_on": {}})
    assert both.where == {"Status": Condition(words=["paid"]), "Mode": Condition(words=[])}
    assert both.date_format("paid_on") == "%d/%m/%Y"
    assert TableSpec.model_validate({"file": "t.csv"}).over(preset) == preset


@pytest.mark.parametrize(
    ("table", "line", "key", "fix"),
    [
        ("payments", 'where = { A = { nott = "x" } }', "where.A.nott", "not"),
        ("payments", "where = { A = { above = true } }", "where.A.above", ""),
        ("payments", 'files = ["t.csv", "v.csv"]', "files", "t.csv"),
        ("payments", 'files = ["t.csv", "t.csv"]', "files", "once"),
        ("payments", 'join = { file = "u.csv", on = "a", many = "mean" }', "join.many.", "sum"),
        ("payments", 'join = { file = "v.csv", on = "a" }', "join.file", ""),
        ("payments", "divide = 0", "divide", ""),
        ("payments", "divide = { kind = 100 }", "divide.kind", "changes amounts"),
        ("payments", 'times = { kind = "x" }', "times.kind", "changes amounts"),
        ("payments", 'scale = "1-5"', "scale", "surveys"),
        ("surveys", 'scale = "5"', "scale", "1-5"),
        ("surveys", 'scale = "1-100"', "scale", "1-5"),
        ("surveys", 'scale = { nps = "1-5" }', "scale.nps", "csat"),
        ("surveys", 'questions = { npss = "x" }', "questions.npss", "nps"),
        ("surveys", 'questions = { nps = "x" }\ncolumns = { answer = "y" }', "questions", "Remove"),
        ("customers", "period = 12", "period", "payments"),
        ("payments", "period = 0", "period", "12"),
        ("payments", 'period = "A"\ncolumns = { period_months = "B" }', "period", "Keep one"),
        ("payments", 'currency = "=EURO"', "currency", "=USD"),
        ("payments", 'marks = ["1"]', "marks", "EUR"),
        ("payments", 'marks = ["$", "€"]', "marks", "each currency"),
        ("payments", 'marks = "USD"', "marks", 'currency = "=USD"'),
        ("payments", 'thousands = "-"', "thousands", "comma"),
        ("payments", 'thousands = "e"', "thousands", "comma"),
        ("payments", 'delimiter = "§"', "delimiter", "tab"),
        ("payments", 'delimiter = "\\u0000"', "delimiter", "tab"),
        ("payments", 'delimiter = "\\n"', "delimiter", "tab"),
        ("payments", "delimiter = '\"'", "delimiter", "tab"),
        ("payments", 'encoding = "utf\\u0000"', "encoding", "cp1252"),
        ("payments", 'sheet = "S"', "sheet", "workbook"),
        ("payments", "skip_lines = -1", "skip_lines", "header"),
        ("payments", "skip_lines = [0]", "skip_lines", "header"),
        ("payments", 'timezone = "Berlin"', "timezone", "Europe/Berlin"),
        ("payments", 'dates = "%m/%m/%Y"', "dates", "once"),
        ("payments", 'dates = "%d/%m/%Y %d"', "dates", "once"),
        ("payments", 'dates = "%z %Y-%m-%d"', "dates", "last"),
        ("payments", "width = { customer_id = 0 }", "width.customer_id", ""),
        ("payments", 'repeats = "drop"', "repeats", "fold"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, table: str, line: str, key: str, fix: str) -> None:
    toml = HEAD + (f"[tables.{table}]\n{line}\n" if line.startswith("files") else TABLE.format(table=table) + line)
    found = refused(tmp_path, toml)
    assert found.key is not None
    assert found.key.rstrip(".") == f"tables.{table}.{key}".rstrip(".")
    assert fix in found.fix
    assert found.line is not None


@pytest.mark.parametrize(
    ("line", "key", "fix"),
    [
        ('timezone = "Mars/Base"', "timezone", "Europe/Berlin"),
        ('rates = { USD = { to = "GBP", rate = 0.9, on = 2026-09-30 } }', "rates.USD.to", 'to = "EUR"'),
        ('rates = { USD = { to = "EUR", rate = -1, on = 2026-09-30 } }', "rates.USD.rate", ""),
        ('rates = { USD = { to = "EUR", on = 2026-09-30 } }', "rates.USD.rate", ""),
        ('rates = { EUR = { to = "EUR", rate = 1, on = 2026-09-30 } }', "rates.EUR", "Remove"),
        ('rates = { XYZ = { to = "EUR", rate = 1, on = 2026-09-30 } }', "rates.XYZ", "USD"),
        ('time_unit = "week"', "time_unit", "per month"),
        ("parameters.discount_rate = 1" + "0" * 400, "parameters.discount_rate", "from 0 to 1"),
    ],
)
def test_the_head(tmp_path: Path, line: str, key: str, fix: str) -> None:
    found = refused(tmp_path, HEAD + line + "\n" + TABLE.format(table="payments"))
    assert found.key == key
    assert fix in found.fix


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('"Test"', '"   "', "the name is blank"),
        ('"Test"', '"\\u200b"', "the name is blank"),
        ('"EUR"', '"DEM"', "no longer in use"),
        ("2026-09-30", "9999-12-31", "too far in the future"),
    ],
)
def test_a_head_that_cannot_be_meant(tmp_path: Path, old: str, new: str, problem: str) -> None:
    assert refused(tmp_path, HEAD.replace(old, new) + TABLE.format(table="payments")).problem.endswith(problem)


@pytest.mark.parametrize("name", ["x" * 300 + ".csv", "loop.csv"])
def test_file_names_that_the_disk_refuses(tmp_path: Path, name: str) -> None:
    (tmp_path / "loop.csv").symlink_to(tmp_path / "loop.csv")
    assert refused(tmp_path, HEAD + f'[tables.payments]\nfile = "{name}"\n').key == "tables.payments.file"


@pytest.mark.parametrize("value", ["1" * 5000, "[" * 3000 + "]" * 3000])
def test_toml_that_cannot_be_read_at_all(tmp_path: Path, value: str) -> None:
    with pytest.raises(ClientError):
        read(tmp_path, HEAD + f"[parameters]\ndiscount_rate = {value}\n")


def test_client_toml_as_a_link_out_of_the_folder(tmp_path: Path) -> None:
    inside = tmp_path / "client"
    inside.mkdir()
    (tmp_path / "other.toml").write_text(HEAD + TABLE.format(table="payments"))
    (inside / "client.toml").symlink_to(tmp_path / "other.toml")
    with pytest.raises(ClientError, match="link out of the client folder"):
        read_client(inside)


def test_a_file_with_far_too_many_keys(tmp_path: Path) -> None:
    found = refused(tmp_path, HEAD + "[parameters]\n" + "\n".join(f"key_{i} = 1" for i in range(20_000)))
    assert "at most 2,000" in found.problem
