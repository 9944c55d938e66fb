"""Further exports beside the rows: several, on differently named keys, and many rows made one by a declared rule."""

from __future__ import annotations

import pytest

LEADS = '[tables.leads]\nfile = "l.csv"\n'
LEFT = "lead_id,created_on,account\n1,2026-01-01,A\n2,2026-01-02,B\n3,2026-01-03,C\n"
DEALS = "Lead,won,Amount\n3,2026-02-01,70\n1,2026-02-02,50\n1,2026-03-02,20\n"
ACCOUNTS = "Account;Origin\nA;referral\nC;web\n"
MAPPED = 'columns = { won_on = "won", value = "Amount", source = "Origin" }\n'


def joins(many: str) -> str:
    return (
        f'{LEADS}join = [{{ file = "d.csv", on = "lead_id", equals = "Lead", many = {many} }}, '
        '{ file = "a.csv", on = "account", equals = "Account", delimiter = ";" }]\n'
    )


@pytest.mark.parametrize(
    ("many", "values", "won"),
    [
        ('"first"', [50.0, None, 70.0], [2, None, 2]),
        ('"last"', [20.0, None, 70.0], [3, None, 2]),
        ('{ Amount = "sum", won = "first" }', [70.0, None, 70.0], [2, None, 2]),
    ],
)
def test_several_joins_and_a_rule_for_many_rows(read, many, values, won) -> None:
    files = {"l.csv": LEFT, "d.csv": DEALS, "a.csv": ACCOUNTS}
    frame = read(joins(many) + MAPPED, files).tables["leads"]
    assert [None if v != v else v for v in frame["value"]] == values
    assert [None if m != m else m for m in frame["won_on"].dt.month] == won
    assert frame["source"].fillna("-").tolist() == ["referral", "-", "web"]


def test_rows_can_be_counted(read) -> None:
    toml = '[tables.customers]\nfile = "l.csv"\n'
    toml += 'join = { file = "d.csv", on = "lead_id", equals = "Lead", many = "count" }\n'
    toml += 'columns = { customer_id = "lead_id", joined_on = "created_on", referrals_made = "count" }\n'
    frame = read(toml, {"l.csv": LEFT, "d.csv": DEALS}).tables["customers"]
    assert frame["referrals_made"].astype(object).where(frame["referrals_made"].notna(), None).tolist() == [2, None, 1]


def test_a_key_twice_is_refused_with_the_rules_there_are(errors) -> None:
    toml = LEADS + 'join = { file = "d.csv", on = "lead_id", equals = "Lead" }\n'
    found = errors(toml, {"l.csv": LEFT, "d.csv": DEALS})
    assert [(f.file, f.line) for f in found] == [("d.csv", 3), ("d.csv", 4)]
    assert 'many = "first", "last", "sum" or "count"' in found[0].fix
    assert "'1'" not in str(found[0])  # file and line say which; ids stay out of messages


def test_text_cannot_be_summed(errors) -> None:
    toml = joins('{ Amount = "sum", won = "sum" }') + MAPPED
    found = errors(toml, {"l.csv": LEFT, "d.csv": DEALS, "a.csv": ACCOUNTS})
    assert ("won", "not a number to sum") in [(fault.column, fault.problem) for fault in found]


def test_zeros_lost_in_one_of_the_joined_files(read) -> None:
    toml = LEADS + 'join = { file = "d.csv", on = "lead_id" }\ncolumns = { won_on = "won" }\n'
    files = {"l.csv": LEFT.replace("\n1", "\n001"), "d.csv": "lead_id,won\n1,2026-02-02\n"}
    (fault,) = read(toml, files).faults
    assert fault.fix.endswith("[tables.leads] width = { lead_id = 3 }")
    assert read(toml + "width = { lead_id = 3 }\n", files).tables["leads"]["won_on"].notna().tolist() == [
        True,
        False,
        False,
    ]
